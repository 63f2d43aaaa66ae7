// SPDX-License-Identifier: Apache-2.0
// What a provider's status codes mean: for stages, answers, logs, operators and users.
#pragma once

#include <callgate/core/partition_point.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

// How much a person should care.
enum class severity : std::uint8_t { success, info, warning, error };

template <>
struct enum_names<severity> {
  static constexpr std::array<std::string_view, 4> names{"success", "info", "warning", "error"};
};

// What becomes of the same request when it is made again.
enum class retry_advice : std::uint8_t {
  never,          // the same
  later,          // it may succeed after a while
  safe,           // it may succeed now, and costs nothing
  changed_input,  // it may succeed when something in it is changed
};

template <>
struct enum_names<retry_advice> {
  static constexpr std::array<std::string_view, 4> names{"never", "later", "safe", "changed_input"};
};

// Text for people in one language. Source: BCP 47 for the locale.
struct code_message {
  std::string_view locale;
  std::string_view text;
};

// One code of a provider. Two providers may give one number two meanings.
struct code {
  std::int64_t value = 0;   // of the row for codes that are not listed: says nothing
  std::string_view name{};  // one of its kind in its provider; empty: no row at all
  callgate::severity severity = callgate::severity::info;
  retry_advice retry = retry_advice::never;
  bool refunded = false;       // the provider gave back what the task cost
  std::string_view meaning{};  // technical, for operators
  std::span<const code_message> messages{};
  std::int16_t applies_stage =
      no_stage;  // index into stages: a callback with this code is of that stage
};

[[nodiscard]] constexpr bool is_code_table(std::span<const code> rows) noexcept {
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (rows[i - 1].value >= rows[i].value) return false;
  return true;
}

// The provider's row for a code, that of unknown codes when it is not listed; nullptr when the
// provider has no codes.
template <class P>
[[nodiscard]] constexpr const code* find_code(std::int64_t value) noexcept {
  constexpr std::span<const code> rows(P::codes);
  static_assert(is_code_table(rows), "codes: rows must rise by their value, each value once");
  const std::size_t at =
      partition_point(rows, [value](const code& row) { return row.value < value; });
  if (at != rows.size() && rows[at].value == value) return &rows[at];
  return P::unknown_code.name.empty() ? nullptr : &P::unknown_code;
}

}  // namespace callgate
