// SPDX-License-Identifier: Apache-2.0
#include <callgate/tls/session.hpp>

#include <tests/support/tls_client.hpp>
#include <tests/support/tls_files.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::testing {
namespace {

using tls::errc;
using tls::session_status;

std::string long_text(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('a' + i % 23);
  return text;
}

// One certificate for all: making keys takes time.
const tls_files& files() {
  static const tls_files made;
  static const bool is_made = (made.make(), true);
  (void)is_made;
  return made;
}

class TlsSession : public ::testing::TestWithParam<int> {
 protected:
  tls::context context{files().names()};
  tls_wire wire{context, GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Versions, TlsSession, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(TlsSession, ShakesHandsAndCarriesBothDirections) {
  wire.run();
  ASSERT_TRUE(wire.server.established());
  EXPECT_EQ(SSL_version(wire.client.ssl()), GetParam());
  wire.client.say("ping");
  wire.run();
  EXPECT_EQ(wire.received, "ping");
  EXPECT_EQ(wire.last, session_status::need_input);
  EXPECT_EQ(wire.say({"po", "", "ng"}), session_status::done);
  wire.run();
  EXPECT_EQ(wire.client.received, "pong");
}

TEST_P(TlsSession, TakesBytesOneByOne) {
  wire.chunk_bytes = 1;
  wire.run();
  wire.client.say(long_text(3000));
  wire.run();
  EXPECT_EQ(wire.received, long_text(3000));
}

// The hello alone, at every split: what follows depends on random numbers of the server.
TEST_P(TlsSession, TakesAHelloSplitAnywhere) {
  wire.client.step();
  const std::string hello = wire.client.output();
  ASSERT_GT(hello.size(), 100u);
  for (std::size_t at = 0; at <= hello.size(); ++at) {
    tls_wire one(context);
    EXPECT_EQ(one.feed(hello.substr(0, at)), session_status::need_input);
    EXPECT_EQ(one.to_client.empty(), at < hello.size()) << at;
    EXPECT_EQ(one.feed(hello.substr(at)), session_status::need_input);
    EXPECT_FALSE(one.to_client.empty()) << at;
  }
}

TEST_P(TlsSession, TakesTheEndOfTheHandshakeSplitAnywhere) {
  for (std::size_t at = 0, size = 1; at <= size; ++at) {
    tls_wire one(context, GetParam());
    one.client.step();
    one.feed(one.client.output());
    one.client.input(std::exchange(one.to_client, {}));
    one.client.step();
    const std::string flight = one.client.output();
    size = flight.size();
    one.feed(flight.substr(0, at));
    EXPECT_EQ(one.server.established(), at >= size) << at;
    EXPECT_EQ(one.feed(flight.substr(std::min(at, size))), session_status::need_input);
    EXPECT_TRUE(one.server.established()) << at;
  }
}

// Whatever is wrong with a hello: no crash, no endless loop, nothing but the two answers.
TEST_P(TlsSession, AnswersEveryDamagedHello) {
  wire.client.step();
  const std::string hello = wire.client.output();
  for (std::size_t at = 0; at < 8 * hello.size(); at += 3) {
    std::string damaged = hello;
    damaged[at / 8] = static_cast<char>(damaged[at / 8] ^ 1 << at % 8);
    tls_wire one(context);
    one.feed(damaged);
    EXPECT_TRUE(one.last == session_status::need_input || one.last == session_status::failed);
  }
}

TEST_P(TlsSession, TakesARecordSplitAnywhere) {
  wire.run();
  for (std::size_t at = 0; at < 60; ++at) {
    wire.received.clear();
    wire.client.say("a request");
    const std::string record = wire.client.output();
    wire.feed(record.substr(0, at));
    wire.feed(record.substr(std::min(at, record.size())));
    ASSERT_EQ(wire.received, "a request") << at;
  }
}

TEST_P(TlsSession, GivesMuchPlainTextThroughALittleRoom) {
  wire.run();
  wire.room_bytes = 7;
  wire.client.say(long_text(40'000));
  wire.run();
  EXPECT_EQ(wire.received, long_text(40'000));
  EXPECT_EQ(wire.last, session_status::need_input);
}

TEST_P(TlsSession, LeavesTheInputWhenTheRoomIsFull) {
  wire.run();
  wire.client.say("first");
  wire.client.say("second");
  const std::string records = wire.client.output();
  std::array<char, 5> room;
  const auto got = wire.server.read(records, room);
  EXPECT_EQ(got.status, session_status::need_room);
  EXPECT_EQ(std::string_view(room.data(), got.plain_bytes), "first");
  ASSERT_EQ(got.cipher_bytes, (records.size() - 1) / 2);  // "second" is one byte longer
  EXPECT_EQ(wire.feed(records.substr(got.cipher_bytes)), session_status::need_input);
  EXPECT_EQ(wire.received, "second");
}

TEST_P(TlsSession, AsksForInputWhenTheRoomIsFullAndNothingIsLeft) {
  wire.run();
  wire.client.say("exact");
  std::array<char, 5> room;
  const auto got = wire.server.read(wire.client.output(), room);
  EXPECT_EQ(got.status, session_status::need_input);
  EXPECT_EQ(got.plain_bytes, 5u);
}

TEST_P(TlsSession, WritesManyRecordsThroughALittleOutput) {
  for (const std::size_t room : {1u, 5u, 100u, 4096u, 100'000u}) {
    tls_wire one(context, GetParam());
    one.run();
    one.output_bytes = room;
    const std::string head = long_text(300);
    const std::string body = long_text(70'001);
    ASSERT_EQ(one.say({head, body}), session_status::done);
    one.run();
    EXPECT_TRUE(one.client.received == head + body) << room;
  }
}

TEST_P(TlsSession, GoesOnWithATextThatMovedMeanwhile) {
  wire.run();
  std::string output(100, '\0');
  std::string text = long_text(9000);
  std::vector<std::string_view> pieces{text};
  session_status status = session_status::need_output;
  while (status == session_status::need_output) {
    wire.server.use_output(output);
    status = wire.server.write(pieces);
    wire.client.input(wire.server.unsent());
    wire.server.sent(wire.server.unsent().size());
    std::string moved(pieces[0]);
    text.swap(moved);
    pieces[0] = text;
    moved.assign(moved.size(), '?');
  }
  EXPECT_EQ(status, session_status::done);
  wire.client.step();
  EXPECT_TRUE(wire.client.received == long_text(9000));
}

TEST_P(TlsSession, TakesAwayEachRecordThatIsEncrypted) {
  wire.run();
  std::string output(40'000, '\0');
  const std::string text = long_text(100'000);
  std::vector<std::string_view> pieces{text};
  wire.server.use_output(output);
  ASSERT_EQ(wire.server.write(pieces), session_status::need_output);
  EXPECT_EQ(pieces[0].size(), text.size() - 2 * SSL3_RT_MAX_PLAIN_LENGTH);
}

TEST_P(TlsSession, ShakesHandsThroughAnOutputOfOneByte) {
  wire.output_bytes = 1;
  wire.run();
  wire.client.say("ping");
  wire.run();
  EXPECT_EQ(wire.received, "ping");
  EXPECT_EQ(wire.client.failure, 0u);
}

TEST_P(TlsSession, PutsASmallAnswerIntoOneRecord) {
  wire.run();
  std::string alone(4096, '\0');
  wire.server.use_output(alone);
  std::array<std::string_view, 1> whole{"HTTP/1.1 200 OK\r\n\r\n{}"};
  ASSERT_EQ(wire.server.write(whole), session_status::done);
  const std::size_t bytes = wire.server.unsent().size();
  std::array<std::string_view, 3> pieces{"HTTP/1.1 200 OK\r\n\r\n", "", "{}"};
  ASSERT_EQ(wire.server.write(pieces), session_status::done);
  EXPECT_EQ(wire.server.unsent().size(), 2 * bytes);
  for (const std::string_view piece : pieces) EXPECT_TRUE(piece.empty());
}

TEST_P(TlsSession, AsksForOutputWhereNoneIsLent) {
  wire.client.step();
  const std::string hello = wire.client.output();
  std::array<char, 64> room;
  const auto got = wire.server.read(hello, room);
  EXPECT_EQ(got.status, session_status::need_output);
  EXPECT_EQ(got.cipher_bytes, hello.size());
  EXPECT_EQ(wire.feed({}), session_status::need_input);
  wire.client.input(std::exchange(wire.to_client, {}));
  wire.run();
  EXPECT_TRUE(wire.client.is_connected());
}

TEST_P(TlsSession, ClosesBothWays) {
  wire.run();
  wire.client.close();
  EXPECT_EQ(wire.feed(wire.client.output()), session_status::closed);
  EXPECT_EQ(wire.server.end_of_input(), session_status::closed);
  EXPECT_EQ(wire.say({"half closed"}), session_status::done);
  EXPECT_EQ(wire.close(), session_status::done);
  wire.run();
  EXPECT_EQ(wire.client.received, "half closed");
  EXPECT_TRUE(wire.client.is_told_the_end());
}

TEST_P(TlsSession, SaysTheEndOnceAndReadsOn) {
  wire.run();
  EXPECT_EQ(wire.close(), session_status::done);
  const std::size_t bytes = wire.to_client.size();
  EXPECT_EQ(wire.close(), session_status::done);
  EXPECT_EQ(wire.to_client.size(), bytes);
  wire.client.say("late");
  wire.feed(wire.client.output());
  EXPECT_EQ(wire.received, "late");
}

TEST_P(TlsSession, SaysTheEndThroughAnOutputOfOneByte) {
  wire.run();
  wire.output_bytes = 1;
  EXPECT_EQ(wire.close(), session_status::done);
  wire.run();
  EXPECT_TRUE(wire.client.is_told_the_end());
}

TEST_P(TlsSession, TellsATruncatedStream) {
  wire.run();
  wire.client.say("half of");
  wire.run();
  EXPECT_EQ(wire.server.end_of_input(), session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::truncated);
}

TEST_P(TlsSession, TellsATruncatedHandshake) {
  wire.client.step();
  wire.feed(wire.client.output().substr(0, 50));
  EXPECT_EQ(wire.close(), session_status::done);
  EXPECT_EQ(wire.to_client, "");
  EXPECT_EQ(wire.server.end_of_input(), session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::truncated);
}

TEST_P(TlsSession, EndsQuietlyWhereNothingWasSent) {
  EXPECT_EQ(wire.feed({}), session_status::need_input);
  EXPECT_EQ(wire.server.end_of_input(), session_status::closed);
}

TEST_P(TlsSession, RefusesADamagedRecord) {
  wire.run();
  wire.client.say("a request");
  std::string record = wire.client.output();
  record.back() = static_cast<char>(record.back() ^ 1);
  EXPECT_EQ(wire.feed(record), session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::protocol_error);
  EXPECT_EQ(wire.server.reason(), "decryption failed or bad record mac");
  wire.client.input(std::exchange(wire.to_client, {}));
  wire.client.step();
  EXPECT_TRUE(wire.client.was_told(SSL_AD_BAD_RECORD_MAC));
  // And stays so.
  EXPECT_EQ(wire.feed("x"), session_status::failed);
  EXPECT_EQ(wire.say({"x"}), session_status::failed);
  EXPECT_EQ(wire.close(), session_status::failed);
  EXPECT_EQ(wire.server.end_of_input(), session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::protocol_error);
}

TEST_P(TlsSession, TellsWhyTheClientGaveUp) {
  SSL_set_verify(wire.client.ssl(), SSL_VERIFY_PEER, nullptr);
  wire.run();
  EXPECT_EQ(wire.last, session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::peer_alert);
  EXPECT_EQ(wire.server.reason(), "tlsv1 alert unknown ca");
}

TEST_P(TlsSession, ServesOneConnectionAfterAnother) {
  for (int i = 0; i < 3; ++i) {
    wire.server.start(context);
    EXPECT_FALSE(wire.server.established());
    tls_client client(GetParam());
    std::swap(client, wire.client);
    wire.run();
    wire.client.say("again");
    wire.run();
  }
  EXPECT_EQ(wire.received, "againagainagain");
}

TEST_P(TlsSession, ForgetsAFailureWithItsConnection) {
  EXPECT_EQ(wire.feed("nonsense"), session_status::failed);
  wire.server.start(context);
  wire.run();
  EXPECT_TRUE(wire.server.established());
}

// OpenSSL's queue of errors belongs to the thread, not to the connection.
TEST_P(TlsSession, DoesNotMistakeErrorsOfOthersForItsOwn) {
  wire.run();
  wire.client.say("ping");
  const std::string record = wire.client.output();
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  EXPECT_EQ(wire.feed(record.substr(0, 9)), session_status::need_input);
  EXPECT_EQ(wire.feed(record.substr(9)), session_status::need_input);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  wire.output_bytes = 1;
  EXPECT_EQ(wire.say({"pong"}), session_status::done);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  EXPECT_EQ(wire.close(), session_status::done);
}

TEST(TlsSessionRefuses, ClientsOlderThanTls12) {
  const tls::context context(files().names());
  tls_wire wire(context, TLS1_1_VERSION);
  SSL_set_security_level(wire.client.ssl(), 0);
  SSL_set_cipher_list(wire.client.ssl(), "ALL:@SECLEVEL=0");
  wire.run();
  EXPECT_EQ(wire.last, session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::no_common_version);
  EXPECT_TRUE(wire.client.was_told(SSL_AD_PROTOCOL_VERSION));
}

TEST(TlsSessionRefuses, SuitesWithoutForwardSecrecyOrAead) {
  const tls::context context(files().names());
  for (const char* suites : {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "AES128-SHA"}) {
    tls_wire wire(context, TLS1_2_VERSION);
    SSL_set_cipher_list(wire.client.ssl(), suites);
    wire.run();
    EXPECT_EQ(wire.last, session_status::failed) << suites;
    EXPECT_EQ(wire.server.error(), errc::no_common_algorithm) << suites;
    EXPECT_TRUE(wire.client.was_told(SSL_AD_HANDSHAKE_FAILURE)) << suites;
  }
}

TEST(TlsSessionRefuses, ExpensiveGroups) {
  const tls::context context(files().names());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_wire wire(context, version);
    SSL_set1_groups_list(wire.client.ssl(), "P-521");
    wire.run();
    EXPECT_EQ(wire.server.error(), errc::no_common_algorithm) << wire.server.reason();
  }
}

TEST(TlsSessionRefuses, HttpWithoutTlsAndLeavesItAlone) {
  const tls::context context(files().names());
  for (const char* method : {"GET", "POST", "OPTIONS", "DELETE", "PRI", "get"}) {
    tls_wire wire(context);
    const std::string request = method + std::string(" / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(wire.feed(request), session_status::failed);
    EXPECT_EQ(wire.server.error(), errc::plain_http);
    EXPECT_EQ(wire.left_bytes, request.size());
    EXPECT_EQ(wire.to_client, "");
  }
}

TEST(TlsSessionRefuses, WhatIsNeitherTlsNorHttp) {
  const tls::context context(files().names());
  for (int first = 0; first < 256; ++first) {
    if (first == 22 || (first < 128 && std::isalpha(first) != 0)) continue;
    tls_wire wire(context);
    EXPECT_EQ(wire.feed(std::string(100, static_cast<char>(first))), session_status::failed);
    EXPECT_EQ(wire.server.error(), errc::not_tls) << first;
    EXPECT_EQ(wire.to_client, "");
  }
}

TEST(TlsSessionRefuses, GarbageThatBeginsAsTlsDoes) {
  const tls::context context(files().names());
  for (const std::string_view rest :
       {"\x03\x03\x7f\xff", "\x03\x01\x00\x05hello", "garbage of all kinds, and more of it"}) {
    tls_wire wire(context);
    wire.feed("\x16" + std::string(rest) + std::string(40'000, 'x'));
    EXPECT_EQ(wire.last, session_status::failed);
    EXPECT_TRUE(wire.server.error() == errc::protocol_error ||
                wire.server.error() == errc::message_too_large);
  }
}

// OpenSSL would take 128 KiB of memory for it.
TEST(TlsSessionRefuses, AHelloThatSaysItIsHuge) {
  const tls::context context(files().names());
  tls_wire wire(context);
  EXPECT_EQ(wire.feed(std::string("\x16\x03\x01\x02\x00\x01\x01\x00", 8)),
            session_status::need_input);
  EXPECT_EQ(wire.feed(std::string(1, '\0')), session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::message_too_large);
}

TEST(TlsSessionRefuses, RenegotiationAndGoesOn) {
  const tls::context context(files().names());
  tls_wire wire(context, TLS1_2_VERSION);
  wire.run();
  SSL_renegotiate(wire.client.ssl());
  SSL_do_handshake(wire.client.ssl());
  EXPECT_EQ(wire.feed(wire.client.output()), session_status::need_input);
  EXPECT_FALSE(wire.to_client.empty());  // a warning
  wire.client.input(std::exchange(wire.to_client, {}));
  wire.client.step();
  EXPECT_EQ(ERR_GET_REASON(wire.client.failure), SSL_R_NO_RENEGOTIATION);
  EXPECT_EQ(wire.say({"still here"}), session_status::done);
}

// It would keep OpenSSL's memory for a hello, and answers would wait for its rest.
TEST(TlsSessionRefuses, HalfARenegotiation) {
  const tls::context context(files().names());
  tls_wire wire(context, TLS1_2_VERSION);
  SSL_set_cipher_list(wire.client.ssl(), "ALL:@SECLEVEL=0");
  SSL_set_tlsext_host_name(wire.client.ssl(), (std::string(245, 'x') + ".test").c_str());
  SSL_set_max_send_fragment(wire.client.ssl(), 512);
  wire.run();
  ASSERT_TRUE(wire.server.established());
  SSL_renegotiate(wire.client.ssl());
  SSL_do_handshake(wire.client.ssl());
  const std::string hello = wire.client.output();
  const std::size_t first_record_bytes = hello.find("\x16\x03\x03", 512);
  ASSERT_LT(first_record_bytes, hello.size());
  EXPECT_EQ(wire.feed(hello.substr(0, first_record_bytes)), session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::protocol_error);
  EXPECT_EQ(wire.server.reason(), "renegotiation");
}

TEST(TlsSessionAlpn, ChoosesHttp11WhereverItStands) {
  const tls::context context(files().names());
  for (const auto& offer : {std::vector<std::string>{"http/1.1"},
                            {"h2", "http/1.1"},
                            {"http/1.1", "h2"},
                            {"x", "h2", "http/1.1", "http/1.0"}}) {
    tls_wire wire(context);
    wire.client.offer(offer);
    wire.run();
    EXPECT_EQ(wire.client.protocol(), "http/1.1");
    EXPECT_TRUE(wire.server.established());
  }
}

TEST(TlsSessionAlpn, RefusesOffersWithoutIt) {
  const tls::context context(files().names());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const auto& offer : {std::vector<std::string>{"h2"}, {"http/1.0"}, {"http/1.10", "h3"}}) {
      tls_wire wire(context, version);
      wire.client.offer(offer);
      wire.run();
      EXPECT_EQ(wire.server.error(), errc::no_common_protocol);
      EXPECT_TRUE(wire.client.was_told(SSL_AD_NO_APPLICATION_PROTOCOL));
    }
}

TEST(TlsSessionAlpn, DoesWithoutAnOffer) {
  const tls::context context(files().names());
  tls_wire wire(context);
  wire.run();
  EXPECT_TRUE(wire.server.established());
  EXPECT_EQ(wire.client.protocol(), "");
}

TEST(TlsSessionKeys, AreUpdatedWhenTheClientAsks) {
  const tls::context context(files().names());
  tls_wire wire(context);
  wire.run();
  for (const int kind : {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED}) {
    ASSERT_EQ(SSL_key_update(wire.client.ssl(), kind), 1);
    wire.client.say("before");
    wire.run();
    wire.output_bytes = kind == SSL_KEY_UPDATE_REQUESTED ? 3 : 4096;
    EXPECT_EQ(wire.say({"after"}), session_status::done);
    wire.run();
  }
  EXPECT_EQ(wire.received, "beforebefore");
  EXPECT_EQ(wire.client.received, "afterafter");
  EXPECT_EQ(wire.client.failure, 0u);
}

}  // namespace
}  // namespace callgate::testing
