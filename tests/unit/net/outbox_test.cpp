// SPDX-License-Identifier: Apache-2.0
// Everything that is added comes out once and in its order, however little the peer takes at a
// time.
#include <callgate/net/outbox.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::net {
namespace {

// Takes `most` bytes a call, `calls` times, then nothing until it is told again.
struct slow_stream {
  std::size_t most = SIZE_MAX;
  std::size_t calls = SIZE_MAX;
  bool broken = false;
  std::string taken{};
  int sends = 0;

  static bool has_unsent() { return false; }

  transferred send(std::string_view head, std::string_view tail) {
    ++sends;
    if (broken) return {transfer::failed};
    if (calls == 0) return {transfer::blocked};
    --calls;
    const std::string all = std::string(head) + std::string(tail);
    taken += all.substr(0, most);
    return {transfer::done, std::min(most, all.size())};
  }
};

struct sender {
  output_area area{};
  buffer_pool buffers;
  outbox box{area, buffers};
  slow_stream out{};

  explicit sender(std::size_t pool_bytes = 1 << 20) : buffers(pool_bytes) {}

  // As a response_writer does.
  bool answer(std::string_view text, std::string_view tail = {}) {
    text.copy(area.room().data(), text.size());
    return box.add({area.room().data(), text.size()}, tail);
  }
};

TEST(Outbox, SendsPipelinedAnswersInOnePiece) {
  sender s;
  for (const char* text : {"one ", "two ", "three"}) ASSERT_TRUE(s.answer(text));
  EXPECT_FALSE(s.box.empty());
  EXPECT_EQ(s.box.send(s.out), transfer::done);
  EXPECT_TRUE(s.box.empty());
  EXPECT_EQ(s.out.taken, "one two three");
  EXPECT_EQ(s.out.sends, 1);
  EXPECT_EQ(s.box.send(s.out), transfer::done) << "nothing is left";
  EXPECT_EQ(s.out.sends, 1);
}

TEST(Outbox, SendsALongBodyBehindItsHead) {
  const std::string body(100'000, 'b');
  for (const std::size_t most : {std::size_t{1}, std::size_t{7}, std::size_t{50'000}}) {
    sender s;
    s.out.most = most;
    ASSERT_TRUE(s.answer("first "));
    ASSERT_TRUE(s.answer("head ", body));
    EXPECT_EQ(s.box.send(s.out), transfer::done);
    EXPECT_EQ(s.out.taken, "first head " + body);
  }
}

// What is blocked must not stay in the thread's area, which the next turn's answers overwrite.
TEST(Outbox, KeepsWhatThePeerDoesNotTake) {
  const std::string tail = "the tail";
  for (std::size_t taken = 0; taken < 16; ++taken) {
    sender s;
    s.out.most = 1;
    s.out.calls = taken;
    ASSERT_TRUE(s.answer("one "));
    ASSERT_TRUE(s.answer("two ", tail));
    EXPECT_EQ(s.box.send(s.out), transfer::blocked);
    outbox other(s.area, s.buffers);
    ASSERT_TRUE(other.add("XXXXXXXXXXXXXXXXXXXXX"));
    s.out.calls = SIZE_MAX;
    EXPECT_EQ(s.box.send(s.out), transfer::done);
    EXPECT_EQ(s.out.taken, "one two the tail") << taken;
    other.clear();
    EXPECT_TRUE(s.area.has_room());
  }
}

TEST(Outbox, AddsBehindWhatIsBlocked) {
  sender s;
  s.out.most = 3;
  s.out.calls = 1;
  std::string expected = "begin ";
  ASSERT_TRUE(s.answer(expected));
  EXPECT_EQ(s.box.send(s.out), transfer::blocked);
  for (int i = 0; i < 3'000; ++i) {  // more than one buffer
    const std::string text = std::to_string(i) + " ";
    ASSERT_TRUE(s.answer(text));
    expected += text;
  }
  s.out.calls = SIZE_MAX;
  EXPECT_EQ(s.box.send(s.out), transfer::done);
  EXPECT_EQ(s.out.taken, expected);
}

TEST(Outbox, KeepsItsOrderWithOthersAnswersBetween) {
  sender s;
  outbox other(s.area, s.buffers);
  std::string mine, theirs;
  for (int i = 0; i < 5; ++i) {
    const std::string text = "mine" + std::to_string(i), their = "theirs" + std::to_string(i);
    ASSERT_TRUE(s.answer(text));
    ASSERT_TRUE(other.add(their));
    mine += text;
    theirs += their;
  }
  EXPECT_EQ(s.box.send(s.out), transfer::done);
  EXPECT_EQ(s.out.taken, mine);
  slow_stream their_stream;
  EXPECT_EQ(other.send(their_stream), transfer::done);
  EXPECT_EQ(their_stream.taken, theirs);
}

// Connections whose answers alternate need no buffers for that.
TEST(Outbox, JoinsItsAnswersBehindOthersWithoutABuffer) {
  sender s(0);
  outbox other{s.area, s.buffers};
  slow_stream to_other;
  for (const char* text : {"one ", "two ", "three "}) {
    ASSERT_TRUE(s.answer(text));
    ASSERT_TRUE(other.add("other "));
  }
  EXPECT_EQ(s.box.send(s.out), transfer::done);
  EXPECT_EQ(other.send(to_other), transfer::done);
  EXPECT_EQ(s.out.taken, "one two three ");
  EXPECT_EQ(s.out.sends, 1);
  EXPECT_EQ(to_other.taken, "other other other ");
}

// By TLS all of it may be blocked in the channel: nothing of it is here, and yet nobody sends at
// the end of the turn.
TEST(Outbox, LeavesTheAreaToOthersWhenItHasToWait) {
  sender s;
  const char* const begin = s.area.room().data();
  ASSERT_TRUE(s.box.add("one ", {}, true));
  EXPECT_EQ(s.area.room().data(), begin);
  ASSERT_TRUE(s.box.add("two ", {}, false));
  EXPECT_EQ(s.area.room().data(), begin);
  EXPECT_EQ(s.box.send(s.out), transfer::done);
  EXPECT_EQ(s.out.taken, "one two ");
}

// It was sent for already, so that what comes now goes with it.
TEST(Outbox, KeepsItsOrderWhenItHasToWaitOnlyNow) {
  sender s;
  ASSERT_TRUE(s.answer("one "));
  ASSERT_TRUE(s.box.add("two ", {}, true));
  s.out.calls = 0;
  EXPECT_EQ(s.box.send(s.out), transfer::blocked);
  ASSERT_TRUE(s.box.add("three", {}, true));
  s.out.calls = SIZE_MAX;
  EXPECT_EQ(s.box.send(s.out), transfer::done);
  EXPECT_EQ(s.out.taken, "one two three");
}

TEST(Outbox, SaysSoWhenThereIsNoBufferForWhatHasToWait) {
  sender s(0);
  EXPECT_FALSE(s.box.add("x", {}, true));
}

TEST(Outbox, SaysSoWhenThereIsNoBufferForWhatIsBlocked) {
  sender s(0);
  s.out.calls = 0;
  ASSERT_TRUE(s.answer("x"));
  EXPECT_EQ(s.box.send(s.out), transfer::failed);
}

TEST(Outbox, TellsThatTheConnectionIsBroken) {
  sender s;
  s.out.broken = true;
  ASSERT_TRUE(s.answer("x"));
  EXPECT_EQ(s.box.send(s.out), transfer::failed);
}

TEST(Outbox, GivesItsPartOfTheAreaBackOnce) {
  sender s;
  const char* const begin = s.area.room().data();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(s.answer("a"));
    ASSERT_TRUE(s.answer("b"));
    s.box.clear();
    s.box.clear();
    EXPECT_EQ(s.area.room().data(), begin);
  }
}

}  // namespace
}  // namespace callgate::net
