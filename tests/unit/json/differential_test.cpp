// SPDX-License-Identifier: Apache-2.0
// Random texts, whole and damaged: every instruction set and the reference must say the same.
#include "tests/support/differential.hpp"
#include "tests/support/json_generator.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace callgate::test {
namespace {

template <json::read_options O>
void compare_many(std::uint32_t seed, std::size_t rounds) {
  verdicts whole, damaged;
  EXPECT_EQ((random_differences<payload, O>(seed, rounds, whole, damaged)), "");
  // The comparison says little unless all outcomes are frequent.
  EXPECT_GT(whole.accepted, rounds / 20);
  EXPECT_GT(whole.refused, rounds / 20);
  EXPECT_GT(damaged.refused, rounds);
  EXPECT_GT(damaged.accepted, rounds / 50);
  if (O.drop_invalid_members) {
    EXPECT_GT(whole.dropped, rounds / 20);
  }
}

constexpr json::read_options strict{.nulls_absent = false,
                                    .unknown = json::unknown_members::reject};
constexpr json::read_options lenient{
    .empty_strings_absent = true, .numbers_in_strings = true, .drop_invalid_members = true};
constexpr json::read_options shallow{.drop_invalid_members = true, .max_depth = 4};

TEST(Differential, SyntaxVerdictsAreTheReferences) {
  json_generator generator{1};
  verdicts whole, damaged;
  for (int i = 0; i < 8000; ++i) {
    const std::string text = generator.space() + generator.any(5) + generator.space();
    ASSERT_EQ(syntax_differences(text, 5, whole), "");
    ASSERT_EQ(syntax_differences(text, 2, whole), "");
    for (int n = 0; n < 5; ++n)
      ASSERT_EQ(syntax_differences(generator.damage(text), 5, damaged), "");
  }
  EXPECT_GT(whole.accepted, 8000U);
  EXPECT_GT(whole.refused, 100U);
  EXPECT_GT(damaged.accepted, 1000U);
  EXPECT_GT(damaged.refused, 10000U);
}

TEST(Differential, PayloadsAreTheReferencesWithDefaultOptions) {
  compare_many<json::read_options{}>(2, 2000);
}
TEST(Differential, PayloadsAreTheReferencesWithStrictOptions) {
  compare_many<strict>(3, 2000);
}
TEST(Differential, PayloadsAreTheReferencesWithLenientOptions) {
  compare_many<lenient>(4, 2000);
}
TEST(Differential, PayloadsAreTheReferencesWithALowDepthLimit) {
  compare_many<shallow>(5, 2000);
}

// A pointer that is too long is cut, wherever the cut falls.
TEST(Differential, NamesOfEveryLengthAreToldAlike) {
  verdicts seen;
  for (const std::string_view piece : {"x", "\xc3\xa9", "~", "\xf0\x9f\x98\x80"}) {
    for (std::size_t n = 230; n < 265; ++n) {
      std::string name(n - 200, 'n');
      while (name.size() < n + 20) name += piece;
      const std::string text =
          R"({"code":200,"task_id":"t","tracks":null,"loose":{"id":"a",")" + name + R"(":1}})";
      ASSERT_EQ((differences<payload, strict>(text, seen)), "");
    }
  }
  EXPECT_EQ(seen.accepted, 0U);
}

}  // namespace
}  // namespace callgate::test
