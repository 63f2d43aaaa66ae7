// SPDX-License-Identifier: Apache-2.0
// Members in the order of the schema, and one thing that is not as it usually is: there the engine
// leaves its straight way, and every instruction set and the reference must still say the same.
#include "tests/support/differential.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace callgate::test {

struct with_default {
  std::optional<std::string_view> note{};
  std::int32_t level = 3;
  std::string_view name{};
};

}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::with_default> {
  static constexpr std::string_view name = "WithDefault";
  static constexpr auto members = std::tuple{
      member{"note", &test::with_default::note},
      member{"level", &test::with_default::level, rule{.defaulted = true}},
      member{"name", &test::with_default::name, rule{.required = true}},
  };
};

namespace callgate::test {
namespace {

struct pair_of {
  std::string key, value;
};
using pairs = std::vector<pair_of>;

// All members but the last three, whose constraints let nothing be read straight on.
pairs usual() {
  return {
      {"\"code\":", "200"},
      {"\"task_id\":", R"("2fac0a6f-8d4b-4f1c-9a3e-77d0")"},
      {"\"i64\":", "-9007199254740993"},
      {"\"u32\":", "4000000000"},
      {"\"f64\":", "1.5"},
      {"\"shade\":", R"("green")"},
      {"\"paint\":", R"("ultramarine")"},
      {"\"deep\":", R"({"id":"x","any":"kept as it stands","flag":true})"},
      {"\"tracks\":", R"([{"id":"a","url":"https://a/b","duration":3,"marks":[1,2]},{"id":"b"}])"},
      {"\"tags\":", R"(["one","two","three"])"},
      {"\"grid\":", "[[1,2],[3]]"},
      {"\"a/b~c\":", R"("odd")"}};
}

std::string text_of(const pairs& members, std::string_view between = ",") {
  std::string out = "{";
  for (const pair_of& m : members) {
    if (out.size() > 1) out += between;
    out += m.key + m.value;
  }
  return out + "}";
}

class InOrder : public testing::Test {
 protected:
  void compare(const std::string& text) {
    ASSERT_EQ((differences<payload, json::read_options{}>(text, seen_)), "");
    constexpr json::read_options strict{.nulls_absent = false,
                                        .unknown = json::unknown_members::reject};
    ASSERT_EQ((differences<payload, strict>(text, seen_)), "");
    constexpr json::read_options lenient{
        .empty_strings_absent = true, .numbers_in_strings = true, .drop_invalid_members = true};
    ASSERT_EQ((differences<payload, lenient>(text, seen_)), "");
  }
  void compare_spaced(const pairs& members) {
    for (const std::string_view between : {",", ", ", " ,", ",\n  ", " , "})
      compare(text_of(members, between));
  }

  verdicts seen_;
};

TEST_F(InOrder, WithAndWithoutSpaces) {
  compare_spaced(usual());
  for (std::size_t i = 0; i < usual().size(); ++i) {
    pairs one = usual();
    one[i].key += ' ';
    compare(text_of(one));
    one[i].key += '\n';
    compare(text_of(one));
    one[i].value += "\t ";
    compare(text_of(one));
  }
  EXPECT_EQ(seen_.refused, 0U);
}

TEST_F(InOrder, AMemberIsMissing) {
  for (std::size_t i = 0; i < usual().size(); ++i) {
    pairs fewer = usual();
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    compare_spaced(fewer);
    fewer.resize(i);  // and all behind it
    compare(text_of(fewer));
  }
  EXPECT_GT(seen_.accepted, 100U);
  EXPECT_GT(seen_.refused, 20U);
}

TEST_F(InOrder, AMemberComesElsewhere) {
  for (std::size_t i = 0; i < usual().size(); ++i) {
    for (std::size_t to = 0; to < usual().size(); ++to) {
      pairs moved = usual();
      const pair_of it = moved[i];
      moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(i));
      moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(to), it);
      compare(text_of(moved));
    }
  }
  EXPECT_EQ(seen_.refused, 0U);
}

TEST_F(InOrder, AMemberComesTwice) {
  for (std::size_t i = 0; i < usual().size(); ++i) {
    for (std::size_t to = 0; to <= usual().size(); ++to) {
      pairs twice = usual();
      twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(to), usual()[i]);
      compare(text_of(twice));
    }
  }
  EXPECT_EQ(seen_.accepted, 0U);
}

