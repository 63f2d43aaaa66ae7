// SPDX-License-Identifier: Apache-2.0
// Random JSON texts: any, or mostly what a generated struct wants; and damage to them. The same
// seed, the same texts.
#pragma once

#include <callgate/json/detail/shape.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/reflect.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace callgate::test {

class json_generator {
 public:
  explicit json_generator(std::uint32_t seed) : random_(seed) {}

  // 0 to n - 1.
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  std::string space() {
    std::string out;
    while (one_in(6)) out += pick({" ", "\n", "\r", "\t"});
    return out;
  }

  std::string any(std::size_t depth) {
    switch (below(depth == 0 ? 4 : 6)) {
      case 0: return pick({"true", "false", "null"});
      case 1: return number();
      case 2:
      case 3: return quoted(word());
      case 4: return list('[', ']', below(4), [&] { return any(depth - 1); });
      default:
        return list('{', '}', below(4), [&] { return quoted(word()) + colon() + any(depth - 1); });
    }
  }

  // A document that the struct takes, or, in half of them, one with a few faults.
  template <class T>
  std::string document() {
    constexpr std::array<std::size_t, 4> faults{0, 0, 20, 80};
    fault_one_in_ = faults[below(faults.size())];
    return space() + like<T>() + space();
  }

  // One to three bytes flipped, cut out, put in or repeated.
  std::string damage(std::string text) {
    for (std::size_t n = 1 + below(3); n > 0 && !text.empty(); --n) {
      const std::size_t at = below(text.size());
      switch (below(5)) {
        case 0: text[at] = static_cast<char>(text[at] ^ (1 << below(8))); break;
        case 1: text.erase(at, 1 + below(3)); break;
        case 2: text.insert(at, 1, "{}[]\",:\\u0eE+-.tn \x01\x80\xff\xed"[below(22)]); break;
        case 3: text.insert(at, text.substr(below(text.size()), 1 + below(6))); break;
        default: text.resize(at);
      }
    }
    return text;
  }

 private:
  bool fault() { return fault_one_in_ != 0 && one_in(fault_one_in_); }

  template <class T>
  std::string like(const rule& r = {}) {
    if (fault()) return any(2);
    if constexpr (json::detail::is_optional<T>) {
      if (fault()) return "\"\"";
      return (r.nullable && one_in(4)) || one_in(60) ? "null" : like<typename T::value_type>(r);
    } else if constexpr (reflected<T>) {
      return object<T>();
    } else if constexpr (json::detail::is_array<T>) {
      const std::size_t most = std::min<std::size_t>(r.max_items, 6);
      const std::size_t n = fault() ? below(most + 3) : r.min_items + below(most - r.min_items + 1);
      const rule items = r.items != nullptr ? *r.items : rule{};
      return list('[', ']', n, [&] { return like<typename T::value_type>(items); });
    } else if constexpr (std::is_same_v<T, json::raw_value>) {
      return any(3);
    } else if constexpr (std::is_same_v<T, bool>) {
      return pick({"true", "false"});
    } else if constexpr (std::is_arithmetic_v<T>) {
      return number_like<T>(r);
    } else {
      return text_like<T>(r);
    }
  }

  std::string pick(std::initializer_list<const char*> of) { return of.begin()[below(of.size())]; }
  std::string colon() { return space() + ":" + space(); }

  template <class Make>
  std::string list(char open, char close, std::size_t n, Make make) {
    std::string out{open};
    for (std::size_t i = 0; i < n; ++i) out += (i != 0 ? "," : "") + space() + make() + space();
    return out + space() + close;
  }

  std::string word() { return word(below(one_in(8) ? 40 : 7)); }
  std::string word(std::size_t code_points) {
    std::string out;
    if (one_in(3)) {
      for (std::size_t n = code_points; n > 0; --n) out += static_cast<char>('a' + below(26));
      return out;
    }
    for (std::size_t n = code_points; n > 0; --n)
      out += pick({"a", "b", "Z", "7", " ", "/", "~", "\"", "\\", "\n", "\x7f", "\xc3\xa9",
                   "\xe2\x82\xac", "\xf0\x9f\x8e\xb5"});
    return out;
  }

