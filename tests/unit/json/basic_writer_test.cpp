// SPDX-License-Identifier: Apache-2.0
// What both writers share, through a sink that records its pieces.
#include <callgate/json/basic_writer.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/validate.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace callgate::json {
namespace {

struct recorder {
  std::string* out;
  void append(std::string_view text) { *out += text; }
};
struct recording : basic_writer<recorder> {
  explicit recording(std::string& out) : basic_writer(recorder{&out}) {}
};

template <class Number>
concept written = requires(recording w, Number value) {
  w.number(value);
};

TEST(BasicWriter, PutsCommasWhereTheyBelong) {
  std::string out;
  recording w{out};
  w.begin_object();
  w.key("a"), w.begin_array();
  w.integer(1), w.begin_object(), w.end_object(), w.begin_array(), w.end_array(), w.null();
  w.end_array();
  w.key("b"), w.boolean(true);
  w.key("c"), w.raw(R"({"x":[]})");
  w.key("d"), w.begin_object(), w.key("e"), w.string("f"), w.end_object();
  w.end_object();
  EXPECT_EQ(out, R"({"a":[1,{},[],null],"b":true,"c":{"x":[]},"d":{"e":"f"}})");
  EXPECT_FALSE(validate(out));
}

TEST(BasicWriter, FillsTemplatesWithoutCommasOfItsOwn) {
  std::string out;
  recording w{out};
  w.fragment(R"({"code":)"), w.integer(200), w.fragment(R"(,"msg":"<)");
  w.escaped("a\"b"), w.escaped("c"), w.fragment(R"(>","x":)"), w.null(), w.fragment("}");
  EXPECT_EQ(out, R"({"code":200,"msg":"<a\"bc>","x":null})");
}

TEST(BasicWriter, EscapesNamesAndStrings) {
  std::string out;
  recording w{out};
  w.begin_object(), w.key("\"\n"), w.string("\\\xff"), w.end_object();
  EXPECT_EQ(out, "{\"\\\"\\n\":\"\\\\\xef\xbf\xbd\"}");
}

TEST(BasicWriter, WritesIntegersToTheirLimits) {
  std::string out;
  recording w{out};
  w.integer(std::numeric_limits<std::int64_t>::min());
  w.unsigned_integer(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(out, "-9223372036854775808,18446744073709551615");
}

TEST(BasicWriter, HasNoNumberForNanAndInfinities) {
  std::string out;
  recording w{out};
  w.number(std::nan("")), w.number(std::numeric_limits<double>::infinity()),
      w.number(-std::numeric_limits<float>::infinity());
  EXPECT_EQ(out, "null,null,null");
}

// A wider number may have more digits than there is room for.
TEST(BasicWriter, TakesNumbersOfSixtyFourBits) {
  static_assert(written<float> && written<double>);
  static_assert(!written<long double> || sizeof(long double) == sizeof(double));
  std::string out;
  recording w{out};
  w.number(std::numeric_limits<double>::lowest()), w.number(-std::numeric_limits<double>::min());
  EXPECT_EQ(out, "-1.7976931348623157e+308,-2.2250738585072014e-308");
}

TEST(BasicWriter, WritesTheShortestNumberThatReadsBack) {
  std::string out;
  recording w{out};
  w.begin_array(), w.number(0.1), w.number(0.1F), w.number(1e22), w.number(-0.0), w.number(5e-324),
      w.end_array();
  EXPECT_EQ(out, "[0.1,0.1,1e+22,-0,5e-324]");
  std::mt19937_64 random{11};
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t bits = random();
    double value, back;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    std::string text;
    recording{text}.number(value);
    ASSERT_FALSE(validate(text)) << text;
    ASSERT_FALSE(to_floating({text, false}, back));
    ASSERT_EQ(value, back);
  }
}

}  // namespace
}  // namespace callgate::json