TEST_F(InOrder, AMemberHasAnotherName) {
  for (const std::string_view key : {"\"taskId\":", "\"task-id\":", "\"task_\\u0069d\":"}) {
    pairs other = usual();
    other[1].key = key;
    compare_spaced(other);
    other.push_back(usual()[1]);  // and its first name, too
    compare(text_of(other));
  }
  EXPECT_GT(seen_.accepted, 40U);
}

TEST_F(InOrder, UnknownMembersComeBetween) {
  const std::array<pair_of, 5> unknown{
      {{"\"x\":", "1"},
       {"\"a longer name that nobody knows\":", R"("text\n")"},
       {"\"\xd0\xb8\xd0\xbc\xd1\x8f\":", R"({"a":[1,{"b":"\"c"}]})"},
       {"\"\\u0078\":", "[1.5,-2000.0,3e2,true,false,null]"},
       {"\"cod\":", "null"}}};
  for (const pair_of& it : unknown) {
    for (std::size_t to = 0; to <= usual().size(); ++to) {
      pairs more = usual();
      more.insert(more.begin() + static_cast<std::ptrdiff_t>(to), it);
      compare_spaced(more);
    }
  }
  EXPECT_GT(seen_.accepted, 500U);
  EXPECT_GT(seen_.refused, 300U);  // where unknown members are
}

TEST_F(InOrder, AValueIsNotPlain) {
  const std::vector<std::string> values{"null",
                                        "\"\"",
                                        "true",
                                        "7",
                                        "-0",
                                        "007",
                                        "1.0",
                                        "1e2",
                                        "2147483648",
                                        "\"\\\"\"",
                                        "\"\\u00e9\"",
                                        "\"\xc3\xa9\"",
                                        "\"\xff\"",
                                        "\"a\nb\"",
                                        "[]",
                                        "{}",
                                        "[null]",
                                        "[\"a\",7]",
                                        "[\"a\" ,\"b\"]",
                                        "\"green\"",
                                        "\"12\"",
                                        "nul",
                                        "nuls",
                                        "nope",
                                        "\"",
                                        "",
                                        "\"" + std::string(5000, 'x') + "\""};
  for (std::size_t i = 0; i < usual().size(); ++i) {
    for (const std::string& value : values) {
      pairs other = usual();
      other[i].value = value;
      compare(text_of(other));
    }
  }
  EXPECT_GT(seen_.accepted, 100U);
  EXPECT_GT(seen_.refused, 100U);
}

// Whatever lay there before.
TEST_F(InOrder, AMemberThatDoesNotComeIsAsItIsMade) {
  for (const json::instruction_set set : sets_here()) {
    for (const std::string_view text : {R"({"name":"x"})", R"({"note":"n","name":"x"})",
                                        R"({"level":null,"name":"x"})", R"({"name":"x","y":1})"}) {
      reading<with_default> one;
      std::array<std::byte, 256> room;
      one.read<json::read_options{}>(text, room, set);
      ASSERT_FALSE(one.failed) << text << json::name_of(set);
      EXPECT_EQ(one.value.level, 3) << text << json::name_of(set);
      EXPECT_EQ(one.value.note.has_value(), text.find("note") != text.npos) << text;
    }
    reading<with_default> came;
    std::array<std::byte, 256> room;
    came.read<json::read_options{}>(R"({"level":7,"name":"x"})", room, set);
    EXPECT_EQ(came.value.level, 7);
  }
}

// Strings of every length, so that they end everywhere in what is looked at in one go.
TEST_F(InOrder, TextsOfEveryLength) {
  for (std::size_t n = 0; n < 200; ++n) {
    pairs other = usual();
    other[1].value = "\"" + std::string(n, 'x') + "\"";
    other[6].value = "\"" + std::string(n, 'y') + "\"";
    other[9].value =
        "[\"" + std::string(n % 7, 'z') + "\",\"a\",\"" + std::string(n % 8, 'z') + "\"]";
    compare(text_of(other));
    other = usual();
    other[7].value = R"({"id":"x","any":")" + std::string(n, 'x') + "\"}";
    compare(text_of(other));
  }
  EXPECT_GT(seen_.accepted, 300U);
  EXPECT_GT(seen_.refused, 100U);
}

