// SPDX-License-Identifier: Apache-2.0
// Takes a generated struct out of a DOM, slowly: the reference for json::parse_into.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/detail/shape.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/reflect/reflect.hpp>

#include "tests/support/reference_json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace callgate::test {

struct schema_error {
  json::errc code;
  std::size_t offset;
  std::string pointer;
};

// Digits of an integer without sign and leading zeros, "" for what is no integer. "12.50e1" ->
// "125".
inline std::string expand_integer(std::string text) {
  if (text[0] == '-') text.erase(0, 1);
  long exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != text.npos) {
    exponent = std::clamp(std::strtol(text.c_str() + e + 1, nullptr, 10), -1'000'000L, 1'000'000L);
    text.erase(e);
  }
  if (const auto dot = text.find('.'); dot != text.npos) {
    exponent -= static_cast<long>(text.size() - dot - 1);
    text.erase(dot, 1);
  }
  if (text.find_first_not_of('0') == text.npos) return "0";
  for (; exponent < 0 && text.back() == '0'; ++exponent) text.pop_back();
  if (exponent < 0) return "";
  text.append(static_cast<std::size_t>(std::min(exponent, 100L)), '0');
  return text.substr(text.find_first_not_of('0'));
}

// Throws schema_error, the first in the order of the text. Strings that it hands out live in it.
class reference_reader {
 public:
  struct drop {
    json::errc code;
    std::string pointer;
  };

  reference_reader(std::string_view text, arena& memory, json::read_options options)
      : text_(text), memory_(memory), options_(options) {}

  // A text of another shape leaves a struct empty that may be empty.
  template <class T>
  void read_document(const dom& in, T& out) {
    const bool wants_nothing = std::apply(
        [](const auto&... m) { return (!m.rules.required && ...); }, reflect<T>::members);
    const bool other = !std::holds_alternative<dom_object>(in.value);
    if (options_.drop_invalid_members && wants_nothing && other)
      dropped.push_back({errc::wrong_type, ""});
    else
      read(in, rule{}, "", out);
  }

  template <class T>
  void read(const dom& in, const rule& r, const std::string& at, T& out) {
    if constexpr (reflected<T>)
      read_object(in, at, out);
    else if constexpr (json::detail::is_array<T>)
      read_array(in, r, at, out);
    else if constexpr (std::is_same_v<T, json::raw_value>)
      out.text = text_.substr(in.begin, in.end - in.begin);
    else if constexpr (std::is_same_v<T, bool>)
      out = need<bool>(in, at);
    else if constexpr (std::is_arithmetic_v<T>)
      read_number(in, r, at, out);
    else
      read_text(in, r, at, out);
  }

  std::vector<drop> dropped;

 private:
  using errc = json::errc;

  [[noreturn]] static void fail(errc code, std::size_t offset, const std::string& at) {
    throw schema_error{code, offset, at};
  }
  template <class V>
  static const V& need(const dom& in, const std::string& at) {
    if (!std::holds_alternative<V>(in.value)) fail(errc::wrong_type, in.begin, at);
    return std::get<V>(in.value);
  }
  static std::string escaped(const std::string& name) {
    std::string out = "/";
    for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
  }

  template <class T>
  void read_object(const dom& in, const std::string& at, T& out) {
    std::set<std::string> seen;
    std::map<std::string, rivals> spelled;
    for (const dom_pair& pair : need<dom_object>(in, at)) {
      const std::string here = at + escaped(pair.name);
      bool known = false;
      const auto one = [&](const auto& m) {
        bool hit = m.name == pair.name;
        for (const auto alias : m.aliases) hit = hit || alias == pair.name;
        if (!hit) return;
        known = true;
        const bool again = !seen.insert(std::string{m.name}).second;
        if (!m.aliases.empty())
          return read_spelling(pair, m, at, out.*m.pointer, spelled[std::string{m.name}]);
        if (again) fail(errc::duplicate_member, pair.begin, here);
        read_member(pair.value, m.rules, here, out.*m.pointer);
      };
      std::apply([&](const auto&... m) { (one(m), ...); }, reflect<T>::members);
      if (!known && options_.unknown == json::unknown_members::reject)
        fail(errc::unknown_member, pair.begin, here);
    }
    const auto decide = [&](const auto& m) {
      const rivals& all = spelled[std::string{m.name}];
      if (!all.broken.empty() && all.broken.begin()->first < all.best)
        throw all.broken.begin()->second;
    };
    std::apply([&](const auto&... m) { (decide(m), ...); }, reflect<T>::members);
    const auto check = [&](const auto& m) {
      if (m.rules.required && seen.count(std::string{m.name}) == 0)
        fail(errc::missing_member, in.end - 1, at + escaped(std::string{m.name}));
    };
    std::apply([&](const auto&... m) { (check(m), ...); }, reflect<T>::members);
  }

