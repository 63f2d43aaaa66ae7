// SPDX-License-Identifier: Apache-2.0
#include <callgate/tls/context.hpp>

#include <tests/support/tls_client.hpp>
#include <tests/support/tls_files.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace callgate::testing {
namespace {

using tls::session_status;

class TlsContext : public ::testing::TestWithParam<int> {
 protected:
  TlsContext() { files.make({.name = "first"}); }

  // A connection, and the ticket it got.
  ssl_session connect(const tls::context& shared, const ssl_session& ticket = nullptr) {
    tls_wire wire(shared, GetParam());
    if (ticket) wire.client.resume(ticket);
    wire.run();
    EXPECT_TRUE(wire.server.established());
    is_resumed = wire.client.is_resumed();
    name = wire.client.server_name();
    wire.client.close();
    return wire.client.ticket();
  }

  tls_files files;
  bool is_resumed = false;
  std::string name;
};
INSTANTIATE_TEST_SUITE_P(Versions, TlsContext, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(TlsContext, ResumesByTicketsOfItsOwn) {
  const tls::context context(files.names());
  const ssl_session ticket = connect(context);
  EXPECT_FALSE(is_resumed);
  ASSERT_EQ(SSL_SESSION_has_ticket(ticket.get()), 1);
  EXPECT_EQ(SSL_SESSION_get_ticket_lifetime_hint(ticket.get()), 2u * 3600);
  const ssl_session next = connect(context, ticket);
  EXPECT_TRUE(is_resumed);
  connect(context, next);
  EXPECT_TRUE(is_resumed);
  const tls::context other(files.names());
  connect(other, next);
  EXPECT_FALSE(is_resumed);
}

TEST_P(TlsContext, ShowsTheNewCertificateAfterAReloadAndStillResumes) {
  tls::context context(files.names());
  const ssl_session ticket = connect(context);
  EXPECT_EQ(name, "first");
  files.make({.name = "second"});
  ASSERT_TRUE(context.reload());
  connect(context);
  EXPECT_EQ(name, "second");
  connect(context, ticket);
  EXPECT_TRUE(is_resumed);
}

TEST_P(TlsContext, LetsSessionsGoOnOverAReload) {
  tls::context context(files.names());
  tls_wire before(context, GetParam());
  before.run();
  tls_wire halfway(context, GetParam());
  halfway.client.step();
  halfway.feed(halfway.client.output());
  files.make({.name = "second"});
  ASSERT_TRUE(context.reload());
  ASSERT_TRUE(context.reload());
  halfway.client.input(std::exchange(halfway.to_client, {}));
  for (tls_wire* wire : {&before, &halfway}) {
    wire->run();
    wire->client.say("ping");
    wire->run();
    EXPECT_EQ(wire->received, "ping");
    EXPECT_EQ(wire->client.server_name(), "first");
    EXPECT_EQ(wire->say({"pong"}), session_status::done);
  }
}

TEST_P(TlsContext, KeepsTheOldCertificateWhenAReloadFails) {
  tls::context context(files.names());
  files.write_key("key.pem", make_ec_key());
  const auto reloaded = context.reload();
  ASSERT_FALSE(reloaded);
  EXPECT_NE(reloaded.error().find("does not belong to"), std::string::npos);
  connect(context);
  EXPECT_EQ(name, "first");
  files.make({.name = "second"});
  EXPECT_TRUE(context.reload());
  connect(context);
  EXPECT_EQ(name, "second");
}

TEST_P(TlsContext, ServesThreadsWhileItIsReloaded) {
  tls::context context(files.names());
  std::atomic<int> served = 0;
  const auto serve = [&] {
    for (int i = 0; i < 20; ++i) {
      tls_wire wire(context, GetParam());
      wire.run();
      wire.client.say("ping");
      wire.run();
      served += wire.received == "ping" ? 1 : 0;
    }
  };
  std::thread one(serve);
  std::thread other(serve);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(context.reload());
  one.join();
  other.join();
  EXPECT_EQ(served, 40);
}

TEST_P(TlsContext, ShowsItsWholeChain) {
  const evp_key key = make_ec_key();
  files.write_certificate("chain.pem", key, {}, 30);
  files.write_key("key.pem", key);
  const tls::context context(files.names());
  tls_wire wire(context, GetParam());
  wire.output_bytes = 1000;
  wire.run();
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(wire.client.ssl())), 30);
}

TEST(TlsContextRules, PreferTheServersOrderOfSuites) {
  tls_files files;
  const tls::context context(files.make().names());
  tls_wire wire(context, TLS1_2_VERSION);
  SSL_set_cipher_list(wire.client.ssl(),
                      "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256");
  wire.run();
  EXPECT_STREQ(SSL_get_cipher_name(wire.client.ssl()), "ECDHE-ECDSA-AES128-GCM-SHA256");
  // But who has ChaCha20 first has no hardware for AES.
  tls_wire phone(context, TLS1_2_VERSION);
  SSL_set_cipher_list(phone.client.ssl(),
                      "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256");
  phone.run();
  EXPECT_STREQ(SSL_get_cipher_name(phone.client.ssl()), "ECDHE-ECDSA-CHACHA20-POLY1305");
}

TEST(TlsContextRules, TakeRsaCertificatesToo) {
  tls_files files;
  const tls::context context(files.make(rsa_key()).names());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_wire wire(context, version);
    wire.run();
    EXPECT_TRUE(wire.server.established());
  }
}

TEST(TlsContextRules, KeepNothingPerClient) {
  tls_files files;
  const tls::context context(files.make().names());
  for (const auto tickets : {0ul, static_cast<unsigned long>(SSL_OP_NO_TICKET)}) {
    tls_wire wire(context, TLS1_2_VERSION);
    SSL_set_options(wire.client.ssl(), tickets);
    wire.run();
    EXPECT_TRUE(wire.server.established());
    EXPECT_EQ(SSL_CTX_sess_number(context.acquire().get()), 0);
  }
}

// A client that shakes hands with a group of ours that it did not guess pays a round trip.
TEST(TlsContextRules, AskForAGroupOfOurs) {
  tls_files files;
  const tls::context context(files.make().names());
  tls_wire wire(context);
  SSL_set1_groups_list(wire.client.ssl(), "P-521:P-384");
  wire.run();
  EXPECT_TRUE(wire.server.established());
}

TEST(TlsContextStart, ThrowsWhatIsWrong) {
  tls_files files;
  files.make();
  try {
    const tls::context context({files.path("none.pem"), files.path("key.pem")});
    FAIL() << "it started";
  } catch (const startup_error& e) {
    EXPECT_NE(std::string(e.what()).find("none.pem' cannot be read"), std::string::npos);
  }
}

TEST(TlsContextStart, RefusesShortKeys) {
  tls_files files;
  files.make(evp_key(EVP_RSA_gen(1024)));
  EXPECT_THROW(tls::context{files.names()}, startup_error);
}

TEST(TlsContextStart, WarnsOfAnExpiredCertificateUntilItIsRenewed) {
  tls_files files;
  tls::context context(files.make({.from_seconds = -3600, .to_seconds = -60}).names());
  EXPECT_NE(context.warning().find("expired on"), std::string::npos);
  files.make();
  ASSERT_TRUE(context.reload());
  EXPECT_EQ(context.warning(), "");
}

}  // namespace
}  // namespace callgate::testing
