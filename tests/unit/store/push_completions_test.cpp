// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/push_completions.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <vector>

namespace callgate::store {
namespace {

struct owner {
  int wakes = 0;
  completion_queue queue{[](void* o) noexcept { ++static_cast<owner*>(o)->wakes; }, this};
};

void give_back(std::vector<append_request>& requests) {
  for (std::size_t i = 0; i + 1 < requests.size(); ++i) requests[i].next = &requests[i + 1];
  push_completions(requests.empty() ? nullptr : requests.data());
}

TEST(PushCompletions, WakesEachQueueOnceAndKeepsTheOrder) {
  std::deque<owner> owners(3);
  std::vector<append_request> requests(30);
  for (std::size_t i = 0; i < 30; ++i) requests[i].completions = &owners[i % 3].queue;
  give_back(requests);
  for (std::size_t o = 0; o < 3; ++o) {
    EXPECT_EQ(owners[o].wakes, 1);
    std::size_t expected = o;
    for (const append_request* r = owners[o].queue.take_all(); r != nullptr; r = r->next) {
      EXPECT_EQ(r, &requests[expected]);
      expected += 3;
    }
    EXPECT_EQ(expected, 30 + o);
  }
}

TEST(PushCompletions, GivesEverythingBackWithMoreQueuesThanItHasRoomFor) {
  std::deque<owner> owners(200);
  std::vector<append_request> requests(400);
  for (std::size_t i = 0; i < 400; ++i) requests[i].completions = &owners[i % 200].queue;
  give_back(requests);
  for (owner& o : owners) {
    std::size_t n = 0;
    for (const append_request* r = o.queue.take_all(); r != nullptr; r = r->next) ++n;
    EXPECT_EQ(n, 2u);
  }
}

TEST(PushCompletions, DoesNothingWithoutRequests) {
  push_completions(nullptr);
}

}  // namespace
}  // namespace callgate::store
