// SPDX-License-Identifier: Apache-2.0
// The closed list: names, number, and where each outcome is kept.
#include <callgate/provider/outcome.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace callgate {
namespace {

TEST(Outcome, HasOneNameForEach) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < outcome_count; ++i) names.insert(enum_name(static_cast<outcome>(i)));
  EXPECT_EQ(names.size(), outcome_count);
  EXPECT_FALSE(names.contains(""));
  static_assert(static_cast<std::size_t>(outcome::unsupported_media) + 1 == outcome_count);
}

// A name out of its place would tell operators the wrong reason.
TEST(Outcome, IsSpelledAsItsEnumerator) {
  EXPECT_EQ(enum_name(outcome::accepted), "accepted");
  EXPECT_EQ(enum_name(outcome::duplicate), "duplicate");
  EXPECT_EQ(enum_name(outcome::conflict), "conflict");
  EXPECT_EQ(enum_name(outcome::missing_signature), "missing_signature");
  EXPECT_EQ(enum_name(outcome::invalid_signature), "invalid_signature");
  EXPECT_EQ(enum_name(outcome::stale_timestamp), "stale_timestamp");
  EXPECT_EQ(enum_name(outcome::bad_json), "bad_json");
  EXPECT_EQ(enum_name(outcome::schema_error), "schema_error");
  EXPECT_EQ(enum_name(outcome::no_task_id), "no_task_id");
  EXPECT_EQ(enum_name(outcome::unknown_type), "unknown_type");
  EXPECT_EQ(enum_name(outcome::unknown_task), "unknown_task");
  EXPECT_EQ(enum_name(outcome::processing_failed), "processing_failed");
  EXPECT_EQ(enum_name(outcome::passive), "passive");
  EXPECT_EQ(enum_name(outcome::queue_full), "queue_full");
  EXPECT_EQ(enum_name(outcome::store_error), "store_error");
  EXPECT_EQ(enum_name(outcome::deadline), "deadline");
  EXPECT_EQ(enum_name(outcome::rate_limited), "rate_limited");
  EXPECT_EQ(enum_name(outcome::too_large), "too_large");
  EXPECT_EQ(enum_name(outcome::unsupported_media), "unsupported_media");
}

TEST(Outcome, IsKeptWhereTheDesignSays) {
  using enum outcome;
  for (const outcome o :
       {accepted, duplicate, conflict, unknown_type, unknown_task, processing_failed, passive})
    EXPECT_EQ(placement_of(o), placement::event) << enum_name(o);
  for (const outcome o :
       {missing_signature, invalid_signature, stale_timestamp, bad_json, schema_error, no_task_id})
    EXPECT_EQ(placement_of(o), placement::quarantine) << enum_name(o);
  for (const outcome o :
       {queue_full, store_error, deadline, rate_limited, too_large, unsupported_media})
    EXPECT_EQ(placement_of(o), placement::nowhere) << enum_name(o);
}

}  // namespace
}  // namespace callgate
