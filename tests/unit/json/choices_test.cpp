// SPDX-License-Identifier: Apache-2.0
// docs/json.md says what is so: each text of its tables gets the answer that stands beside it, and
// the tests that it names exist.
#include <callgate/json/parse_into.hpp>

#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/reflect/reflect.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace callgate::test {

struct choices {
  std::optional<std::int64_t> n{};
  std::optional<std::uint32_t> u{};
  std::optional<double> d{};
  std::optional<std::string_view> s{};
  std::optional<bool> b{};
  std::optional<arena_vector<std::int64_t, 2>> a{};
  std::optional<json::raw_value> any{};
};

}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::choices> {
  using self = test::choices;
  static constexpr std::string_view name = "Choices";
  static constexpr auto members = std::tuple{
      member{"n", &self::n},
      member{"u", &self::u},
      member{"d", &self::d},
      member{"s", &self::s, rule{.max_length = 1000}},
      member{"b", &self::b},
      member{"a", &self::a, rule{.max_items = 2}},
      member{"any", &self::any, rule{.nullable = true}},
  };
};

namespace callgate::json {
namespace {

struct row {
  std::string title;
  std::string text;
  std::string answer;               // "accepted", or an enumerator of errc
  std::vector<std::string> values;  // n=1
  std::string proof;                // the name of a test, or nothing
};

std::filesystem::path here() {
  return std::filesystem::path{__FILE__}.parent_path();
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

// <FF> is a byte, <1*600> is 600 times 1.
std::string unfold(const std::string& text) {
  static const std::regex piece{"<(?:([0-9A-F]{2})|(.)\\*([0-9]+))>"};
  std::string out;
  auto from = text.begin();
  for (std::sregex_iterator it{text.begin(), text.end(), piece}, end; it != end; ++it) {
    out.append(from, (*it)[0].first);
    if ((*it)[1].matched)
      out += static_cast<char>(std::stoi((*it)[1].str(), nullptr, 16));
    else
      out.append(std::stoul((*it)[3].str()), *(*it)[2].first);
    from = (*it)[0].second;
  }
  return out.append(from, text.end());
}

std::vector<std::string> codes_in(const std::string& cell) {
  static const std::regex span{"`([^`]+)`"};
  std::vector<std::string> found;
  for (std::sregex_iterator it{cell.begin(), cell.end(), span}, end; it != end; ++it)
    found.push_back((*it)[1].str());
  return found;
}

// Tables whose head is `Case`. A row that is not understood is an error, never passed over. Answers
// are a code, or "accepted" and values, each in backticks.
row read_row(const std::string& line) {
  static const std::regex four{
      "\\| ([^|]+) \\| (?:(`[^`]+`) )?\\| (accepted(?: `[a-z]+=[^`]*`)*|`[a-z0-9_]+`) \\| "
      "(?:`([A-Za-z0-9.]+)` )?\\|"};
  std::smatch cells;
  if (!std::regex_match(line, cells, four)) throw std::runtime_error("no row: " + line);
  row out{cells[1], {}, {}, codes_in(cells[3]), cells[4]};
  if (cells[2].matched) out.text = unfold(codes_in(cells[2]).at(0));
  const bool accepted = cells[3].str().starts_with("accepted");
  out.answer = accepted ? "accepted" : out.values.at(0);
  if (!accepted) out.values.clear();
  for (std::string& value : out.values) value = unfold(value);
  return out;
}

std::vector<row> rows_of_the_page() {
  std::ifstream page(here() / "../../../docs/json.md");
  std::vector<row> rows;
  bool within = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| Case "))
      within = std::getline(page, line) && line.starts_with("| ---");
    else if (within && line.starts_with("|"))
      rows.push_back(read_row(line));
    else
      within = false;
  }
  return rows;
}

// Those that the page has to name.
constexpr std::array<std::pair<std::string_view, errc>, 15> codes{{
    {"unexpected_end", errc::unexpected_end},
    {"unexpected_byte", errc::unexpected_byte},
    {"bad_literal", errc::bad_literal},
    {"bad_number", errc::bad_number},
    {"bad_string", errc::bad_string},
    {"bad_escape", errc::bad_escape},
    {"bad_surrogate", errc::bad_surrogate},
    {"bad_utf8", errc::bad_utf8},
    {"trailing_bytes", errc::trailing_bytes},
    {"duplicate_member", errc::duplicate_member},
    {"depth_exceeded", errc::depth_exceeded},
    {"wrong_type", errc::wrong_type},
    {"number_out_of_range", errc::number_out_of_range},
    {"too_many_items", errc::too_many_items},
    {"accepted", errc{}},
}};

template <class Number>
std::string text_of(Number number) {
  std::array<char, 64> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

std::string value_of(const test::choices& read, std::string_view name) {
  if (name == "n") return read.n ? text_of(*read.n) : "absent";
  if (name == "u") return read.u ? text_of(*read.u) : "absent";
  if (name == "d") return read.d ? text_of(*read.d) : "absent";
  if (name == "s") return read.s ? std::string{*read.s} : "absent";
  if (name == "any") return read.any ? std::string{read.any->text} : "absent";
  throw std::runtime_error("no member is called " + std::string{name});
}

void expect_answer(const row& wanted) {
  const test::exact_copy text{wanted.text};
  std::vector<std::byte> room(arena_bytes_needed<test::choices>(wanted.text.size()));
  arena memory{room};
  test::choices read;
  drops notes;
  const auto failed = parse_into<test::choices>(text.view(), memory, read, notes);
  const std::string& about = wanted.title;
  const auto* const code = std::find_if(
      codes.begin(), codes.end(), [&](const auto& each) { return each.first == wanted.answer; });
  ASSERT_NE(code, codes.end()) << about << ": no answer is called " << wanted.answer;
  ASSERT_EQ(!failed, wanted.answer == "accepted") << about;
  if (failed) {
    EXPECT_EQ(enum_name(failed->code), enum_name(code->second)) << about;
  }
  for (const std::string& value : wanted.values) {
    const std::size_t equals = value.find('=');
    EXPECT_EQ(value_of(read, value.substr(0, equals)), value.substr(equals + 1)) << about;
  }
}

TEST(Choices, AreRowsThatAreUnderstoodOrRefused) {
  const row good = read_row("| a title | `{<7B>` | accepted `n=1` `s=<41>` | `A.B` |");
  EXPECT_EQ(good.title, "a title");
  EXPECT_EQ(good.text, "{{");
  EXPECT_EQ(good.answer, "accepted");
  EXPECT_EQ(good.values, (std::vector<std::string>{"n=1", "s=A"}));
  EXPECT_EQ(good.proof, "A.B");
  EXPECT_EQ(read_row("| nothing | | `unexpected_end` | |").answer, "unexpected_end");
  for (const std::string line :
       {"| x | `{}` | accepted n=1 | |", "| x | `{}` | accepted `n=1`, s=a | |",
        "| x | `{}` | accepted `n` | |", "| x | `{}` | acceptedly | |", "| x | `{}` | a code | |",
        "| x | `{}` | `bad_utf8` `n=1` | |", "| x | `{}` | `bad_utf8` or not | |",
        "| x | {} | accepted | |", "| x | `{}` | accepted | A.B |", "| x | `{}` | accepted |"})
    EXPECT_THROW((void)read_row(line), std::runtime_error) << line;
}

TEST(Choices, ArePutIntoPractice) {
  const std::vector<row> rows = rows_of_the_page();
  ASSERT_GT(rows.size(), 90U);
  std::set<std::string> seen;
  for (const row& each : rows) {
    seen.insert(each.answer);
    expect_answer(each);
  }
  for (const auto& each : codes)
    EXPECT_EQ(seen.count(std::string{each.first}), 1U) << "the page has no " << each.first;
}

TEST(Choices, NameTestsThatExist) {
  std::set<std::string> tests;
  static const std::regex named{"TEST(?:_F)?\\(([A-Za-z]+),\\s*([A-Za-z0-9]+)\\)"};
  for (const auto& file : std::filesystem::directory_iterator{here()}) {
    const std::string source = read_file(file.path());
    for (std::sregex_iterator it{source.begin(), source.end(), named}, end; it != end; ++it)
      tests.insert((*it)[1].str() + "." + (*it)[2].str());
  }
  for (const row& each : rows_of_the_page())
    EXPECT_TRUE(each.proof.empty() || tests.count(each.proof) == 1)
        << each.title << ": there is no " << each.proof;
}

}  // namespace
}  // namespace callgate::json
