// SPDX-License-Identifier: Apache-2.0
// Arrays of texts: as long as their items are plain and have room in the array itself, the engine
// goes straight through them. Whatever else comes, every instruction set and the reference must say
// the same.
#include "tests/support/differential.hpp"

#include <callgate/core/arena_vector.hpp>
#include <callgate/reflect/reflect.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace callgate::test {
namespace {

struct job {
  std::optional<arena_vector<std::string_view, 4>> urls{};
  arena_vector<std::string_view, 8> names{};
  std::optional<std::string_view> note{};
};

}  // namespace
}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::job> {
  static constexpr rule url{.min_length = 1, .max_length = 300};
  static constexpr rule any{};
  static constexpr std::string_view name = "Job";
  static constexpr auto members = std::tuple{
      member{"urls", &test::job::urls,
             rule{.nullable = true, .min_items = 2, .max_items = 6, .items = &url}},
      member{"names", &test::job::names, rule{.required = true, .max_items = 3, .items = &any}},
      member{"note", &test::job::note},
  };
};

namespace callgate::test {
namespace {

using texts = std::vector<std::string>;

// Quoted as they are.
std::string array_of(const texts& items, std::string_view between = ",") {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += between;
    out += '"' + item + '"';
  }
  return out + "]";
}

std::string job_of(std::string_view urls, std::string_view names = R"(["a"])") {
  return R"({"urls":)" + std::string{urls} + R"(,"names":)" + std::string{names} +
         R"(,"note":"behind it"})";
}

class TextArray : public testing::Test {
 protected:
  void compare(const std::string& text) {
    ASSERT_EQ((differences<job, json::read_options{}>(text, seen_)), "");
    constexpr json::read_options strict{.nulls_absent = false};
    ASSERT_EQ((differences<job, strict>(text, seen_)), "");
    constexpr json::read_options shallow{.max_depth = 1};
    ASSERT_EQ((differences<job, shallow>(text, seen_)), "");
    constexpr json::read_options lenient{.empty_strings_absent = true,
                                         .drop_invalid_members = true};
    ASSERT_EQ((differences<job, lenient>(text, seen_)), "");
  }

  verdicts seen_;
};

// With room in the array, in the arena, and too many. Items of fewer than four bytes are not plain:
// their code points are counted.
TEST_F(TextArray, OfEveryLength) {
  const texts items{std::string(110, 'a'),
                    "four",
                    std::string(64, 'c'),
                    std::string(63, 'd'),
                    "fifth",
                    "",
                    "g",
                    "h",
                    "i"};
  for (std::size_t n = 0; n <= items.size(); ++n) {
    const texts some(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(n));
    for (const std::string_view between : {",", ", ", " ,", "\n, ", ",,", " ", ""}) {
      compare(job_of(array_of(some, between)));
      compare(job_of("null", array_of(some, between)));
    }
  }
  EXPECT_GT(seen_.accepted, 40U);
  EXPECT_GT(seen_.refused, 40U);
}

// Quotes on every place of a word of marks, and strings of none to several words.
TEST_F(TextArray, OfItemsOfEveryLength) {
  for (std::size_t n = 0; n < 310; ++n) {
    compare(job_of(array_of({std::string(n, 'x'), "next", std::string(n % 67, 'z')})));
    compare(
        job_of(array_of({"first", "next", std::string(n, 'x')}), array_of({std::string(n, 'z')})));
  }
  EXPECT_GT(seen_.accepted, 1000U);
  EXPECT_GT(seen_.refused, 20U);
}

TEST_F(TextArray, OfItemsThatAreNotPlain) {
  for (const std::string_view item :
       {R"("\n")", R"("a\"b")", R"("\u00e9")", "\"\xc3\xa9\"", "\"\xff\"", "\"a\nb\"", "null", "7",
        "[]", "{}", R"(["a"])", "true", "", "\"", "x", R"("a""b")", R"("a":"b")", R"("a"])",
        R"("a"})"}) {
    for (std::size_t place = 0; place < 5; ++place) {
      std::string array = "[";
      for (std::size_t i = 0; i < 5; ++i)
        array += (i == 0 ? "" : ",") + (i == place ? std::string{item} : "\"plain\"");
      compare(job_of(array + "]"));
      compare(job_of(array + ",\"" + std::string(250, 'x') + "\"]"));
    }
  }
  EXPECT_GT(seen_.accepted, 20U);
  EXPECT_GT(seen_.refused, 100U);
}

TEST_F(TextArray, CutAnywhere) {
  const std::string text = job_of(array_of({std::string(110, 'a'), "next", "last"}),
                                  array_of({std::string(90, 'c'), ""}));
  for (std::size_t n = 0; n < text.size(); ++n) compare(text.substr(0, n));
  EXPECT_EQ(seen_.accepted, 0U);
}

TEST_F(TextArray, ABadByteAnywhere) {
  const std::string text = job_of(array_of({std::string(110, 'a'), "next", "last"}));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char bad : {'\xff', '\x80', '\x1f', '"', '\\', ',', '[', ']', '}'}) {
      std::string other = text;
      other[i] = bad;
      compare(other);
    }
  }
  EXPECT_GT(seen_.refused, 1000U);
}

// Absent, null, twice, and in any order.
TEST_F(TextArray, WhereItIsNotExpected) {
  const std::string urls = R"("urls":)" + array_of({std::string(150, 'u'), "next"});
  const std::string names = R"("names":["a","b"])", note = R"("note":"x")";
  for (const std::string& text :
       texts{"{" + names + "}", "{" + names + "," + urls + "}",
             "{" + note + "," + urls + "," + names + "}", "{" + urls + "}",
             R"({"urls":null,)" + names + "," + note + "}", R"({"urls":null,"names":null})",
             "{" + urls + "," + names + "," + urls + "}",
             R"({"urls": )" + array_of({"first", "next"}) + "," + names + "}",
             "{" + names + R"(,"note":null})", R"({"urls":"a","names":[]})",
             R"({"urls":{},"names":[]})", R"({"names":[],"note":"" })"})
    compare(text);
  EXPECT_GT(seen_.accepted, 8U);
  EXPECT_GT(seen_.refused, 8U);
}

}  // namespace
}  // namespace callgate::test
