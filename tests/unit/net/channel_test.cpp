// SPDX-License-Identifier: Apache-2.0
// The same bytes through TLS and without, however they are cut, and whatever has to wait.
#include <callgate/net/channel.hpp>

#include <tests/support/tls_client.hpp>
#include <tests/support/tls_files.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace callgate::net {
namespace {

// A channel on one end of a socket pair, a client on the other.
struct pair_of_ends {
  explicit pair_of_ends(bool is_secure, std::size_t pool_bytes = 8 << 20) : pool(pool_bytes) {
    if (is_secure) context = std::make_unique<tls::context>(files.make().names());
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) ADD_FAILURE();
    ours.open(socket_handle(ends[0]), context.get());
    theirs = socket_handle(ends[1]);
  }

  // The client's cipher text goes out, what the channel has sent comes in.
  void pump() {
    client.step();
    const std::string out = client.output();
    for (std::size_t at = 0; at < out.size(); at += piece) {
      put(std::string_view(out).substr(at, piece));
      take();
    }
    std::array<char, 65536> block;
    for (ssize_t n; (n = ::recv(theirs.descriptor(), block.data(), block.size(), 0)) > 0;)
      client.input({block.data(), static_cast<std::size_t>(n)});
    client.step();
  }
  void put(std::string_view bytes) const {
    EXPECT_EQ(::send(theirs.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  // As a connection does: until nothing more has come.
  void take() {
    std::string space(room, '\0');
    for (;;) {
      last = ours.receive(space);
      if (last.how != transfer::done) return;
      received.append(space.data(), last.bytes);
      if (last.is_all) return;
    }
  }

  void shake_hands() {
    for (int i = 0; i < 5; ++i) pump();
    ASSERT_TRUE(ours.established());
  }

  testing::tls_files files;
  std::unique_ptr<tls::context> context;
  cipher_buffers shared;
  buffer_pool pool;
  channel ours{shared, pool};
  socket_handle theirs;
  testing::tls_client client;
  std::size_t piece = SIZE_MAX;
  std::size_t room = 16 * 1024;
  std::string received;
  transferred last{transfer::blocked};
};

std::string text_of(std::size_t bytes) {
  std::string out(bytes, ' ');
  for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>('a' + i * 7 % 26);
  return out;
}

TEST(Channel, PassesBytesOnWithoutTls) {
  pair_of_ends p(false);
  EXPECT_TRUE(p.ours.established());
  p.put("hello");
  p.take();
  EXPECT_EQ(p.received, "hello");
  EXPECT_TRUE(p.last.is_all);
  EXPECT_EQ(p.ours.send("to ", "you").bytes, 6U);
  std::array<char, 16> got;
  EXPECT_EQ(::recv(p.theirs.descriptor(), got.data(), got.size(), 0), 6);
  EXPECT_FALSE(p.ours.has_unsent());
}

TEST(Channel, ReceivesAndSendsThroughTls) {
  pair_of_ends p(true);
  EXPECT_FALSE(p.ours.established());
  p.shake_hands();
  p.client.say("a request");
  p.pump();
  EXPECT_EQ(p.received, "a request");
  EXPECT_TRUE(p.last.is_all) << "no second look at the socket is needed";
  EXPECT_EQ(p.ours.send("head ", "tail").bytes, 9U);
  p.pump();
  EXPECT_EQ(p.client.received, "head tail");
}

TEST(Channel, ReceivesTlsThatIsCutAnywhere) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::size_t{17'000}}) {
    pair_of_ends p(true);
    p.piece = piece;
    p.shake_hands();
    const std::string text = text_of(40'000);
    p.client.say(text);
    p.pump();
    EXPECT_EQ(p.received, text) << piece;
  }
}

// Cipher text that was received, and plain text that OpenSSL has already, must not be forgotten.
TEST(Channel, GivesAllOfItHoweverSmallTheRoom) {
  for (const std::size_t room : {std::size_t{1}, std::size_t{100}, std::size_t{16'000}}) {
    pair_of_ends p(true);
    p.room = room;
    p.shake_hands();
    const std::string text = text_of(20'000);
    p.client.say(text);
    p.client.say("and more");
    p.pump();
    EXPECT_EQ(p.received, text + "and more") << room;
    EXPECT_TRUE(p.last.is_all);
  }
}

TEST(Channel, KeepsCipherTextThatThePeerDoesNotTake) {
  pair_of_ends p(true);
  p.shake_hands();
  const std::string text = text_of(3 << 20);
  std::string_view rest = text;
  int blocked = 0;
  for (int i = 0; i < 10'000 && (!rest.empty() || p.ours.has_unsent()); ++i) {
    const transferred t = p.ours.send("", rest);
    ASSERT_NE(t.how, transfer::failed);
    rest.remove_prefix(t.bytes);
    if (t.how != transfer::blocked) continue;
    ++blocked;
    p.pump();
  }
  p.pump();
  EXPECT_GT(blocked, 2);
  EXPECT_EQ(p.client.received, text);
}

TEST(Channel, FailsWhenThereIsNoBufferForWhatWaits) {
  pair_of_ends p(true, 0);
  p.shake_hands();
  const std::string text = text_of(1 << 20);
  transferred t{transfer::done};
  for (int i = 0; i < 10 && t.how == transfer::done; ++i) t = p.ours.send(text, {});
  EXPECT_EQ(t.how, transfer::failed);
}

TEST(Channel, SendsNothingBeforeTheHandshakeIsDone) {
  pair_of_ends p(true);
  EXPECT_EQ(p.ours.send("early", {}).how, transfer::failed);
}

TEST(Channel, SendsTheRestOfAHandshakeWhenTheSocketTakesIt) {
  pair_of_ends p(true);
  const std::string filling(1 << 20, 'f');
  std::size_t filled = 0;
  for (ssize_t n;
       (n = ::send(p.ours.descriptor(), filling.data(), filling.size(), MSG_NOSIGNAL)) > 0;)
    filled += static_cast<std::size_t>(n);
  p.client.step();
  p.put(p.client.output());
  p.take();
  ASSERT_TRUE(p.ours.has_unsent());
  EXPECT_EQ(p.ours.send({}, {}).how, transfer::blocked);
  std::array<char, 65536> block;
  while (filled > 0) {
    const ssize_t n =
        ::recv(p.theirs.descriptor(), block.data(), std::min(block.size(), filled), 0);
    ASSERT_GT(n, 0);
    filled -= static_cast<std::size_t>(n);
  }
  EXPECT_EQ(p.ours.send({}, {}).how, transfer::done);
  EXPECT_FALSE(p.ours.has_unsent());
  p.shake_hands();
}

TEST(Channel, EndsWithANoticeAndSeesThePeers) {
  pair_of_ends p(true);
  p.shake_hands();
  p.client.say("last");
  p.client.close();
  p.pump();
  EXPECT_EQ(p.received, "last");
  EXPECT_EQ(p.last.how, transfer::ended);
  p.ours.end();
  p.pump();
  EXPECT_TRUE(p.client.is_told_the_end());
}

TEST(Channel, SeesAnEndWithoutNotice) {
  pair_of_ends p(true);
  p.shake_hands();
  p.theirs.close();
  p.take();
  EXPECT_EQ(p.last.how, transfer::ended);
}

TEST(Channel, FallsBackToAnswerHttpWithoutTls) {
  pair_of_ends p(true);
  p.put("GET / HTTP/1.1\r\n\r\n");
  p.take();
  EXPECT_EQ(p.last.how, transfer::failed);
  EXPECT_TRUE(p.ours.falls_back());
  EXPECT_FALSE(p.ours.falls_back()) << "once";
  EXPECT_EQ(p.ours.send("in the clear", {}).bytes, 12U);
  std::array<char, 16> got;
  EXPECT_EQ(::recv(p.theirs.descriptor(), got.data(), got.size(), 0), 12);
}

TEST(Channel, FailsOnWhatIsNeither) {
  pair_of_ends p(true);
  p.put("\x80\x01nonsense");
  p.take();
  EXPECT_EQ(p.last.how, transfer::failed);
  EXPECT_FALSE(p.ours.falls_back());
}

// Nothing of the first one's may come to the second: what it had received, what it could not send.
TEST(Channel, ServesAnotherConnectionAfterTheFirst) {
  pair_of_ends p(true);
  p.shake_hands();
  p.client.say(text_of(20'000));
  p.put(p.client.output());
  std::string room(10, '\0');
  for (int i = 0; i < 3; ++i) (void)p.ours.receive(room);
  while (!p.ours.has_unsent()) (void)p.ours.send(text_of(100'000), {});
  p.ours.close();
  EXPECT_FALSE(p.ours.has_unsent());
  int ends[2] = {-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  p.ours.open(socket_handle(ends[0]), nullptr);
  p.theirs = socket_handle(ends[1]);
  p.put("plain");
  p.take();
  EXPECT_EQ(p.received, "plain");
}

}  // namespace
}  // namespace callgate::net
