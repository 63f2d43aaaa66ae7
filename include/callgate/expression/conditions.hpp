// SPDX-License-Identifier: Apache-2.0
// Expressions that decide: what is there, what is equal, which of several counts.
#pragma once

#include <callgate/expression/scope.hpp>
#include <callgate/provider/body_value.hpp>
#include <callgate/provider/read_value.hpp>

#include <cstddef>
#include <cstdint>

namespace callgate::expression {

// Not null and no empty text: as everywhere in the pipeline.
[[nodiscard]] constexpr bool is_there(const scalar& value) noexcept {
  return callgate::detail::is_there(value);
}

// Exactly: neither is rounded to the other's type.
[[nodiscard]] constexpr bool is_same_number(std::int64_t whole, double number) noexcept {
  constexpr double limit = 9'223'372'036'854'775'808.0;  // 2^63
  if (!(number >= -limit && number < limit)) return false;
  const auto cut = static_cast<std::int64_t>(number);
  return cut == whole && static_cast<double>(cut) == number;
}

// What is absent equals nothing; a null that is said, another one. An integer equals the same
// number.
[[nodiscard]] constexpr bool is_equal(const scalar& a, const scalar& b) noexcept {
  using type = scalar::type;
  if (!is_there(a) || !is_there(b)) return false;
  if (a.kind == b.kind) {
    switch (a.kind) {
      case type::text: return a.text == b.text;
      case type::integer: return a.integer == b.integer;
      case type::number: return a.number == b.number;
      default: return a.boolean == b.boolean;
    }
  }
  if (a.kind == type::integer && b.kind == type::number) return is_same_number(a.integer, b.number);
  if (a.kind == type::number && b.kind == type::integer) return is_same_number(b.integer, a.number);
  return false;
}

// A boolean that holds; anything else does not.
[[nodiscard]] constexpr bool is_true(const scalar& value) noexcept {
  return value.kind == scalar::type::boolean && value.boolean;
}

// {present: x}
template <class E>
struct present {
  static scalar read(const auto& s) { return scalar_of(is_there(E::read(s))); }
};

// {first_of: [x, y]}: the first that is there.
template <class... Es>
struct first_of {
  static scalar read(const auto& s) {
    scalar found{};
    (void)((found = Es::read(s), is_there(found)) || ...);
    return is_there(found) ? found : scalar{};
  }
};

// {equals: [x, y]}
template <class A, class B>
struct equals {
  static scalar read(const auto& s) { return scalar_of(is_equal(A::read(s), B::read(s))); }
};

// {all: [x, y]}
template <class... Es>
struct all {
  static scalar read(const auto& s) { return scalar_of((is_true(Es::read(s)) && ...)); }
};

// {not: x}: holds when x is absent.
template <class E>
struct negation {
  static scalar read(const auto& s) { return scalar_of(!is_true(E::read(s))); }
};

// {if: x, then: y, else: z}
template <class Condition, class Then, class Else>
struct choose {
  static scalar read(const auto& s) {
    return is_true(Condition::read(s)) ? Then::read(s) : Else::read(s);
  }
};

// {stage: [...], value: x}: absent in other stages. Mask: bit per index of a stage.
template <std::uint64_t Mask, class E>
struct at_stage {
  static scalar read(const auto& s) {
    const auto index = s.in.stage_index;
    return index >= 0 && index < 64 && (Mask >> index & 1U) != 0 ? E::read(s) : scalar{};
  }
};

// {some: {of: /array, is: x}}: whether x holds for an item. Array: a source::body from the payload.
template <class Array, class E>
struct some {
  static scalar read(const auto& s) {
    const auto* items = body_value(Array{}, s.payload);
    if (items == nullptr) return scalar_of(false);
    for (const auto& one : *items)
      if (is_true(E::read(s.at(&one)))) return scalar_of(true);
    return scalar_of(false);
  }
};

}  // namespace callgate::expression
