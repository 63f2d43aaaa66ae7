// SPDX-License-Identifier: Apache-2.0
// Bytes through a socket that does not wait.
#include <callgate/net/stream.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace callgate::net {
namespace {

struct connected {
  stream ours;
  socket_handle theirs;

  connected() {
    int pair[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) ADD_FAILURE();
    ours.open(socket_handle(pair[0]));
    theirs = socket_handle(pair[1]);
  }

  std::string read() const {
    std::array<char, 4096> room;
    const ssize_t n = ::recv(theirs.descriptor(), room.data(), room.size(), 0);
    return n > 0 ? std::string(room.data(), static_cast<std::size_t>(n)) : std::string();
  }
};

TEST(Stream, ReceivesWhatHasCome) {
  connected c;
  std::array<char, 8> room;
  EXPECT_EQ(c.ours.receive(room).how, transfer::blocked);
  ASSERT_EQ(::send(c.theirs.descriptor(), "hello", 5, 0), 5);
  const transferred got = c.ours.receive(room);
  EXPECT_EQ(got.how, transfer::done);
  EXPECT_EQ(std::string_view(room.data(), got.bytes), "hello");
  EXPECT_TRUE(got.is_all);
  ASSERT_EQ(::send(c.theirs.descriptor(), "12345678", 8, 0), 8);
  EXPECT_FALSE(c.ours.receive(room).is_all) << "more may have come";
}

TEST(Stream, SendsBothPiecesInOrder) {
  connected c;
  EXPECT_EQ(c.ours.send("head ", "tail").bytes, 9U);
  EXPECT_EQ(c.read(), "head tail");
  EXPECT_EQ(c.ours.send("alone", {}).bytes, 5U);
  EXPECT_EQ(c.ours.send({}, "tail").bytes, 4U);
  EXPECT_EQ(c.read(), "alonetail");
}

TEST(Stream, TellsWhenThePeerTakesNoMore) {
  connected c;
  const std::string much(1 << 20, 'x');
  transferred t{transfer::done};
  for (int i = 0; i < 100 && t.how == transfer::done; ++i) t = c.ours.send(much, much);
  EXPECT_EQ(t.how, transfer::blocked);
}

TEST(Stream, TellsTheEndFromAnError) {
  connected c;
  std::array<char, 8> room;
  c.ours.end();
  EXPECT_EQ(c.read(), "");
  c.theirs.close();
  EXPECT_EQ(c.ours.receive(room).how, transfer::ended);
  EXPECT_EQ(c.ours.send("x", {}).how, transfer::failed) << "and no signal ends the process";
}

}  // namespace
}  // namespace callgate::net
