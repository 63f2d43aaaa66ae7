// SPDX-License-Identifier: Apache-2.0
// Internationalized labels: RFC 5891 to 5893, and Punycode (RFC 3492).
//
// Not looked at: whether a label is in Unicode Normalization Form C.
#pragma once

#include <callgate/json/utf8.hpp>
#include <callgate/schema/formats/idna_tables.hpp>
#include <callgate/schema/formats/internet.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace callgate::schema::formats {

inline constexpr std::size_t max_label_bytes = 63;  // RFC 1035, 2.3.4; of an A-label
inline constexpr std::size_t max_domain_bytes = 253;

namespace detail {

// The code points of one label. One that does not fit fits no A-label either.
struct label {
  std::array<char32_t, max_label_bytes + 1> room{};
  std::size_t size = 0;

  constexpr bool push(char32_t c) noexcept {
    if (size == max_label_bytes) return false;
    return room[size++] = c, true;
  }
  constexpr bool insert(std::size_t at, char32_t c) noexcept {
    if (size == max_label_bytes || at > size) return false;
    std::copy_backward(room.begin() + static_cast<std::ptrdiff_t>(at),
                       room.begin() + static_cast<std::ptrdiff_t>(size),
                       room.begin() + static_cast<std::ptrdiff_t>(size + 1));
    room[at] = c;
    return ++size, true;
  }
  [[nodiscard]] constexpr std::span<const char32_t> view() const noexcept {
    return {room.data(), size};
  }
};

template <std::size_t N>
[[nodiscard]] constexpr bool is_in(const std::array<char32_t, N>& edges, char32_t c) noexcept {
  const auto after = std::upper_bound(edges.begin(), edges.end(), c);
  return (after - edges.begin()) % 2 == 1;
}

[[nodiscard]] constexpr bool is_within(char32_t c, char32_t low, char32_t high) noexcept {
  return c >= low && c <= high;
}

// --- Punycode

inline constexpr std::uint32_t punycode_base = 36, punycode_least = 1, punycode_most = 26;

[[nodiscard]] constexpr std::uint32_t adapt_bias(std::uint32_t delta, std::uint32_t points,
                                                 bool first) noexcept {
  delta = first ? delta / 700 : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > (punycode_base - punycode_least) * punycode_most / 2; k += punycode_base)
    delta /= punycode_base - punycode_least;
  return k + (punycode_base - punycode_least + 1) * delta / (delta + 38);
}

[[nodiscard]] constexpr std::uint32_t threshold(std::uint32_t k, std::uint32_t bias) noexcept {
  return k <= bias ? punycode_least : std::clamp(k - bias, punycode_least, punycode_most);
}

[[nodiscard]] constexpr std::uint32_t digit_of(char c) noexcept {
  if (is_digit(c)) return static_cast<std::uint32_t>(c - '0') + 26;
  if (is_letter(c)) return static_cast<std::uint32_t>((c | 0x20) - 'a');
  return punycode_base;
}