  // The spellings of one member in one object, by their rank: 0 is the first name.
  struct rivals {
    static constexpr std::size_t none = 1000;
    std::set<std::size_t> seen{};
    std::size_t best = none;                       // whose value counts
    std::map<std::size_t, schema_error> broken{};  // absent ones behind all others
  };

  template <class M, class T>
  void read_spelling(const dom_pair& pair, const M& m, const std::string& at, T& out, rivals& all) {
    std::vector<std::string> names{std::string{m.name}};
    for (const auto alias : m.aliases) names.emplace_back(alias);
    const auto rank =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), pair.name) - names.begin());
    const std::string here = at + escaped(pair.name);
    if (!all.seen.insert(rank).second) fail(errc::duplicate_member, pair.begin, here);
    const bool absent = counts_as_absent(pair.value);
    if (rank > all.best) {
      if (!absent) dropped.push_back({errc::duplicate_member, here});
      return;
    }
    const auto before = dropped.size();
    T value{};
    try {
      read_member(pair.value, m.rules, here, value);
    } catch (const schema_error& e) {
      if (!json::is_schema_error(e.code) || (rank == 0 && !absent)) throw;
      dropped.resize(before);
      all.broken.emplace(absent ? rank + rivals::none / 2 : rank, e);
      if (!absent) dropped.push_back({e.code, e.pointer});
      return;
    }
    if constexpr (json::detail::is_optional<T>)
      if (!value) return;
    if (all.best != rivals::none)
      dropped.push_back({errc::duplicate_member, at + escaped(names[all.best])});
    all.best = rank;
    out = value;
  }

  bool counts_as_absent(const dom& in) const {
    const auto* const text = std::get_if<std::string>(&in.value);
    return (options_.nulls_absent && std::holds_alternative<dom_null>(in.value)) ||
           (options_.empty_strings_absent && text != nullptr && text->empty());
  }

  template <class T>
  void read_member(const dom& in, const rule& r, const std::string& at, T& out) {
    const auto before = dropped.size();
    try {
      read_slot(in, r, !r.required, at, out);
    } catch (const schema_error& e) {
      const bool other_type = r.drops_other_types && e.code == errc::wrong_type && e.pointer == at;
      if (!options_.drop_invalid_members || !(r.droppable || other_type) || r.required ||
          !json::is_schema_error(e.code))
        throw;
      dropped.resize(before);
      dropped.push_back({e.code, e.pointer});
      out = T{};
    }
  }

  template <class T>
  void read_slot(const dom& in, const rule& r, bool may_be_absent, const std::string& at, T& out) {
    if constexpr (json::detail::is_optional<T>) {
      out.reset();
      const bool null = std::holds_alternative<dom_null>(in.value);
      if (null && (r.nullable || (options_.nulls_absent && may_be_absent))) return;
      const auto* const text = std::get_if<std::string>(&in.value);
      if (text != nullptr && text->empty() && options_.empty_strings_absent && may_be_absent)
        return;
      read(in, r, at, out.emplace());
    } else {
      read(in, r, at, out);
    }
  }

  template <class T, std::size_t N>
  void read_array(const dom& in, const rule& r, const std::string& at, arena_vector<T, N>& out) {
    static constexpr rule none{};
    for (const dom& item : need<dom_array>(in, at)) {
      if (out.size() == r.max_items) fail(errc::too_many_items, in.begin, at);
      const std::string here = at + "/" + std::to_string(out.size());
      read_slot(item, r.items != nullptr ? *r.items : none, false, here,
                *out.push_back(memory_, std::min(r.max_items, 1000U)));
    }
    if (out.size() < r.min_items) fail(errc::too_few_items, in.begin, at);
  }

  static bool is_number(const std::string& text) {
    try {
      return std::holds_alternative<dom_number>(reference_parser{text, 1}.document().value) &&
             text[0] > ' ' && text.back() > ' ';
    } catch (const syntax_error&) {
      return false;
    }
  }

  template <class T>
  void read_number(const dom& in, const rule& r, const std::string& at, T& out) {
    std::string text;
    const auto* const quoted = std::get_if<std::string>(&in.value);
    if (options_.numbers_in_strings && quoted != nullptr && is_number(*quoted))
      text = *quoted;
    else
      text = need<dom_number>(in, at).text;
    if (text.size() > limits::max_number_bytes) fail(errc::number_out_of_range, in.begin, at);
    if constexpr (std::is_floating_point_v<T>)
      read_floating(text, in, r, at, out);
    else
      read_integer(text, in, r, at, out);
  }

  template <class T>
  void read_floating(const std::string& text, const dom& in, const rule& r, const std::string& at,
                     T& out) {
    const double d = std::strtod(text.c_str(), nullptr);
    out = static_cast<T>(std::is_same_v<T, float> ? std::strtof(text.c_str(), nullptr) : d);
    if (std::isinf(out)) fail(errc::number_out_of_range, in.begin, at);
    const bound &low = r.minimum, &high = r.maximum;
    if (low.set && !(low.exclusive ? d > low.d : d >= low.d)) fail(errc::too_small, in.begin, at);
    if (high.set && !(high.exclusive ? d < high.d : d <= high.d)) fail(errc::too_big, in.begin, at);
    bool listed = r.numbers.empty();
    for (const double n : r.numbers) listed = listed || n == d;
    if (!listed) fail(r.numbers.size() == 1 ? errc::not_const : errc::not_in_enum, in.begin, at);
  }

  template <class T>
  void read_integer(const std::string& text, const dom& in, const rule& r, const std::string& at,
                    T& out) {
    const std::string digits = expand_integer(text);
    if (digits.empty()) fail(errc::wrong_type, in.begin, at);
    if (digits.size() > 30) fail(errc::number_out_of_range, in.begin, at);
    __extension__ using wide = __int128;
    wide value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    if (text[0] == '-') value = -value;
    out = static_cast<T>(value);
    if (static_cast<wide>(out) != value) fail(errc::number_out_of_range, in.begin, at);
    const auto end = [](const bound& b) { return std::is_signed_v<T> ? wide{b.i} : wide{b.u}; };
    if (r.minimum.set && value < end(r.minimum)) fail(errc::too_small, in.begin, at);
    if (r.maximum.set && value > end(r.maximum)) fail(errc::too_big, in.begin, at);
    bool listed = r.integers.empty();
    for (const std::int64_t n : r.integers) listed = listed || n == value;
    if (!listed) fail(r.integers.size() == 1 ? errc::not_const : errc::not_in_enum, in.begin, at);
  }

  template <class T>
  void read_text(const dom& in, const rule& r, const std::string& at, T& out) {
    const std::string_view text = kept_.emplace_back(need<std::string>(in, at));
    std::size_t length = 0;
    for (const char c : text) length += (c & 0xc0) != 0x80;
    if (length < r.min_length) fail(errc::too_short, in.begin, at);
    if (length > r.max_length) fail(errc::too_long, in.begin, at);
    bool listed = r.strings.empty();
    for (const auto s : r.strings) listed = listed || s == text;
    if (!listed) fail(r.strings.size() == 1 ? errc::not_const : errc::not_in_enum, in.begin, at);
    take(text, out, in, at);
  }
  static void take(std::string_view text, std::string_view& out, const dom&, const std::string&) {
    out = text;
  }
  template <class E>
  static void take(std::string_view text, open_enum<E>& out, const dom&, const std::string&) {
    out = {enum_from_name<E>(text), text};
  }
  template <class E>
  static void take(std::string_view text, E& out, const dom& in, const std::string& at) {
    if (!enum_from_name<E>(text)) fail(errc::not_in_enum, in.begin, at);
    out = *enum_from_name<E>(text);
  }

  std::string_view text_;
  arena& memory_;
  json::read_options options_;
  std::deque<std::string> kept_;
};

// Everything that a generated struct holds, as text: equal texts, equal values.
template <class T>
std::string dump(const T& value) {
  if constexpr (reflected<T>) {
    std::string out = "{";
    std::apply(
        [&](const auto&... m) {
          ((out += std::string{m.name} + "=" + dump(value.*m.pointer) + ";"), ...);
        },
        reflect<T>::members);
    return out + "}";
  } else if constexpr (json::detail::is_optional<T>) {
    return value ? "some " + dump(*value) : "none";
  } else if constexpr (json::detail::is_array<T>) {
    std::string out = "[";
    for (const auto& item : value.span()) out += dump(item) + ",";
    return out + "]";
  } else if constexpr (std::is_same_v<T, json::raw_value>) {
    return "raw " + std::string{value.text};
  } else if constexpr (json::detail::is_open_enum<T>) {
    return "open " + (value.known ? dump(*value.known) : "?") + " " + std::string{value.text};
  } else if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<int>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    char text[64];
    return {text, static_cast<std::size_t>(
                      std::snprintf(text, sizeof text, "%a", static_cast<double>(value)))};
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(value);
  } else {
    return '"' + std::string{value} + '"';
  }
}

}  // namespace callgate::test
