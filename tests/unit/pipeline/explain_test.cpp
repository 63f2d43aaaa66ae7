// SPDX-License-Identifier: Apache-2.0
// What is told of the bundled providers' bodies: never another verdict than the receiver's.
#include <callgate/pipeline/explain.hpp>

#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>

#include "tests/support/explained.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

using lines = std::vector<std::string>;

template <provider P>
void compare_all(std::span<const example> examples) {
  std::size_t refusals = 0, seen = 0;
  const auto compare = [&](std::string_view body) {
    test::expect_same_verdict<P>(body, refusals);
    ++seen;
  };
  for (const example& each : examples) {
    const std::string_view body = each.steps[0].body;
    compare(body);
    if (body.size() < 1500)
      for (const std::string& other : test::damaged_bytes(body)) compare(other);
    for (const std::string& other : test::other_values(body)) compare(other);
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(refusals, seen / 20);
  EXPECT_LT(refusals, seen);
}

TEST(Explain, NeverDiffersFromTheReceiver) {
  compare_all<schemas::suno::provider>(schemas::suno::examples);
  compare_all<schemas::kie::provider>(schemas::kie::examples);
  compare_all<schemas::tts_error::provider>(schemas::tts_error::examples);
  compare_all<schemas::job_worker::provider>(schemas::job_worker::examples);
}

TEST(Explain, TellsAllOfABody) {
  EXPECT_EQ(test::lines_of<schemas::job_worker::provider>(
                R"({"jobId":7,"status":"done","imageUrls":["",null]})"),
            (lines{"/jobId: type string: found 7 at byte 9",
                   R"(/status: enum processing, completed, failed: found "done" at byte 20)",
                   R"(/imageUrls/0: minLength 1: found "" at byte 40)",
                   "/imageUrls/1: type string: found null at byte 43"}));
}

TEST(Explain, SaysThatTheArenaIsTooSmall) {
  arena memory;  // with no room at all
  EXPECT_FALSE(explain<schemas::job_worker::provider>("{}", memory,
                                                      [](const json::offence&) { return true; }));
}

}  // namespace
}  // namespace callgate
