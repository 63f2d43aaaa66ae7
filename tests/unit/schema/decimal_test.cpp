// SPDX-License-Identifier: Apache-2.0
// Exact numbers, against integers that fit a machine word.
#include <callgate/schema/decimal.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace callgate::schema {
namespace {

int sign_of(std::string_view one, std::string_view other) {
  return compare(decimal{one}, decimal{other});
}
bool divides(std::string_view divisor, std::string_view number) {
  return is_multiple(decimal{number}, decimal{divisor});
}

TEST(decimal, compares_by_value_however_it_is_written) {
  EXPECT_EQ(sign_of("1", "1.0"), 0);
  EXPECT_EQ(sign_of("100", "1e2"), 0);
  EXPECT_EQ(sign_of("0.001", "1E-3"), 0);
  EXPECT_EQ(sign_of("-0", "0.0e5"), 0);
  EXPECT_EQ(sign_of("12", "1.25e1"), -1);
  EXPECT_EQ(sign_of("-12", "-1.25e1"), 1);
  EXPECT_EQ(sign_of("-1", "0"), -1);
  EXPECT_EQ(sign_of("0", "-1"), 1);
  EXPECT_EQ(sign_of("0", "1"), -1);
  EXPECT_EQ(sign_of("1", "-1"), 1);
}

TEST(decimal, compares_beyond_floating_point) {
  EXPECT_EQ(sign_of("9007199254740993", "9007199254740992"), 1);
  EXPECT_EQ(sign_of("1e400", "1e401"), -1);
  EXPECT_EQ(sign_of("1e-400", "0"), 1);
  EXPECT_EQ(sign_of("123456789012345678901234567890.1", "123456789012345678901234567890.10"), 0);
}

TEST(decimal, agrees_with_integers) {
  for (std::int64_t one = -120; one <= 120; one += 7)
    for (std::int64_t other = -30; other <= 130; ++other) {
      const int wanted = one < other ? -1 : one > other ? 1 : 0;
      EXPECT_EQ(sign_of(std::to_string(one), std::to_string(other)), wanted) << one << " " << other;
      if (other <= 0) continue;
      EXPECT_EQ(divides(std::to_string(other), std::to_string(one)), one % other == 0)
          << one << " " << other;
    }
}

TEST(decimal, divides_exactly) {
  EXPECT_TRUE(divides("0.01", "19.99"));
  EXPECT_TRUE(divides("0.0001", "0.0075"));
  EXPECT_FALSE(divides("0.01", "0.075"));
  EXPECT_TRUE(divides("2.5", "1e300"));
  EXPECT_FALSE(divides("0.123456789", "1e308"));
  EXPECT_TRUE(divides("3", "300000000000000000000000000003"));
  EXPECT_FALSE(divides("3", "300000000000000000000000000001"));
  EXPECT_TRUE(divides("999999999999999999", "999999999999999999e5"));
  EXPECT_FALSE(divides("999999999999999999", "999999999999999998e5"));
  EXPECT_TRUE(divides("7", "0"));
}

TEST(decimal, an_enormous_exponent_takes_no_time) {
  EXPECT_TRUE(divides("1e-9", "1e1000000000"));
  EXPECT_FALSE(divides("3", "1e999999999999999999"));
  EXPECT_EQ(sign_of("1e999999999999999999", "2"), 1);
}

TEST(decimal, knows_integers) {
  EXPECT_TRUE(is_integer(decimal{"1.50e1"}));
  EXPECT_TRUE(is_integer(decimal{"0.0"}));
  EXPECT_TRUE(is_integer(decimal{"-3"}));
  EXPECT_FALSE(is_integer(decimal{"1.5"}));
  EXPECT_FALSE(is_integer(decimal{"1e-1"}));
}

}  // namespace
}  // namespace callgate::schema
