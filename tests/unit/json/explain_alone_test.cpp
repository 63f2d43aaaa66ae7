// SPDX-License-Identifier: Apache-2.0
// explain.hpp needs no header that its user does not name.
#include <callgate/json/explain.hpp>

#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace callgate::json {
namespace {

TEST(ExplainAlone, TellsWhatIsMissing) {
  std::array<std::byte, 4096> buffer;
  arena memory{buffer};
  test::payload out;
  std::size_t told = 0;
  EXPECT_FALSE(
      explain<test::payload>("{}", memory, out, [&](const offence&) { return ++told != 0; }));
  EXPECT_EQ(told, 3U);  // code, task_id, tracks
}

}  // namespace
}  // namespace callgate::json
