// SPDX-License-Identifier: Apache-2.0
// Members whose names do not stand in a text as they are: what looks like them is not them.
#include "tests/support/differential.hpp"

#include <callgate/json/parse_into.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace callgate::test {
struct odd_names {
  std::optional<std::int64_t> quote{}, slash{}, tab{}, plain{}, long_name{};
};
}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::odd_names> {
  using odd_names = callgate::test::odd_names;
  static constexpr std::string_view name = "odd_names";
  static constexpr std::tuple members{
      member{"a\"b", &odd_names::quote, rule{}}, member{"tab\\name", &odd_names::slash, rule{}},
      member{"t\tb", &odd_names::tab, rule{}}, member{"abc", &odd_names::plain, rule{}},
      member{"a name of thirty bytes, or more", &odd_names::long_name, rule{}}};
};

namespace callgate::test {
namespace {

TEST(OddNames, AreFoundByWhatTheyStandForAndByNothingElse) {
  verdicts seen;
  for (const std::string_view text :
       {R"({"a\"b":1})", R"({"a"b":1})", R"({"abc":1,"a"b":2})", R"({"tab\\name":1})",
        R"({"tab\name":1})", "{\"t\tb\":1}", R"({"t\tb":1})", R"({"t\u0009b":1,"abc":2})",
        R"({"xyz":1})", R"({"ab":1})", R"({"a name of thirty bytes, or more":1})",
        R"({"a name of thirty bytes, or mora":1})"})
    EXPECT_EQ((differences<odd_names, json::read_options{}>(text, seen)), "") << text;
  EXPECT_EQ(seen.accepted, 9U);
}

}  // namespace
}  // namespace callgate::test
