// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/completion_queue.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(CompletionQueue, WakesItsOwnerOnlyWhenItWasEmpty) {
  int wakes = 0;
  completion_queue queue{[](void* n) noexcept { ++*static_cast<int*>(n); }, &wakes};
  append_request a, b, c;
  a.next = &b;
  queue.push(&a, &b);
  queue.push(&c, &c);
  EXPECT_EQ(wakes, 1);
  int n = 0;
  for (const append_request* r = queue.take_all(); r != nullptr; r = r->next) ++n;
  EXPECT_EQ(n, 3);
  EXPECT_EQ(queue.take_all(), nullptr);
  queue.push(&c, &c);
  EXPECT_EQ(wakes, 2);
}

}  // namespace
}  // namespace callgate::store
