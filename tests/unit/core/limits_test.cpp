// SPDX-License-Identifier: Apache-2.0
// Bounds that must fit each other.
#include <callgate/core/limits.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

TEST(Limits, FitEachOther) {
  EXPECT_LT(limits::max_target_bytes, limits::max_head_bytes);
  EXPECT_LE(limits::max_body_bytes, limits::max_batch_bytes);
  EXPECT_LE(limits::max_batch_rows, limits::max_queued_appends);
  EXPECT_GE(limits::max_quarantine_bytes, static_cast<std::int64_t>(limits::max_body_bytes));
}

}  // namespace
}  // namespace callgate
