// SPDX-License-Identifier: Apache-2.0
// The line and the caret under it: for every text and offset, bounded, and of nothing sensitive.
#include <callgate/json/caret.hpp>

#include <callgate/json/parse.hpp>

#include "tests/support/counted_heap.hpp"
#include "tests/support/exact_copy.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

namespace callgate::test {

struct locked {
  std::optional<std::string_view> token{};
  std::optional<std::int32_t> n{};
};
struct around {
  std::optional<locked> inner{};
  std::optional<std::int32_t> n{};
};
struct guarded {
  std::optional<std::int32_t> n{};
};
struct open_account {
  std::optional<std::string_view> name{};
};

}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::locked> {
  static constexpr std::string_view name = "Locked";
  static constexpr auto members = std::tuple{
      member{"token", &test::locked::token, rule{.sensitive = true, .max_length = 4}},
      member{"n", &test::locked::n},
  };
};
template <>
struct callgate::reflect<callgate::test::around> {
  static constexpr std::string_view name = "Around";
  static constexpr auto members = std::tuple{
      member{"inner", &test::around::inner, rule{.holds_sensitive = true}},
      member{"n", &test::around::n},
  };
};
template <>
struct callgate::reflect<callgate::test::guarded> {  // by what is beside its members
  static constexpr std::string_view name = "Guarded";
  static constexpr bool holds_sensitive = true;
  static constexpr auto members = std::tuple{member{"n", &test::guarded::n}};
};
template <>
struct callgate::reflect<callgate::test::open_account> {
  static constexpr std::string_view name = "OpenAccount";
  static constexpr auto members =
      std::tuple{member{"name", &test::open_account::name, rule{.max_length = 4}}};
};

namespace callgate::json {
namespace {

std::string shown(std::string_view text, std::size_t offset) {
  const test::exact_copy copy{text};
  std::array<char, max_caret_bytes> out;
  const std::string_view all = caret(copy.view(), offset, out);
  EXPECT_LT(all.size(), out.size()) << "it may have been cut";
  return std::string{all};
}

template <class T>
std::string refused(std::string_view text) {
  const test::exact_copy copy{text};
  std::array<std::byte, 4096> buffer;
  arena memory{buffer};
  const auto got = parse<T>(copy.view(), memory);
  if (got) return "accepted";
  std::array<char, max_located_bytes> out;
  return std::string{describe_with_caret<T>(got.error(), copy.view(), out)};
}

TEST(Caret, StandsBelowTheByte) {
  EXPECT_EQ(shown("{\"a\": x}", 6), "  {\"a\": x}\n        ^");
  EXPECT_EQ(shown("{\n  \"a\": x\n}", 9), "    \"a\": x\n         ^");
}

TEST(Caret, StandsBehindTheLastByteOfWhatIsTooShort) {
  EXPECT_EQ(shown("{\"a\":", 5), "  {\"a\":\n       ^");
  EXPECT_EQ(shown("{\"a\":", 99), "  {\"a\":\n       ^");
  EXPECT_EQ(shown("{\n", 2), "  \n  ^");
  EXPECT_EQ(shown("", 0), "  \n  ^");
}

TEST(Caret, ShowsOneLineWhateverEndsIt) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string text = "{" + end + "\"a\":x" + end + "}";
    EXPECT_EQ(shown(text, text.find('x')), "  \"a\":x\n      ^") << end;
    const std::size_t behind = text.find('x') + 1;
    for (std::size_t i = behind; i < behind + end.size(); ++i)
      EXPECT_EQ(shown(text, i), "  \"a\":x\n       ^") << i;
  }
}

TEST(Caret, TakesATabAndACharacterOfSeveralBytesForOneColumn) {
  EXPECT_EQ(shown("\t{\t?", 3), "   { ?\n     ^");
  EXPECT_EQ(shown("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb5\" ?", 12),
            "  \"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb5\" ?\n        ^");
  EXPECT_EQ(shown("\xc3\xa9?", 1), "  \xc3\xa9?\n  ^");  // within a character: below it
}

TEST(Caret, ShowsNothingThatATerminalWouldObey) {
  using namespace std::string_view_literals;
  for (const std::string_view point :
       {"\0"sv, "\x1b"sv, "\x7f"sv, "\xc2\x9b"sv, "\xe2\x80\xae"sv, "\xe2\x80\xa8"sv,
        "\xef\xbb\xbf"sv, "\xff"sv, "\xe2\x82"sv}) {
    const std::string text = "a" + std::string{point} + "b";
    EXPECT_EQ(shown(text, 1 + point.size()),
              "  a\xef\xbf\xbd"
              "b\n    ^");
  }
  // Of half a surrogate pair each byte is one.
  EXPECT_EQ(shown("\xed\xa0?", 2), "  \xef\xbf\xbd\xef\xbf\xbd?\n    ^");
}

