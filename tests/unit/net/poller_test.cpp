// SPDX-License-Identifier: Apache-2.0
// Batches of events, and what is put off to a turn's end or to another turn.
#include <callgate/net/poller.hpp>

#include <callgate/net/socket_handle.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>

namespace callgate::net {
namespace {

using namespace std::chrono_literals;

// A socket pair: one end is watched.
struct watched : poller::watcher {
  std::function<void(std::uint32_t)> told = [](std::uint32_t) {};
  std::function<void()> finished = [] {};
  socket_handle ours, theirs;
  int events = 0, ends = 0, again = 0;

  watched() {
    int pair[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) ADD_FAILURE();
    ours = socket_handle(pair[0]);
    theirs = socket_handle(pair[1]);
    on_events = [](poller::watcher& self, std::uint32_t e) {
      auto& w = static_cast<watched&>(self);
      ++(e == 0 ? w.again : w.events);
      w.told(e);
    };
    on_turn_end = [](poller::watcher& self) {
      auto& w = static_cast<watched&>(self);
      ++w.ends;
      w.finished();
    };
  }
  void write() const { EXPECT_EQ(::send(theirs.descriptor(), "x", 1, 0), 1); }
};

struct polled {
  asio::io_context context{1};
  poller p{context};

  polled() { p.start(); }
  void run() {
    context.run_for(20ms);
    context.restart();
  }
};

TEST(Poller, TellsOfEachEventOnce) {
  polled x;
  watched w;
  ASSERT_TRUE(x.p.add(w.ours.descriptor(), w));
  x.run();
  const int first = w.events;  // that it can be written to
  EXPECT_EQ(first, 1);
  for (int i = 1; i <= 3; ++i) {
    w.write();
    x.run();
    EXPECT_EQ(w.events, first + i);
  }
}

TEST(Poller, TellsOfMoreThanOneBatch) {
  polled x;
  std::vector<std::unique_ptr<watched>> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(std::make_unique<watched>());
    ASSERT_TRUE(x.p.add(all.back()->ours.descriptor(), *all.back()));
  }
  const auto told = [&] {
    return std::all_of(all.begin(), all.end(), [](const auto& w) { return w->events > 0; });
  };
  for (int i = 0; i < 500 && !told(); ++i) x.run();
  for (const auto& w : all) EXPECT_EQ(w->events, 1);
}

TEST(Poller, LooksAgainAtOnceWhereSeveralCame) {
  polled x;
  watched one, other, third;
  for (watched* w : {&one, &other, &third}) ASSERT_TRUE(x.p.add(w->ours.descriptor(), *w));
  x.run();
  const int before = third.events;
  one.told = [&](std::uint32_t) { third.write(); };
  one.write();
  other.write();
  EXPECT_EQ(x.context.poll_one(), 1u);
  EXPECT_EQ(third.events, before + 1);
}

TEST(Poller, LetsTheContextsOtherHandlersHaveTheirTurn) {
  polled x;
  watched one, other;
  for (watched* w : {&one, &other}) ASSERT_TRUE(x.p.add(w->ours.descriptor(), *w));
  x.run();
  bool is_called = false;
  const int before = one.events;
  for (watched* w : {&one, &other})
    w->told = [&, w](std::uint32_t) {
      if (one.events == before + 1) asio::post(x.context, [&] { is_called = true; });
      if (!is_called && w->events < 10'000) w->write();
    };
  one.write();
  other.write();
  x.run();
  EXPECT_TRUE(is_called);
  EXPECT_LT(one.events, before + 100);
}

TEST(Poller, DoesNotTellOfWhatWasRemovedInTheSameBatch) {
  polled x;
  watched one, other;
  for (watched* w : {&one, &other}) ASSERT_TRUE(x.p.add(w->ours.descriptor(), *w));
  x.run();
  one.told = [&](std::uint32_t) { x.p.remove(other.ours.descriptor(), other); };
  other.told = [&](std::uint32_t) { x.p.remove(one.ours.descriptor(), one); };
  const int before = one.events + other.events;
  one.write();
  other.write();
  x.run();
  EXPECT_EQ(one.events + other.events, before + 1) << "the first one has removed the second";
}

TEST(Poller, FinishesWhatWasPutOffOncePerTurn) {
  polled x;
  watched w;
  std::string order;
  w.finished = [&] { order += "end "; };
  x.p.turn([&] {
    x.p.finish_later(w);
    x.p.finish_later(w);
    order += "turn ";
  });
  EXPECT_EQ(order, "turn end ");
  x.p.turn([&] { x.p.finish_later(w); });
  EXPECT_EQ(w.ends, 2);
}

TEST(Poller, TakesATurnWithinATurnForAPartOfIt) {
  polled x;
  watched w;
  x.p.turn([&] {
    const auto began = x.p.now();
    x.p.turn([&] { x.p.finish_later(w); });
    EXPECT_EQ(w.ends, 0) << "the turn has not ended";
    EXPECT_EQ(x.p.now(), began);
    x.p.turn([&] { x.p.call_again(w); });
    x.p.finish_later(w);
  });
  EXPECT_EQ(w.ends, 1);
  x.run();
  EXPECT_EQ(w.again, 1);
}

TEST(Poller, FinishesAtOnceIfAsked) {
  polled x;
  watched w;
  x.p.turn([&] {
    x.p.finish_later(w);
    x.p.finish_now();
    EXPECT_EQ(w.ends, 1);
  });
  EXPECT_EQ(w.ends, 1);
}

// A handler of the context that is no turn, the API's answers say: nothing else would end a turn.
TEST(Poller, FinishesAndCallsAgainWhatWasAskedForOutsideOfATurn) {
  polled x;
  watched w;
  x.p.finish_later(w);
  x.run();
  EXPECT_EQ(w.ends, 1);
  x.p.call_again(w);
  x.run();
  EXPECT_EQ(w.again, 1);
}

TEST(Poller, CallsAgainInAnotherTurnInOrder) {
  polled x;
  watched one, other;
  std::string order;
  one.told = [&](std::uint32_t) {
    order += "one ";
    if (order.size() < 20) x.p.call_again(one);
  };
  other.told = [&](std::uint32_t) { order += "other "; };
  x.p.turn([&] {
    x.p.call_again(one);
    x.p.call_again(other);
    x.p.call_again(other);
    EXPECT_EQ(order, "");
  });
  EXPECT_EQ(order, "") << "not in the turn that asked";
  x.run();
  EXPECT_EQ(order, "one other one one one ");
}

// What goes on does so between the events of a batch; who waits for something to come does not.
TEST(Poller, GoesOnBeforeTheNextEventAndCallsTheLastWhenThereIsNone) {
  polled x;
  watched one, other, going_on, last;
  std::string order;
  for (watched* w : {&one, &other}) ASSERT_TRUE(x.p.add(w->ours.descriptor(), *w));
  x.run();
  const auto told = [&](std::uint32_t) {
    order += "event ";
    x.p.call_last(last);
    x.p.go_on(going_on);
  };
  one.told = other.told = told;
  going_on.told = [&](std::uint32_t) { order += "on "; };
  last.told = [&](std::uint32_t) {
    order += "last ";
    if (order.size() < 30) x.p.go_on(going_on);
  };
  one.write();
  other.write();
  x.run();
  EXPECT_EQ(order, "event on event on last on ");
}

TEST(Poller, GoesOnInTheSameTurnInOrderBeforeItEnds) {
  polled x;
  watched one, other;
  std::string order;
  one.told = [&](std::uint32_t) {
    order += "one ";
    x.p.finish_later(one);
    if (order.size() < 20) x.p.go_on(one);
  };
  one.finished = [&] { order += "end "; };
  other.told = [&](std::uint32_t) { order += "other "; };
  x.p.turn([&] {
    x.p.go_on(one);
    x.p.go_on(other);
    x.p.go_on(other);
    EXPECT_EQ(order, "");
  });
  EXPECT_EQ(order, "one other one one one end ");
}

TEST(Poller, GoesOnWithWhatTheTurnsEndAskedFor) {
  polled x;
  watched w, late;
  std::string order;
  w.told = [&](std::uint32_t) { order += "on "; };
  w.finished = [&] {
    order += "end ";
    if (w.ends == 1) x.p.go_on(late);
  };
  late.told = [&](std::uint32_t) { x.p.finish_later(w); };
  x.p.turn([&] { x.p.finish_later(w); });
  EXPECT_EQ(order, "end end ");
}

TEST(Poller, CallsTheLastThatTheTurnsEndAskedFor) {
  polled x;
  watched w, last;
  w.finished = [&] {
    if (w.ends == 1) x.p.call_last(last);
  };
  x.p.turn([&] { x.p.finish_later(w); });
  EXPECT_EQ(last.again, 1);
}

TEST(Poller, NumbersItsTurns) {
  polled x;
  std::uint64_t first = 0;
  x.p.turn([&] {
    first = x.p.turn_number();
    x.p.turn([&] { EXPECT_EQ(x.p.turn_number(), first) << "a turn within it is the same"; });
  });
  x.p.turn([&] { EXPECT_NE(x.p.turn_number(), first); });
}

TEST(Poller, GoesOnSoonOutsideOfATurn) {
  polled x;
  watched w;
  x.p.go_on(w);
  EXPECT_EQ(w.again, 0);
  x.run();
  EXPECT_EQ(w.again, 1);
}

TEST(Poller, HoldsUntilItReleases) {
  polled x;
  watched one, other;
  for (watched* w : {&one, &other, &one}) x.p.hold(*w);
  x.p.call_again(one);  // it is asked for already
  x.run();
  EXPECT_EQ(one.again + other.again, 0);
  x.p.release();
  x.run();
  EXPECT_EQ(one.again, 1);
  EXPECT_EQ(other.again, 1);
  x.p.call_again(one);
  x.run();
  EXPECT_EQ(one.again, 2);
}

TEST(Poller, LetsTheContextReturnOnceItIsStopped) {
  polled x;
  watched w;
  ASSERT_TRUE(x.p.add(w.ours.descriptor(), w));
  w.told = [&](std::uint32_t) { x.p.stop(); };
  x.context.run();
  EXPECT_EQ(w.events, 1);
}

TEST(Poller, SaysSoWhenADescriptorCannotBeWatched) {
  polled x;
  watched w;
  EXPECT_FALSE(x.p.add(-1, w));
  x.p.remove(-1, w);
}

}  // namespace
}  // namespace callgate::net
