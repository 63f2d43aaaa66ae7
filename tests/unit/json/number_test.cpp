// SPDX-License-Identifier: Apache-2.0
// Numbers: grammar, exact integers, nearest doubles.
#include <callgate/json/number.hpp>

#include "tests/support/exact_copy.hpp"

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

number_token scanned(std::string_view text) {
  cursor in{text};
  number_token token;
  EXPECT_TRUE(scan_number(in, token)) << text;
  EXPECT_EQ(token.text, text);
  return token;
}

template <class T>
void is(std::string_view text, T value) {
  T out{};
  if constexpr (std::is_floating_point_v<T>) {
    EXPECT_EQ(to_floating(scanned(text), out), std::nullopt) << text;
    EXPECT_EQ(std::signbit(out), std::signbit(value)) << text;
  } else {
    EXPECT_EQ(to_integer(scanned(text), out), std::nullopt) << text;
  }
  EXPECT_EQ(out, value) << text;
}

template <class T>
void is_not(std::string_view text, errc code) {
  T out{};
  if constexpr (std::is_floating_point_v<T>)
    EXPECT_EQ(to_floating(scanned(text), out), code) << text;
  else
    EXPECT_EQ(to_integer(scanned(text), out), code) << text;
}

TEST(Number, FollowsTheGrammar) {
  for (const std::string_view text : {"0", "-0", "10", "0.0", "1.50", "1e5", "1E+05", "-1.5e-7",
                                      "123456789012345678901234567890"})
    (void)scanned(text);
  EXPECT_TRUE(scanned("-12").integral);
  EXPECT_FALSE(scanned("1.0").integral);
  EXPECT_FALSE(scanned("1e2").integral);
}

TEST(Number, RefusesWhatTheGrammarDoesNotKnow) {
  for (const std::string_view text :
       {"01", "-01", "00", "1.x", "1.e5", "1ex", "1e+x", "-x", "-.5", "--1", "-Infinity"}) {
    const test::exact_copy copy{text};
    cursor in{copy.view()};
    number_token token;
    EXPECT_FALSE(scan_number(in, token)) << text;
    EXPECT_EQ(in.code, errc::bad_number) << text;
  }
  for (const std::string_view text : {"-", "1.", "1e", "1e+", "1.5E-"}) {
    const test::exact_copy copy{text};
    cursor in{copy.view()};
    number_token token;
    EXPECT_FALSE(scan_number(in, token)) << text;
    EXPECT_EQ(in.code, errc::unexpected_end) << text;
    EXPECT_EQ(in.at, in.end) << text;
  }
}

TEST(Number, EndsWhereTheGrammarEndsIt) {
  cursor in{"12.5,"};
  number_token token;
  ASSERT_TRUE(scan_number(in, token));
  EXPECT_EQ(token.text, "12.5");
  EXPECT_EQ(in.peek(), ',');
}

TEST(Number, HoldsIntegersExactlyToTheLimitsOfTheirType) {
  is<std::int64_t>("9007199254740993", 9007199254740993);
  is("9223372036854775807", std::numeric_limits<std::int64_t>::max());
  is("-9223372036854775808", std::numeric_limits<std::int64_t>::min());
  is("18446744073709551615", std::numeric_limits<std::uint64_t>::max());
  is("2147483647", std::numeric_limits<std::int32_t>::max());
  is("-2147483648", std::numeric_limits<std::int32_t>::min());
  is("4294967295", std::numeric_limits<std::uint32_t>::max());
  is<std::uint64_t>("-0", 0);
  is<std::int32_t>("-0.0", 0);
}

TEST(Number, RefusesIntegersBeyondTheLimitsOfTheirType) {
  const auto range = errc::number_out_of_range;
  is_not<std::int64_t>("9223372036854775808", range);
  is_not<std::int64_t>("-9223372036854775809", range);
  is_not<std::uint64_t>("18446744073709551616", range);
  is_not<std::uint64_t>("99999999999999999999", range);
  is_not<std::uint64_t>("-1", range);
  is_not<std::int32_t>("2147483648", range);
  is_not<std::int32_t>("-2147483649", range);
  is_not<std::uint32_t>("4294967296", range);
  is_not<std::int64_t>("1e19", range);
  is_not<std::uint64_t>("2e19", range);
  is_not<std::int64_t>("1e999999999999999999999", range);
  is_not<std::int32_t>(std::string(limits::max_number_bytes + 1, '1'), range);
}

TEST(Number, TakesIntegersHoweverTheyAreWritten) {
  is<std::int32_t>("1.0", 1);
  is<std::int32_t>("1e2", 100);
  is<std::int32_t>("12.50e1", 125);
  is<std::int32_t>("-100e-2", -1);
  is<std::int32_t>("0.00012e5", 12);
  is<std::int32_t>("0e99999999999", 0);
  is<std::int32_t>("0.000e-99999999999", 0);
  is<std::int64_t>("9.223372036854775807e18", std::numeric_limits<std::int64_t>::max());
  is<std::uint64_t>("1844674407370955161500e-2", std::numeric_limits<std::uint64_t>::max());
}

TEST(Number, TakesNoFractionForAnInteger) {
  for (const std::string_view text :
       {"1.5", "0.1", "1e-1", "-2.5e0", "12.34e1", "1e-99999999999", "100e-3"}) {
    is_not<std::int32_t>(text, errc::wrong_type);
    is_not<std::uint64_t>(text, errc::wrong_type);
  }
}

TEST(Number, FindsTheNearestDouble) {
  is("0.1", 0.1);
  is("-0", -0.0);
  is("-0.0e5", -0.0);
  is("1.7976931348623157e308", std::numeric_limits<double>::max());
  is("4.9e-324", std::numeric_limits<double>::denorm_min());
  is("2.2250738585072011e-308", 2.2250738585072011e-308);
  is("9007199254740993", 9007199254740992.0);
  is("0.1", 0.1F);
}

TEST(Number, TurnsWhatIsTooSmallIntoZeroAndRefusesWhatIsTooBig) {
  is("1e-400", 0.0);
  is("-1e-400", -0.0);
  is("0.000001e-99999999999", 0.0);
  is("1e-60", 0.0F);
  is_not<double>("1e400", errc::number_out_of_range);
  is_not<double>("-1e400", errc::number_out_of_range);
  is_not<double>("0.0001e99999999999", errc::number_out_of_range);
  is_not<float>("3.5e38", errc::number_out_of_range);
  is("3.4e38", 3.4e38F);
  is_not<double>("1." + std::string(limits::max_number_bytes, '1'), errc::number_out_of_range);
}

TEST(Number, ReadsBackEveryDoubleThatIsPrintedShortest) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    is({text, static_cast<std::size_t>(end - text)}, value);
  }
}

}  // namespace
}  // namespace callgate::json