TEST(Caret, CutsALongLineToAWindow) {
  const std::string line = std::string(1000, 'a') + "?" + std::string(1000, 'b');
  const std::string out = shown(line, 1000);
  const std::size_t end = out.find('\n');
  EXPECT_EQ(out.substr(0, 6), "  ...a");
  EXPECT_EQ(out.substr(end - 4, 4), "b...");
  EXPECT_EQ(end, 2 + 3 + limits::max_source_points + 3);
  EXPECT_EQ(out[out.size() - 1 - end - 1], '?') << "the caret is below it";
  EXPECT_EQ(shown(line, 0).substr(0, 3), "  a");
  EXPECT_EQ(shown(line, line.size()),
            "  ..." + std::string(48, 'b') + "\n" + std::string(53, ' ') + "^");
}

TEST(Caret, HasRoomForTheWidestWindow) {
  std::string line;
  for (int i = 0; i < 500; ++i) line += "\xf0\x9f\x8e\xb5";
  for (std::size_t i = 0; i <= line.size(); i += 3) (void)shown(line, i);
  for (std::size_t i = 0; i <= 300; ++i) (void)shown(std::string(300, '\x1b'), i);
}

TEST(Caret, NeedsNoHeap) {
  const std::string text = "{\r\n\t\"a\": " + std::string(300, '\x1b') + "x";
  std::array<char, max_located_bytes> out;
  const std::size_t before = counted_heap::allocations;
  const std::size_t size =
      describe_with_caret<test::open_account>({errc::bad_number, 99, {}}, text, out).size();
  EXPECT_EQ(counted_heap::allocations, before);
  EXPECT_GT(size, 100U);
}

TEST(Caret, IsCutToTheRoomThereIs) {
  const std::string whole = shown("{\"a\": x}", 6);
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    std::array<char, 64> out;
    EXPECT_EQ(caret("{\"a\": x}", 6, std::span{out}.first(n)), whole.substr(0, n));
  }
}

TEST(CaretOfAnError, BeginsWithItsPlaceAndItsPointer) {
  EXPECT_EQ(refused<test::open_account>("{\"name\":\n\t\"abcde\"}"),
            "2:2: /name: maxLength\n   \"abcde\"}\n   ^");
  EXPECT_EQ(refused<test::open_account>("[]"), "1:1: (root): type\n  []\n  ^");
  EXPECT_EQ(refused<test::open_account>("{} ?"), "1:4: trailing_bytes\n  {} ?\n     ^");
  EXPECT_EQ(refused<test::open_account>(""), "1:1: unexpected_end\n  \n  ^");
  EXPECT_EQ(refused<test::open_account>("{\"name\":\"\xff\"}"),
            "1:10: /name: bad_utf8\n  {\"name\":\"\xef\xbf\xbd\"}\n           ^");
}

TEST(CaretOfAnError, HasNoLineWhereTheSchemaHasSomethingSensitive) {
  static_assert(has_sensitive<test::locked> && has_sensitive<test::around> &&
                has_sensitive<test::guarded>);
  static_assert(!has_sensitive<test::open_account> && !has_sensitive<test::payload>);
  // Within the sensitive value, beside it, and where it is no JSON at all.
  EXPECT_EQ(refused<test::locked>(R"({"token":"hunter2"})"), "1:10: /token: maxLength");
  EXPECT_EQ(refused<test::locked>(R"({"token":"hunt","n":"x"})"), "1:21: /n: type");
  EXPECT_EQ(refused<test::around>(R"({"inner":{"token":"hunt"},"n":x})"),
            "1:31: /n: unexpected_byte");
  EXPECT_EQ(refused<test::locked>("{\"token\":\"hunter2\n"), "1:18: /token: bad_string");
  EXPECT_EQ(refused<test::guarded>(R"({"token":"hunter2","n":"x"})"), "1:24: /n: type");
}

TEST(CaretOfAnError, FitsTheLongestPointerAndWindow) {
  error e{errc::too_many_contained, 4000, {}};
  e.where.prepend(std::string_view{std::string(400, '\x1b')});
  std::string text(4000, ' ');
  for (int i = 0; i < 500; ++i) text += "\xf0\x9f\x8e\xb5";
  std::array<char, max_located_bytes> out;
  const std::string_view all = describe_with_caret<test::payload>(e, text, out);
  EXPECT_LT(all.size(), out.size());
  EXPECT_EQ(std::count(all.begin(), all.end(), '\x1b'), 0);
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 2);
}

}  // namespace
}  // namespace callgate::json