  // Every character as it is, or as one of its escapes.
  std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      const bool must = c == '"' || c == '\\' || c == '\n';
      const bool ascii = static_cast<unsigned char>(c) < 0x80;
      if (ascii && (must ? one_in(2) : one_in(30))) {
        static constexpr std::string_view hex[] = {"0123456789abcdef", "0123456789ABCDEF"};
        const auto byte = static_cast<unsigned char>(c);
        out += std::string{"\\u00"} + hex[below(2)][byte / 16] + hex[below(2)][byte % 16];
      } else if (must) {
        out += c == '\n' ? "\\n" : std::string{"\\"} + c;
      } else {
        out += c;
      }
    }
    if (one_in(8)) escape_beyond_ascii(out);
    if (text.size() > 12 || fault())
      out += pick({"\\ud83c\\udfb5", "\\u20ac", "\\/", "\\b\\f\\r\\t"});
    return out + "\"";
  }

  // As Python writes it: what word() has beyond ASCII.
  static void escape_beyond_ascii(std::string& text) {
    constexpr std::array<std::array<std::string_view, 2>, 3> escapes{
        {{"\xc3\xa9", "\\u00e9"},
         {"\xe2\x82\xac", "\\u20AC"},
         {"\xf0\x9f\x8e\xb5", "\\ud83c\\udfb5"}}};
    for (const auto& [from, to] : escapes)
      for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
        text.replace(at, from.size(), to);
  }

  std::string number() {
    return pick({"0",
                 "-0",
                 "1",
                 "7",
                 "-1",
                 "120",
                 "599",
                 "1.0",
                 "1e2",
                 "12.50e1",
                 "0.5",
                 "0.1",
                 "0.10000001",
                 "-2.5e-3",
                 "1E+2",
                 "100e-2",
                 "0e999",
                 "1000",
                 "1e3",
                 "2147483647",
                 "2147483648",
                 "-2147483648",
                 "-2147483649",
                 "4294967295",
                 "4294967296",
                 "9007199254740993",
                 "9223372036854775807",
                 "9223372036854775808",
                 "-9223372036854775808",
                 "-9223372036854775809",
                 "18446744073709551615",
                 "18446744073709551616",
                 "1e400",
                 "-1e400",
                 "1e-400",
                 "3.4e38",
                 "3.5e38",
                 "1e-60",
                 "4.9e-324",
                 "2.2250738585072011e-308",
                 "0.000001e6"});
  }

  template <class T>
  std::string number_like(const rule& r) {
    if (fault()) return number();
    std::string out = std::to_string(100 + below(500));
    if (!r.integers.empty())
      out = std::to_string(r.integers[below(r.integers.size())]);
    else if (!r.numbers.empty())
      out = std::to_string(r.numbers[below(r.numbers.size())]);
    else if (std::is_floating_point_v<T>)
      out = pick({"0.05", "1.5e-2", "0.1", "1e-60", "9e-2"});
    if (std::is_integral_v<T> && one_in(10)) out += pick({".0", "e0", "0e-1"});
    return fault() ? '"' + out + '"' : out;
  }

  template <class T>
  std::string text_like(const rule& r) {
    if (fault()) return quoted(word(below(40)));
    if (!r.strings.empty()) return quoted(r.strings[below(r.strings.size())]);
    if constexpr (json::detail::is_open_enum<T>)
      return name_of_one<typename decltype(T::known)::value_type>();
    else if constexpr (std::is_enum_v<T>)
      return name_of_one<T>();
    const std::size_t most = std::min(r.max_length, one_in(6) ? 150U : 10U);
    return quoted(word(r.min_length + below(most - r.min_length + 1)));
  }

  template <class E>
  std::string name_of_one() {
    constexpr auto& names = enum_names<E>::names;
    return quoted(names[below(names.size())]);
  }

  template <class T>
  std::string object() {
    std::vector<std::string> pairs;
    const auto add = [&](const auto& m) {
      using value =
          std::remove_cv_t<std::remove_reference_t<decltype(std::declval<T>().*m.pointer)>>;
      if (m.rules.required ? fault() : one_in(3)) return;
      const auto pair = [&] {
        const bool alias = !m.aliases.empty() && one_in(2);
        const std::string name = quoted(alias ? m.aliases[below(m.aliases.size())] : m.name);
        return name + colon() + (m.rules.droppable && one_in(20) ? any(1) : like<value>(m.rules));
      };
      pairs.push_back(pair());
      if (fault() || (!m.aliases.empty() && one_in(5))) pairs.push_back(pair());
    };
    std::apply([&](const auto&... m) { (add(m), ...); }, reflect<T>::members);
    while (one_in(10)) pairs.push_back(quoted("x" + word()) + colon() + any(3));
    if (one_in(3)) std::shuffle(pairs.begin(), pairs.end(), random_);
    std::size_t i = 0;
    return list('{', '}', pairs.size(), [&] { return pairs[i++]; });
  }

  std::mt19937 random_;
  std::size_t fault_one_in_ = 20;
};

}  // namespace callgate::test
