// SPDX-License-Identifier: Apache-2.0
// What the rule of a member demands, as text for people.
#pragma once

#include <callgate/json/detail/layout.hpp>
#include <callgate/json/errc.hpp>
#include <callgate/json/offence.hpp>
#include <callgate/reflect/rule.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace callgate::json::detail {

inline std::string_view type_name(const value_layout& v) noexcept {
  switch (v.is) {
    case shape::object: return "object";
    case shape::array: return "array";
    case shape::raw: return "any";
    case shape::boolean: return "boolean";
    case shape::text:
    case shape::name: return "string";
    default: return v.floating ? "number" : "integer";
  }
}

template <class Number>
void add_range_of(expectation& out) noexcept {
  out.add_number(std::numeric_limits<Number>::lowest());
  out.add(" to ");
  out.add_number(std::numeric_limits<Number>::max());
}

// What the C++ type of a member can hold.
inline void add_range(expectation& out, const value_layout& v) noexcept {
  if (v.floating) return v.bytes == 4 ? add_range_of<float>(out) : add_range_of<double>(out);
  const int unused = 64 - 8 * v.bytes;
  const std::uint64_t most = ~std::uint64_t{0} >> unused >> v.has_sign;
  out.add_number(v.has_sign ? -1 - static_cast<std::int64_t>(most) : std::int64_t{0});
  out.add(" to ");
  out.add_number(most);
}

inline void add_bound(expectation& out, const bound& end, const value_layout& v,
                      std::string_view beyond) noexcept {
  if (end.exclusive) out.add(beyond);
  if (v.floating)
    out.add_number(end.d);
  else if (v.has_sign)
    out.add_number(end.i);
  else
    out.add_number(end.u);
}

inline void add_list(expectation& out, std::span<const std::string_view> texts) noexcept {
  for (const std::string_view& each : texts) out.add_item(each, &each == texts.data());
}
template <class Number>
void add_list(expectation& out, std::span<const Number> numbers) noexcept {
  for (const Number& each : numbers) {
    out.add_item({}, &each == numbers.data());
    out.add_number(each);
  }
}

// const or enum.
inline void add_values(expectation& out, const value_layout& v, const rule& rules) noexcept {
  if (v.is == shape::name && !v.name->open) add_list(out, v.name->names);
  add_list(out, rules.strings);
  add_list(out, rules.integers);
  add_list(out, rules.numbers);
}

[[nodiscard]] inline expectation demand_of(errc code, const value_layout& v,
                                           const rule& rules) noexcept {
  expectation out;
  switch (code) {
    case errc::wrong_type: out.add(type_name(v)), out.add(rules.nullable ? " or null" : ""); break;
    case errc::not_in_enum:
    case errc::not_const: add_values(out, v, rules); break;
    case errc::too_short: out.add_number(std::uint64_t{rules.min_length}); break;
    case errc::too_long: out.add_number(std::uint64_t{rules.max_length}); break;
    case errc::too_few_items: out.add_number(std::uint64_t{rules.min_items}); break;
    case errc::too_many_items: out.add_number(std::uint64_t{rules.max_items}); break;
    case errc::number_out_of_range: add_range(out, v); break;
    case errc::too_small: add_bound(out, rules.minimum, v, "more than "); break;
    case errc::too_big: add_bound(out, rules.maximum, v, "less than "); break;
    default: break;
  }
  return out;
}

}  // namespace callgate::json::detail