TEST_F(InOrder, CutAnywhere) {
  const std::string text = text_of(usual());
  for (std::size_t n = 0; n < text.size(); ++n) compare(text.substr(0, n));
  EXPECT_EQ(seen_.accepted, 0U);
}

TEST_F(InOrder, ABadByteAnywhere) {
  pairs longer = usual();
  longer[7].value = R"({"id":"x","any":")" + std::string(300, 'y') + "\"}";
  longer.push_back({"\"unknown\":", "[\"" + std::string(300, 'z') + "\",{\"a\":[1]},2]"});
  const std::string text = text_of(longer);
  ASSERT_EQ((differences<payload, json::read_options{}>(text, seen_)), "");
  ASSERT_EQ(seen_.accepted, 1U);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char bad : {'\xff', '\x80', '\xc3', '\x1f', '"', '\\', ']', '}'}) {
      std::string other = text;
      other[i] = bad;
      compare(other);
    }
  }
  EXPECT_GT(seen_.refused, 10'000U);
}

// Bytes that begin a character and are followed by none that go on, in whole blocks of them.
TEST_F(InOrder, CharactersThatAreCutShort) {
  for (const std::string_view cut : {"\xd0"
                                     "B",
                                     "\xe2\x82"
                                     "B",
                                     "\xf0\x9f\x98"
                                     "B",
                                     "\xc3\xc3", "\x80"}) {
    for (std::size_t before = 0; before < 70; ++before) {
      std::string value = "\"" + std::string(before, 'x');
      for (int n = 0; n < 100; ++n) value += cut;
      pairs other = usual();
      other[7].value = R"({"id":"x","any":)" + value + "\"}";
      compare(text_of(other));
      other = usual();
      other.insert(other.begin(), {"\"unknown\":", value + "\""});
      compare(text_of(other));
    }
  }
  EXPECT_EQ(seen_.accepted, 0U);
}

TEST_F(InOrder, UnknownContainersThatAreNone) {
  for (const std::string_view value :
       {R"({"a":[1],2})", R"({"a":{},[]})", R"([{"a":1},"b":2])", R"([[1},2])", R"({"a":[1}])",
        R"([{"a":[]},{]}])", R"({"a":{"b":1},"c"})", R"([[],])", R"({"a":{},})", "[,]", "{,}",
        R"({"a"})", R"({1:2})", R"([1 2])", R"({"a":1 "b":2})", R"([{"a":[1],2]})",
        R"([{"a":[1]]})", R"([{"a":{"b":[[1],{}]}}})"}) {
    pairs more = usual();
    more.insert(more.begin() + 2, {"\"x\":", std::string{value}});
    compare(text_of(more));
  }
  EXPECT_EQ(seen_.accepted, 0U);
}

// What is skipped may be deeper than the engine goes: the exact reader goes on then.
TEST_F(InOrder, UnknownValuesOfEveryDepth) {
  constexpr json::read_options deep{.max_depth = 200};
  for (const std::size_t depth :
       {1U, 2U, 61U, 62U, 63U, 64U, 65U, 66U, 127U, 128U, 129U, 198U, 199U, 200U}) {
    std::string value = "7";
    for (std::size_t i = 0; i < depth; ++i)
      value = i % 3 == 1 ? "{\"a\":" + value + "}" : "[" + value + "]";
    pairs more = usual();
    more.insert(more.begin() + 2, {"\"x\":", value});
    ASSERT_EQ((differences<payload, deep>(text_of(more), seen_)), "") << depth;
    more[2].value.back() = more[2].value.back() == ']' ? '}' : ']';
    ASSERT_EQ((differences<payload, deep>(text_of(more), seen_)), "") << depth;
  }
  EXPECT_EQ(seen_.accepted, 13U);
}

}  // namespace
}  // namespace callgate::test