// Reads one delta. No value grows beyond 32 bits: text has at most 63 bytes of 5.2 bits each, and
// what is too large is refused on the way.
constexpr bool take_delta(std::string_view& text, std::uint32_t bias, std::uint32_t& i) noexcept {
  std::uint64_t value = i, weight = 1;
  for (std::uint32_t k = punycode_base;; k += punycode_base) {
    if (text.empty()) return false;
    const std::uint32_t digit = digit_of(text.front());
    text.remove_prefix(1);
    if (digit >= punycode_base) return false;
    value += digit * weight;
    if (value > 0x7fff'ffffU) return false;
    const std::uint32_t t = threshold(k, bias);
    if (digit < t) return i = static_cast<std::uint32_t>(value), true;
    weight *= punycode_base - t;
    if (weight > 0x7fff'ffffU) return false;
  }
}

// What stands after "xn--".
[[nodiscard]] constexpr bool decode_punycode(std::string_view text, label& out) noexcept {
  const std::size_t dash = text.rfind('-');
  if (dash != text.npos) {
    for (const char c : text.substr(0, dash))
      if (!out.push(static_cast<char32_t>(c))) return false;
    text.remove_prefix(dash + 1);
  }
  if (text.empty()) return false;
  std::uint32_t n = 0x80, i = 0, bias = 72;
  while (!text.empty()) {
    const std::uint32_t before = i;
    if (!take_delta(text, bias, i)) return false;
    const auto points = static_cast<std::uint32_t>(out.size) + 1;
    bias = adapt_bias(i - before, points, before == 0);
    n += i / points;
    i %= points;
    if (n > 0x10ffff || is_within(n, 0xd800, 0xdfff) || !out.insert(i, n)) return false;
    ++i;
  }
  return true;
}

// Bytes of the A-label's part behind "xn--".
[[nodiscard]] constexpr std::size_t punycode_size(std::span<const char32_t> points) noexcept {
  const auto basic = static_cast<std::uint32_t>(
      std::count_if(points.begin(), points.end(), [](char32_t c) { return c < 0x80; }));
  std::size_t size = basic != 0 ? basic + 1 : 0;
  std::uint64_t delta = 0;
  std::uint32_t bias = 72, handled = basic;
  char32_t n = 0x80;
  while (handled < points.size()) {
    char32_t next = 0x10ffff;
    for (const char32_t c : points)
      if (c >= n) next = std::min(next, c);
    delta += std::uint64_t{next - n} * (handled + 1);
    n = next;
    for (const char32_t c : points) {
      if (c < n) ++delta;
      if (c != n) continue;
      std::uint64_t rest = delta;
      ++size;
      for (std::uint32_t k = punycode_base; rest >= threshold(k, bias); k += punycode_base) {
        const std::uint32_t t = threshold(k, bias);
        rest = (rest - t) / (punycode_base - t);
        ++size;
      }
      bias = adapt_bias(static_cast<std::uint32_t>(delta), handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return size;
}

// --- RFC 5892, appendix A: what may stand only beside something else

[[nodiscard]] constexpr bool is_greek(char32_t c) noexcept {
  return is_within(c, 0x370, 0x3ff) || is_within(c, 0x1f00, 0x1fff);
}
[[nodiscard]] constexpr bool is_hebrew(char32_t c) noexcept {
  return is_within(c, 0x591, 0x5f4);
}
// Hiragana, Katakana or Han.
[[nodiscard]] constexpr bool is_japanese(char32_t c) noexcept {
  return c != 0x30fb && (is_within(c, 0x3041, 0x30ff) || is_within(c, 0x31f0, 0x31ff) ||
                         is_within(c, 0x2e80, 0x2fd5) || is_within(c, 0x3400, 0x4dbf) ||
                         is_within(c, 0x4e00, 0x9fff) || is_within(c, 0xf900, 0xfad9) ||
                         is_within(c, 0x20000, 0x323af) || is_within(c, 0xff66, 0xff9d) ||
                         c == 0x3005 || c == 0x3007);
}

// Joining_Type R of the Arabic block: letters that join only with what is before them.
[[nodiscard]] constexpr bool joins_only_back(char32_t c) noexcept {
  constexpr std::array<char32_t, 26> edges{
      0x622, 0x626, 0x627, 0x628, 0x629, 0x62a, 0x62f, 0x633, 0x648, 0x649, 0x671, 0x674, 0x675,
      0x678, 0x688, 0x69a, 0x6c0, 0x6c1, 0x6c3, 0x6cc, 0x6cd, 0x6ce, 0x6cf, 0x6d0, 0x6d2, 0x6d4};
  return is_in(edges, c);
}
[[nodiscard]] constexpr bool joins_forward(char32_t c) noexcept {
  return is_within(c, 0x620, 0x6ff) && c != 0x621 && c != 0x674 && !joins_only_back(c) &&
         !is_in(mark_points, c);
}
[[nodiscard]] constexpr bool joins_back(char32_t c) noexcept {
  return joins_forward(c) || joins_only_back(c);
}

[[nodiscard]] constexpr bool may_not_join(std::span<const char32_t> text, std::size_t at) noexcept {
  std::size_t before = at, after = at + 1;
  while (before > 0 && is_in(mark_points, text[before - 1])) --before;
  while (after < text.size() && is_in(mark_points, text[after])) ++after;
  return before > 0 && joins_forward(text[before - 1]) && after < text.size() &&
         joins_back(text[after]);
}

[[nodiscard]] constexpr bool has_any(std::span<const char32_t> text, char32_t low,
                                     char32_t high) noexcept {
  return std::any_of(text.begin(), text.end(), [=](char32_t c) { return is_within(c, low, high); });
}

[[nodiscard]] constexpr bool fits_context(std::span<const char32_t> text, std::size_t at) noexcept {
  const char32_t c = text[at];
  const char32_t before = at > 0 ? text[at - 1] : U'\0';
  const char32_t after = at + 1 < text.size() ? text[at + 1] : U'\0';
  switch (c) {
    case 0x200c: return is_in(virama_points, before) || may_not_join(text, at);
    case 0x200d: return is_in(virama_points, before);
    case 0x00b7: return before == U'l' && after == U'l';
    case 0x0375: return is_greek(after);
    case 0x05f3:
    case 0x05f4: return is_hebrew(before);
    case 0x30fb: return std::any_of(text.begin(), text.end(), is_japanese);
    default: break;
  }
  if (is_within(c, 0x660, 0x669)) return !has_any(text, 0x6f0, 0x6f9);
  if (is_within(c, 0x6f0, 0x6f9)) return !has_any(text, 0x660, 0x669);
  return true;
}

// --- RFC 5893: directions

enum direction : unsigned { L, R, AL, AN, EN, ES, CS, ET, ON, BN, NSM };

[[nodiscard]] constexpr direction direction_of(char32_t c) noexcept {
  if (c < 0x80) return is_digit(static_cast<char>(c)) ? EN : c == U'-' ? ES : L;
  const auto after = std::upper_bound(directions.begin(), directions.end(), c << 4 | 0xf);
  return after == directions.begin() ? L : static_cast<direction>(*(after - 1) & 0xf);
}

[[nodiscard]] constexpr bool is_right_to_left(std::span<const char32_t> text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char32_t c) {
    const direction d = direction_of(c);
    return d == R || d == AL || d == AN;
  });
}

// The six conditions of section 2, for a label of a name that has one from right to left.
[[nodiscard]] constexpr bool has_one_direction(std::span<const char32_t> text) noexcept {
  const direction first = direction_of(text.front());
  const bool leftward = first == R || first == AL;
  if (!leftward && first != L) return false;
  direction last = first;
  bool arabic = false, european = false;
  for (const char32_t c : text) {
    const direction d = direction_of(c);
    const bool common = d == EN || d == ES || d == CS || d == ET || d == ON || d == BN || d == NSM;
    if (!common && (leftward ? d != R && d != AL && d != AN : d != L)) return false;
    arabic |= d == AN;
    european |= d == EN;
    if (d != NSM) last = d;
  }
  if (!leftward) return last == L || last == EN;
  return !(arabic && european) && (last == R || last == AL || last == EN || last == AN);
}

// --- labels

// A label that is shown to people, with at least one code point beyond ASCII.
[[nodiscard]] constexpr bool is_u_label(std::span<const char32_t> text) noexcept {
  if (text.empty() || text.front() == U'-' || text.back() == U'-') return false;
  if (text.size() > 3 && text[2] == U'-' && text[3] == U'-') return false;
  if (is_in(mark_points, text.front())) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char32_t c = text[at];
    const bool plain = c < 0x80 && (is_alphanumeric(static_cast<char>(c)) || c == U'-');
    if (!plain && (c < 0x80 || !is_in(label_points, c) || !fits_context(text, at))) return false;
  }
  return punycode_size(text) + 4 <= max_label_bytes;
}

[[nodiscard]] constexpr bool is_ascii(std::span<const char32_t> text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x80; });
}

