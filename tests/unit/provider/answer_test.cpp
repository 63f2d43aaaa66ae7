// SPDX-License-Identifier: Apache-2.0
// The two checks that every generated answer table must pass.
#include <callgate/provider/answer.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

constexpr answer_table all(std::uint16_t status) {
  answer_table table{};
  for (answer& a : table) a.status = status;
  return table;
}

constexpr answer_table with(answer_table table, outcome o, std::uint16_t status) {
  table[static_cast<std::size_t>(o)].status = status;
  return table;
}

TEST(AnswerTable, HasAHoleWhereAnyOutcomeHasNoStatus) {
  static_assert(has_hole(answer_table{}));
  static_assert(!has_hole(all(200)));
  for (std::size_t i = 0; i < outcome_count; ++i)
    EXPECT_TRUE(has_hole(with(all(200), static_cast<outcome>(i), 0))) << i;
}

TEST(AnswerTable, MayNotAcknowledgeWhatIsKeptNowhere) {
  static_assert(!acknowledges_unstored(all(503)));
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto o = static_cast<outcome>(i);
    EXPECT_EQ(acknowledges_unstored(with(all(503), o, 200)), placement_of(o) == placement::nowhere)
        << i;
    EXPECT_FALSE(acknowledges_unstored(with(all(503), o, 300))) << i;
  }
}

TEST(AnswerValue, IsNullUnlessSaidOtherwise) {
  static_assert(scalar{}.kind == scalar::type::null);
  static_assert(answer_segment{}.read == nullptr && answer_segment{}.kind == slot::literal);
}

}  // namespace
}  // namespace callgate
