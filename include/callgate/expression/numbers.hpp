// SPDX-License-Identifier: Apache-2.0
// Expressions over numbers and constant tables.
#pragma once

#include <callgate/expression/scope.hpp>
#include <callgate/expression/texts.hpp>
#include <callgate/provider/body_value.hpp>
#include <callgate/provider/lookup_table.hpp>

#include <cstddef>
#include <cstdint>

namespace callgate::expression {

// {floor: x}: an integer; absent when x is no number or too large for one.
template <class E>
struct floor {
  static scalar read(const auto& s) {
    constexpr double limit = 9'223'372'036'854'775'808.0;  // 2^63
    const scalar value = E::read(s);
    if (value.kind == scalar::type::integer) return value;
    if (value.kind != scalar::type::number) return {};
    if (!(value.number >= -limit && value.number < limit)) return {};
    // Not std::floor: <cmath> costs more than all expressions.
    const auto whole = static_cast<std::int64_t>(value.number);
    return scalar_of(whole - (value.number < static_cast<double>(whole) ? 1 : 0));
  }
};

// An integer among numbers: a column has one type.
template <class E>
struct real {
  static scalar read(const auto& s) {
    const scalar value = E::read(s);
    if (value.kind != scalar::type::integer) return value;
    return scalar_of(static_cast<double>(value.integer));
  }
};

// {count: /array}: its items; 0 when it is absent. Array: a source::body from the payload.
template <class Array>
struct count {
  static scalar read(const auto& s) {
    const auto* items = body_value(Array{}, s.payload);
    return scalar_of(items == nullptr ? std::int64_t{0} : static_cast<std::int64_t>(items->size()));
  }
};

// {lookup: table, key: x, column: c}: absent when the table has no such key.
template <const lookup_table& Table, class Key, std::size_t Column>
struct lookup {
  static scalar read(const auto& s) { return Table.find(text_in(Key::read(s)), Column); }
};

}  // namespace callgate::expression
