// SPDX-License-Identifier: Apache-2.0
// Of a generated struct whose secret is beside its members, in whatever keyword, nothing is shown.
#include <callgate/schemas/hidden_parts.hpp>

#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/caret.hpp>
#include <callgate/json/parse.hpp>

#include "tests/support/explained.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::schema {
namespace {

using namespace schemas::hidden_parts;
using hidden = schemas::hidden_parts::provider;

template <class T>
std::string refused(std::string_view text) {
  std::vector<std::byte> room(json::arena_bytes_needed<T>(text.size()));
  arena memory{room};
  const auto got = json::parse<T>(text, memory);
  if (got) return "accepted";
  std::array<char, json::max_located_bytes> out;
  return std::string{json::describe_with_caret<T>(got.error(), text, out)};
}

template <class T>
class HiddenParts : public testing::Test {};
using structs =
    testing::Types<by_pattern, by_name, additional, of_all, of_any, of_one, chosen, denied,
                   under_condition, then_there, else_there, dependent, callback>;
TYPED_TEST_SUITE(HiddenParts, structs);

TYPED_TEST(HiddenParts, AreNoLineOfTheText) {
  static_assert(json::has_sensitive<TypeParam>);
  for (const std::string_view text :
       {R"({"s_pin":"hunter2","n":"x","id":7})", R"({"s_pin":"hunter2")", R"(["hunter2"])",
        R"({"kind":"card","s_pin":"hunter2"} ?)"}) {
    const std::string said = refused<TypeParam>(text);
    EXPECT_NE(said, "accepted") << text;
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
    EXPECT_EQ(said.find("hunter2"), std::string::npos) << said;
  }
}

// The whole of an object that is no such object, and what breaks it, beside and within its secret.
TEST(HiddenPartsOfAPayload, AreNotFoundByExplain) {
  for (const std::string_view part :
       {"by_pattern", "by_name", "additional", "of_all", "of_any", "of_one", "chosen", "denied",
        "under_condition", "then_there", "else_there", "dependent"})
    for (const std::string_view value : {R"(["hunter2"])", R"({"s_pin":"hunter2","n":"x"})",
                                         R"({"kind":"card","s_pin":"hunter2"})"}) {
      const std::string body =
          R"({"id":"a",")" + std::string{part} + "\":" + std::string{value} + "}";
      for (const std::string& line : test::lines_of<hidden>(body))
        EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
    }
}

TEST(HiddenPartsOfAPayload, AreNotWhatIsOpen) {
  static_assert(!json::has_sensitive<open_part>);
  EXPECT_EQ(refused<open_part>(R"({"s_pin":"hunter2"})"),
            "1:10: /s_pin: maxLength\n  {\"s_pin\":\"hunter2\"}\n           ^");
  EXPECT_EQ(test::lines_of<hidden>(R"({"id":"a","open_part":["hunter2"]})"),
            std::vector<std::string>{R"(/open_part: type object: found ["hunter2"] at byte 22)"});
}

}  // namespace
}  // namespace callgate::schema
