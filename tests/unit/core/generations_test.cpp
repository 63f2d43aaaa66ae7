// SPDX-License-Identifier: Apache-2.0
// Values replaced under readers: seen at once, whole, and gone when nobody holds them.
#include <callgate/core/generations.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace callgate {
namespace {

using pair = std::pair<int, int>;

TEST(Generations, AreSeenAtTheNextLook) {
  generations<int> numbers(std::make_shared<int>(1));
  generations<int>::reader reader(numbers);
  EXPECT_EQ(reader.current(), 1);
  numbers.replace(std::make_shared<int>(2));
  EXPECT_EQ(reader.current(), 2);
  EXPECT_EQ(*numbers.latest(), 2);
  generations<int>::reader late(numbers);
  EXPECT_EQ(late.current(), 2);
}

TEST(Generations, StayWhileAReaderHoldsThemAndGoThen) {
  auto first = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = first;
  generations<int> numbers(std::move(first));
  generations<int>::reader reader(numbers);
  const int& held = reader.current();
  numbers.replace(std::make_shared<int>(2));
  EXPECT_EQ(held, 1) << "what was given stays until the next look";
  EXPECT_FALSE(watch.expired());
  EXPECT_EQ(reader.current(), 2);
  EXPECT_TRUE(watch.expired());
}

TEST(Generations, AreWholeForEveryThread) {
  generations<pair> pairs(std::make_shared<pair>(0, 0));
  std::atomic<bool> torn{false}, done{false};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t)
    readers.emplace_back([&] {
      generations<pair>::reader reader(pairs);
      int last = 0;
      while (!done) {
        const pair& seen = reader.current();
        if (seen.first != seen.second || seen.first < last) torn = true;
        last = seen.first;
      }
    });
  for (int i = 1; i <= 5'000; ++i) pairs.replace(std::make_shared<pair>(i, i));
  done = true;
  for (std::thread& each : readers) each.join();
  EXPECT_FALSE(torn);
}

}  // namespace
}  // namespace callgate
