// SPDX-License-Identifier: Apache-2.0
// When stages are expected, reached and overdue.
#include <callgate/server/expected_stages.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace callgate {
namespace {

using namespace std::chrono_literals;

constexpr std::array<stage, 4> stages{{
    {.name = "text", .rank = 1, .expected = 30s},
    {.name = "first", .rank = 2, .expected = 120s},
    {.name = "error", .rank = 3, .status = task_status::failed, .terminal = true},
    {.name = "complete", .rank = 4, .terminal = true, .expected = 240s},
}};
constexpr unix_micros second = 1'000'000;
constexpr unix_micros start = 1000 * second;

store::history_entry task(std::string_view furthest = {}) {
  store::history_entry e;
  e.stage = furthest;
  e.first_received_at = e.last_received_at = start;
  return e;
}

void add(store::history_entry& to, std::string_view stage, unix_micros after,
         std::int64_t attempt = 1, outcome result = outcome::accepted) {
  store::stored_event one;
  one.stage = stage;
  one.result = result;
  one.attempt = attempt;
  one.received_at = start + after * second;
  to.timeline.push_back(one);
}

// "name expected reached", in seconds after the start, and ! when it is overdue.
std::string told(const store::history_entry& e, unix_micros after) {
  std::string out;
  for (const expected_stage& s : expected_stages(e, stages, start + after * second)) {
    out += std::string(s.name) + " " + std::to_string((s.expected_at - start) / second) + " ";
    out += s.reached_at ? std::to_string((*s.reached_at - start) / second) : "-";
    out += s.overdue ? "!; " : "; ";
  }
  return out;
}

TEST(ExpectedStages, AreToldFromTheFirstSignOn) {
  EXPECT_EQ(told(task(), 0), "text 30 -; first 120 -; complete 240 -; ");
  EXPECT_EQ(expected_stages(task(), {}, start).size(), 0U);
}

TEST(ExpectedStages, AreOverdueOnceTheirTimeIsOver) {
  EXPECT_EQ(told(task(), 30), "text 30 -; first 120 -; complete 240 -; ");
  EXPECT_EQ(told(task(), 31), "text 30 -!; first 120 -; complete 240 -; ");
  EXPECT_EQ(told(task(), 999), "text 30 -!; first 120 -!; complete 240 -!; ");
}

TEST(ExpectedStages, TellWhenTheyWereReached) {
  store::history_entry e = task("first");
  add(e, "text", 20);
  add(e, "first", 300);
  add(e, "text", 310);
  EXPECT_EQ(told(e, 999), "text 30 20; first 120 300; complete 240 -!; ");
}

TEST(ExpectedStages, AreNotWaitedForOncePassedOrEnded) {
  store::history_entry passed = task("first");
  add(passed, "first", 50);
  EXPECT_EQ(told(passed, 200), "text 30 -; first 120 50; complete 240 -; ");
  store::history_entry failed = task("error");
  add(failed, "error", 50);
  EXPECT_EQ(told(failed, 999), "text 30 -; first 120 -; complete 240 -; ");
}

TEST(ExpectedStages, CountOnlyCallbacksThatMayMoveTheTask) {
  store::history_entry e = task();
  add(e, "text", 10, 1, outcome::conflict);
  add(e, "text", 11, 1, outcome::unknown_task);
  EXPECT_EQ(told(e, 31), "text 30 -!; first 120 -; complete 240 -; ");
  add(e, "text", 12, 1, outcome::processing_failed);
  EXPECT_EQ(told(e, 31), "text 30 12; first 120 -; complete 240 -; ");
}

TEST(ExpectedStages, OfALaterAttemptBeginWithItsFirstCallback) {
  store::history_entry e = task();
  add(e, "text", 10, 1);
  e.attempt = 2;
  e.last_received_at = start + 1000 * second;  // it was registered then
  EXPECT_EQ(told(e, 1031), "text 1030 -!; first 1120 -; complete 1240 -; ");
  e.stage = "text";
  add(e, "text", 1005, 2);
  EXPECT_EQ(told(e, 1031), "text 1035 1005; first 1125 -; complete 1245 -; ");
}

}  // namespace
}  // namespace callgate
