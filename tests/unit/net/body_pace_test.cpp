// SPDX-License-Identifier: Apache-2.0
// Slow bodies: time that is bought by bytes, and never more than a body has in all.
#include <callgate/net/body_pace.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace callgate::net {
namespace {

using namespace std::chrono_literals;

const body_pace::clock::time_point start{1'000'000ms};

connection_options bounds() {
  connection_options out;
  out.body_timeout = 30s;
  out.body_grace = 5s;
  out.min_bytes_per_second = 100;
  return out;
}

TEST(BodyPace, GivesGraceFirst) {
  body_pace pace;
  pace.begin(start, bounds());
  EXPECT_EQ(pace.due(), start + 5s);
}

TEST(BodyPace, LetsBytesBuyTime) {
  body_pace pace;
  pace.begin(start, bounds());
  pace.received(100);
  EXPECT_EQ(pace.due(), start + 6s);
  for (int i = 0; i < 10; ++i) pace.received(1);
  EXPECT_EQ(pace.due(), start + 6'100ms);
}

TEST(BodyPace, NeverGivesMoreThanTheWholeBodyHas) {
  body_pace pace;
  pace.begin(start, bounds());
  for (int i = 0; i < 1'000; ++i) pace.received(16 * 1024);
  EXPECT_EQ(pace.due(), start + 30s);
}

TEST(BodyPace, KnowsNoPaceWithoutARate) {
  connection_options how = bounds();
  how.min_bytes_per_second = 0;
  body_pace pace;
  pace.begin(start, how);
  pace.received(1);
  EXPECT_EQ(pace.due(), start + 30s);
}

TEST(BodyPace, BeginsAnewWithEachBody) {
  body_pace pace;
  pace.begin(start, bounds());
  pace.received(1'000'000);
  pace.begin(start + 60s, bounds());
  EXPECT_EQ(pace.due(), start + 65s);
}

}  // namespace
}  // namespace callgate::net
