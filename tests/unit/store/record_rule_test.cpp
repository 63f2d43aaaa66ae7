// SPDX-License-Identifier: Apache-2.0
// Which callback gives a column its value.
#include <callgate/store/record_rule.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

constexpr scalar text{.kind = scalar::type::text, .text = "x"};
constexpr scalar no{.kind = scalar::type::boolean, .boolean = false};
constexpr scalar empty{.kind = scalar::type::text};

static_assert(takes_value(text, 0, 0), "a gap is filled by anybody");
static_assert(takes_value(text, 2, 1));
static_assert(takes_value(text, 2, 2), "of equal stages the later callback counts");
static_assert(!takes_value(text, 1, 2), "a late callback overwrites nothing");
static_assert(!takes_value(scalar{}, 9, 0) && !takes_value(empty, 9, 0));
static_assert(takes_value(no, 1, 1), "false is a value");
static_assert(takes_value({.kind = scalar::type::cleared}, 1, 1), "so is a null that is said");
static_assert(!takes_value({.kind = scalar::type::cleared}, 1, 2));

static_assert(has_rows(outcome::accepted) && has_rows(outcome::unknown_type));
static_assert(has_rows(outcome::conflict) && has_rows(outcome::processing_failed));
static_assert(!has_rows(outcome::unknown_task), "nobody registered its task yet");

TEST(RecordRule, IsCheckedWhenCompiled) {
  SUCCEED();
}

}  // namespace
}  // namespace callgate::store
