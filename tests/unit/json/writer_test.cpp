// SPDX-License-Identifier: Apache-2.0
// JSON into a buffer.
#include <callgate/json/writer.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/string_writer.hpp>
#include <callgate/json/validate.hpp>

#include "tests/support/counted_heap.hpp"
#include "tests/support/reference_json.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace callgate::json {
namespace {

void write(writer& w) {
  w.begin_object();
  w.key("ok"), w.boolean(true);
  w.key("text"), w.string("a\n");
  w.key("n"), w.begin_array(), w.integer(-1), w.unsigned_integer(2), w.number(0.5), w.null(),
      w.raw("[]"), w.end_array();
  w.end_object();
}
constexpr std::string_view want = R"({"ok":true,"text":"a\n","n":[-1,2,0.5,null,[]]})";

TEST(Writer, FillsABufferOfTheRightSizeAndSaysWhenItIsSmaller) {
  for (std::size_t n = 0; n <= want.size(); ++n) {
    const std::unique_ptr<char[]> out{new char[n]};
    writer w{{out.get(), n}};
    write(w);
    EXPECT_EQ(w.overflowed(), n < want.size());
    EXPECT_EQ(w.view(), want.substr(0, w.view().size()));
    if (n == want.size()) {
      EXPECT_EQ(w.view(), want);
    }
  }
}

TEST(Writer, TakesNothingMoreOnceItOverflowed) {
  char out[4];
  writer w{out};
  w.string("abcdef");
  w.null();
  EXPECT_TRUE(w.overflowed());
  EXPECT_EQ(w.view(), "\"");
}

// Everything there is, in texts that are long, short, escaped and beyond ASCII.
template <class Writer>
void write_much(Writer& w, std::span<const std::string> texts) {
  w.begin_object();
  for (const std::string& text : texts) {
    w.key(text), w.string(text);
    w.key("n"), w.begin_array(), w.integer(std::numeric_limits<std::int64_t>::min()),
        w.unsigned_integer(1), w.number(-2.2250738585072014e-308), w.null(), w.boolean(false),
        w.begin_object(), w.end_object(), w.end_array();
    w.key("t"), w.fragment("\""), w.escaped(text), w.fragment("-"), w.escaped(text),
        w.fragment("\""), w.fragment(",\"r\":"), w.raw("[ 1 ]"), w.fragment(",");
  }
  w.key("end"), w.null(), w.end_object();
}

std::vector<std::string> texts() {
  std::string sequences;
  for (int i = 0; i < 40; ++i) sequences += "\xd0\x96\xe6\xb1\x89";
  return {"",
          "a",
          "quoted \"text\"\n",
          std::string(90, 'a'),
          sequences,
          std::string(70, '\x01'),
          "\xf0\x9f\x8e\xb5 \xff\\ \xe2\x82",
          std::string(30, '"') + std::string(200, 'b')};
}

TEST(Writer, KeepsAPrefixOfWhatWasMeantInABufferOfEverySize) {
  const std::vector<std::string> all = texts();
  std::string whole;
  string_writer meant(whole);
  write_much(meant, all);
  ASSERT_FALSE(validate(whole)) << whole;
  for (std::size_t n = 0; n <= whole.size() + 300; ++n) {
    const std::unique_ptr<char[]> out{new char[n]};
    writer w{{out.get(), n}};
    write_much(w, all);
    ASSERT_EQ(w.overflowed(), n < whole.size()) << n;
    ASSERT_EQ(w.view(), std::string_view{whole}.substr(0, w.view().size())) << n;
    ASSERT_TRUE(w.overflowed() || w.view().size() == whole.size()) << n;
  }
}

TEST(Writer, WritesTheSameAsTheWriterIntoAString) {
  std::array<char, 40'000> room;
  std::mt19937 random{3};
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> some;
    for (int k = 0; k < 4; ++k) {
      std::string text(random() % (i % 10 == 0 ? 1500 : 60), 'x');
      const unsigned kinds = 1U << random() % 9;  // few kinds of bytes, or many
      for (char& c : text) c = static_cast<char>(' ' + random() % kinds);
      some.push_back(std::move(text));
    }
    std::string expected;
    string_writer as_string(expected);
    write_much(as_string, some);
    writer w(room);
    write_much(w, some);
    ASSERT_FALSE(w.overflowed());
    ASSERT_EQ(w.view(), expected);
    ASSERT_FALSE(validate(expected)) << expected;
  }
}

