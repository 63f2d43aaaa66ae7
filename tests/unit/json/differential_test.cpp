// SPDX-License-Identifier: Apache-2.0
// Random texts, whole and damaged: the library and the reference must say the same.
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/json/validate.hpp>

#include "tests/support/exact_copy.hpp"
#include "tests/support/json_generator.hpp"
#include "tests/support/json_payload.hpp"
#include "tests/support/reference_json.hpp"
#include "tests/support/reference_reader.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::test {
namespace {

using json::errc;

// What became of a text.
struct verdicts {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t dropped = 0;
};

std::optional<syntax_error> reference_syntax(std::string_view text, std::size_t max_depth,
                                             dom& out) {
  try {
    out = reference_parser{text, max_depth}.document();
  } catch (const syntax_error& e) {
    return e;
  }
  return std::nullopt;
}

void compare_syntax(std::string_view text, std::size_t max_depth, verdicts& seen) {
  const exact_copy copy{text};
  const auto got = json::validate(copy.view(), max_depth);
  dom ignored;
  const auto want = reference_syntax(text, max_depth, ignored);
  ASSERT_EQ(got.has_value(), want.has_value()) << text;
  ++(got ? seen.refused : seen.accepted);
  if (!got) return;
  ASSERT_EQ(enum_name(got->code), enum_name(want->code)) << text;
  ASSERT_EQ(got->offset, want->offset) << text;
}

// A reader reports a schema error at once, so that it may precede the syntax error that the
// reference stops at.
void compare_refused(std::string_view text, const json::error& got, const syntax_error& want) {
  if (json::is_schema_error(got.code) || got.code == errc::duplicate_member) {
    ASSERT_LE(got.offset, want.offset) << text;
    return;
  }
  ASSERT_EQ(enum_name(got.code), enum_name(want.code)) << text;
  ASSERT_EQ(got.offset, want.offset) << text;
}

template <json::read_options O>
void compare_payload(std::string_view text, verdicts& seen) {
  const exact_copy copy{text};
  const std::size_t bytes = json::arena_bytes_needed<payload>(text.size());
  const std::unique_ptr<std::byte[]> buffer{new std::byte[bytes]};
  arena memory{{buffer.get(), bytes}};
  payload got_value;
  json::drops notes;
  const auto got = json::parse_into<payload, O>(copy.view(), memory, got_value, notes);
  ++(got ? seen.refused : seen.accepted);

  dom tree;
  if (const auto want = reference_syntax(text, O.max_depth, tree)) {
    ASSERT_TRUE(got) << text;
    return compare_refused(text, *got, *want);
  }
  static std::byte reference_buffer[1 << 20];
  arena reference_memory{reference_buffer};
  reference_reader reader{text, reference_memory, O};
  payload want_value;
  try {
    reader.read(tree, rule{}, "", want_value);
  } catch (const schema_error& want) {
    ASSERT_TRUE(got) << text;
    ASSERT_EQ(enum_name(got->code), enum_name(want.code)) << text;
    ASSERT_EQ(got->offset, want.offset) << text;
    ASSERT_EQ(got->pointer(), want.pointer) << text;
    return;
  }
  ASSERT_FALSE(got) << enum_name(got->code) << " at " << got->offset << " of " << text;
  ASSERT_EQ(dump(got_value), dump(want_value)) << text;
  ASSERT_EQ(notes.count, reader.dropped.size()) << text;
  seen.dropped += notes.count;
  if (notes.count == 0) return;
  ASSERT_EQ(notes.first_pointer(), reader.dropped[0].pointer) << text;
  ASSERT_EQ(enum_name(notes.first), enum_name(reader.dropped[0].code)) << text;
}

template <json::read_options O>
void compare_many(std::uint32_t seed, std::size_t rounds) {
  json_generator generator{seed};
  verdicts whole, damaged;
  for (std::size_t i = 0; i < rounds && !testing::Test::HasFatalFailure(); ++i) {
    const std::string text = generator.document<payload>();
    compare_payload<O>(text, whole);
    for (int n = 0; n < 4; ++n) compare_payload<O>(generator.damage(text), damaged);
  }
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
  for (int i = 0; i < 8000 && !HasFatalFailure(); ++i) {
    const std::string text = generator.space() + generator.any(5) + generator.space();
    compare_syntax(text, 5, whole);
    compare_syntax(text, 2, whole);
    for (int n = 0; n < 5; ++n) compare_syntax(generator.damage(text), 5, damaged);
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

}  // namespace
}  // namespace callgate::test
