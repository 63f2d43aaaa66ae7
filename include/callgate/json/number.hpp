// SPDX-License-Identifier: Apache-2.0
// JSON numbers: the grammar of RFC 8259, exact integers, and the nearest floating point number.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/json/cursor.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace callgate::json {

struct number_token {
  std::string_view text{};
  bool integral = false;  // no fraction and no exponent
};

namespace detail {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool scan_digits(cursor& in) noexcept {
  if (!is_digit(in.peek())) return in.fail_here(errc::bad_number);
  while (is_digit(in.peek())) ++in.at;
  return true;
}

// A number taken apart: mantissa (digits, maybe one dot) times ten to the exponent.
struct decimal {
  static constexpr std::int64_t max_exponent =
      1'000'000'000;  // beyond it nothing changes: mantissas are short

  bool negative = false;
  std::string_view mantissa{};
  std::int64_t exponent = 0;
  std::size_t first =
      std::string_view::npos;  // first digit that is not 0; npos when the number is zero
  std::size_t last = 0;

  constexpr explicit decimal(std::string_view text) noexcept {
    negative = text.front() == '-';
    if (negative) text.remove_prefix(1);
    const std::size_t e = text.find_first_of("eE");
    mantissa = text.substr(0, e);
    if (e != text.npos) exponent = parse_exponent(text.substr(e + 1));
    first = mantissa.find_first_not_of("0.");
    if (first != mantissa.npos) last = mantissa.find_last_not_of("0.");
  }

  [[nodiscard]] constexpr bool is_zero() const noexcept { return first == mantissa.npos; }

  // The power of ten that the digit at `position` stands for.
  [[nodiscard]] constexpr std::int64_t power(std::size_t position) const noexcept {
    const std::size_t found = mantissa.find('.');
    const std::size_t dot = found != mantissa.npos ? found : mantissa.size();
    const auto distance = static_cast<std::int64_t>(dot) - static_cast<std::int64_t>(position);
    return exponent + distance - (distance > 0 ? 1 : 0);
  }

 private:
  static constexpr std::int64_t parse_exponent(std::string_view text) noexcept {
    const bool minus = text.front() == '-';
    std::int64_t value = 0;
    for (const char c : text) {
      if (is_digit(c)) value = value * 10 + (c - '0');
      if (value > max_exponent) value = max_exponent;
    }
    return minus ? -value : value;
  }
};

// value = value * 10 + digit; false when that does not fit.
constexpr bool push_digit(std::uint64_t& value, unsigned digit) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  if (value > most / 10 || value * 10 > most - digit) return false;
  value = value * 10 + digit;
  return true;
}

// The absolute value of an integer, however it is written.
constexpr std::optional<errc> exact_magnitude(const decimal& number, std::uint64_t& out) noexcept {
  out = 0;
  if (number.is_zero()) return std::nullopt;
  std::int64_t zeros = number.power(number.last);
  if (zeros < 0) return errc::wrong_type;
  for (const char c : number.mantissa.substr(number.first, number.last - number.first + 1))
    if (c != '.' && !push_digit(out, static_cast<unsigned>(c - '0')))
      return errc::number_out_of_range;
  for (; zeros > 0; --zeros)
    if (!push_digit(out, 0)) return errc::number_out_of_range;
  return std::nullopt;
}

constexpr std::optional<errc> magnitude(const number_token& token, std::uint64_t& out) noexcept {
  if (!token.integral) return exact_magnitude(decimal{token.text}, out);
  out = 0;
  for (const char c : token.text.substr(token.text.front() == '-' ? 1 : 0))
    if (!push_digit(out, static_cast<unsigned>(c - '0'))) return errc::number_out_of_range;
  return std::nullopt;
}

}  // namespace detail

// Reads a number; the grammar ends it, so that `1x` is a number and something else.
constexpr bool scan_number(cursor& in, number_token& out) noexcept {
  const char* const begin = in.at;
  if (in.peek() == '-') ++in.at;
  const bool zero = in.peek() == '0';
  if (zero) ++in.at;
  if (zero && detail::is_digit(in.peek())) return in.fail(errc::bad_number);
  if (!zero && !detail::scan_digits(in)) return false;
  out.integral = true;
  if (in.peek() == '.') {
    out.integral = false;
    if (++in.at; !detail::scan_digits(in)) return false;
  }
  if (in.peek() == 'e' || in.peek() == 'E') {
    out.integral = false;
    ++in.at;
    if (in.peek() == '+' || in.peek() == '-') ++in.at;
    if (!detail::scan_digits(in)) return false;
  }
  out.text = {begin, static_cast<std::size_t>(in.at - begin)};
  return true;
}

// The integer that the token stands for, exactly: 1.0 and 1e2 are integers, 1.5 is none
// (wrong_type). Errors: wrong_type, number_out_of_range; out is then unspecified. Demands: a
// scanned token.
template <std::integral Int>
[[nodiscard]] constexpr std::optional<errc> to_integer(const number_token& token,
                                                       Int& out) noexcept {
  if (token.text.size() > limits::max_number_bytes) return errc::number_out_of_range;
  std::uint64_t value = 0;
  if (const auto bad = detail::magnitude(token, value)) return bad;
  const bool negative = token.text.front() == '-' && value != 0;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<Int>::max());
  const std::uint64_t limit = !negative ? most : std::unsigned_integral<Int> ? 0 : most + 1;
  if (value > limit) return errc::number_out_of_range;
  out = static_cast<Int>(negative ? 0 - value : value);
  return std::nullopt;
}

// The nearest Float, ties to even; what is too small becomes zero.
// Errors: number_out_of_range; out is then unspecified. Demands: a scanned token.
template <std::floating_point Float>
[[nodiscard]] inline std::optional<errc> to_floating(const number_token& token,
                                                     Float& out) noexcept {
  if (token.text.size() > limits::max_number_bytes) return errc::number_out_of_range;
  const char* const begin = token.text.data();
  const auto read = std::from_chars(begin, begin + token.text.size(), out);
  if (read.ec == decltype(read.ec){}) return std::nullopt;  // std::errc, without <system_error>
  // from_chars does not say at which end of the range it failed.
  const detail::decimal number{token.text};
  if (!number.is_zero() && number.power(number.first) >= 0) return errc::number_out_of_range;
  out = number.negative ? -Float{0} : Float{0};
  return std::nullopt;
}

}  // namespace callgate::json