std::string random_text(std::mt19937& random) {
  constexpr std::array<std::string_view, 12> pieces{
      "a",    "\xd0\x96", "\xe6\xb1\x89", "\xf0\x9f\x8e\xb5",
      "\"",   "\\",       "\n",           std::string_view{"\0", 1},
      "\x1f", "/",        "\x7f",         "plain words, as people write them"};
  std::string text;
  const std::size_t kinds = 1 + random() % pieces.size();
  for (auto n = random() % 60; n > 0; --n) text += pieces[random() % kinds];
  return text;
}

TEST(Writer, WritesTextsThatReadBackTheSame) {
  std::array<char, 40'000> room;
  std::mt19937 random{5};
  for (int i = 0; i < 2000; ++i) {
    const std::string name = random_text(random), text = random_text(random);
    writer w(room);
    w.begin_object(), w.key(name), w.string(text), w.end_object();
    ASSERT_FALSE(validate(w.view())) << w.view();
    const test::dom read = test::reference_parser{w.view(), 8}.document();
    const auto& members = std::get<test::dom_object>(read.value);
    ASSERT_EQ(members.size(), 1U);
    ASSERT_EQ(members.front().name, name);
    ASSERT_EQ(std::get<std::string>(members.front().value.value), text);
  }
}

// In the fast way and in the one near the end of a buffer.
void expect_reads_back(double value) {
  std::array<char, 64> room;
  writer wide(room);
  wide.number(value);
  const std::unique_ptr<char[]> exact{new char[wide.view().size()]};
  writer narrow({exact.get(), wide.view().size()});
  narrow.number(value);
  ASSERT_FALSE(narrow.overflowed());
  ASSERT_EQ(narrow.view(), wide.view());
  ASSERT_FALSE(validate(wide.view())) << wide.view();
  double back = 0;
  ASSERT_FALSE(to_floating({wide.view(), false}, back)) << wide.view();
  ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(value)) << wide.view();
}

TEST(Writer, WritesDoublesThatReadBackBitByBit) {
  for (const double value : {0.0,
                             -0.0,
                             1.0,
                             -1.0,
                             0.1,
                             0.1 + 0.2,
                             1e21,
                             1e22,
                             1e23,
                             9007199254740993.0,
                             5e-324,
                             1.7976931348623157e308,
                             2.2250738585072014e-308,
                             2.2250738585072011e-308,
                             4.35,
                             2.2250738585072009e-308,
                             123456789012345680.0,
                             9.5367431640625e-7,
                             1e-7,
                             8.41e21,
                             2.0919495182368195e19,
                             2.6153245263757307e19,
                             5e-20,
                             198.44})
    expect_reads_back(value);
  std::mt19937_64 random{17};
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t bits = random();
    if ((bits >> 52 & 0x7ffU) == 0x7ffU) continue;
    ASSERT_NO_FATAL_FAILURE(expect_reads_back(std::bit_cast<double>(bits)));
    ASSERT_NO_FATAL_FAILURE(expect_reads_back(std::bit_cast<double>(bits & 0x800fffffffffffffU)));
    ASSERT_NO_FATAL_FAILURE(expect_reads_back(static_cast<double>(bits % 1000000) / 100));
  }
}

TEST(Writer, WritesWholeDoublesWithoutAPoint) {
  std::array<char, 64> room;
  writer w(room);
  w.begin_array(), w.number(1.0), w.number(-0.0), w.number(1e5), w.number(1e6F), w.end_array();
  EXPECT_EQ(w.view(), "[1,-0,1e+05,1e+06]");
}

TEST(Writer, NeverAllocates) {
  const std::vector<std::string> all = texts();
  std::array<char, 20'000> room;
  const std::size_t before = counted_heap::allocations;
  for (const std::size_t size : {room.size(), std::size_t{300}}) {
    writer w(std::span{room}.first(size));
    write_much(w, all);
  }
  EXPECT_EQ(counted_heap::allocations, before);
}

TEST(Writer, BeginsEmpty) {
  const writer w{{}};
  EXPECT_EQ(w.view(), "");
  EXPECT_FALSE(w.overflowed());
}

}  // namespace
}  // namespace callgate::json