// What a label of a name stands for; nothing if it is none.
[[nodiscard]] constexpr std::optional<label> read_label(std::string_view text) noexcept {
  label out;
  const bool encoded = text.size() > 4 && (text[0] | 0x20) == 'x' && (text[1] | 0x20) == 'n' &&
                       text.substr(2, 2) == "--";
  if (encoded) {
    if (!is_label(text) || !decode_punycode(text.substr(4), out)) return std::nullopt;
    if (is_ascii(out.view()) || !is_u_label(out.view())) return std::nullopt;
    // Only one spelling is right: the encoder's.
    return punycode_size(out.view()) + 4 == text.size() ? std::optional{out} : std::nullopt;
  }
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, size] = json::decode_utf8(text.substr(at));
    if (!out.push(c)) return std::nullopt;
    at += size;
  }
  const bool plain = is_ascii(out.view());
  return (plain ? is_label(text) : is_u_label(out.view())) ? std::optional{out} : std::nullopt;
}

// Takes one label and the full stop behind it, of which IDNA has four.
[[nodiscard]] constexpr std::string_view take_label(std::string_view& rest, bool& more) noexcept {
  std::size_t best = rest.size(), width = 0;
  for (const std::string_view stop : {".", "\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1"})
    if (const std::size_t at = rest.find(stop); at < best) best = at, width = stop.size();
  const std::string_view taken = rest.substr(0, best);
  more = width != 0;
  rest.remove_prefix(best + width);
  return taken;
}

}  // namespace detail

// idn-hostname; of hostname, labels that begin with "xn--" are judged by the same rules.
[[nodiscard]] constexpr bool is_idn_hostname(std::string_view text) noexcept {
  bool leftward = false, one_direction = true, more = true;
  std::size_t bytes = 0;
  while (more) {
    const auto label = detail::read_label(detail::take_label(text, more));
    if (!label) return false;
    const auto points = label->view();
    bytes += 1 + (detail::is_ascii(points) ? points.size() : 4 + detail::punycode_size(points));
    if (bytes - 1 > max_domain_bytes) return false;  // here: a long text is not gone through
    leftward |= detail::is_right_to_left(points);
    one_direction &= detail::has_one_direction(points);
  }
  return one_direction || !leftward;
}

[[nodiscard]] constexpr bool is_hostname(std::string_view text) noexcept {
  return is_hostname_ascii(text) && is_idn_hostname(text);
}

}  // namespace callgate::schema::formats
