// SPDX-License-Identifier: Apache-2.0
// What a provider is told, per outcome.
#pragma once

#include <callgate/provider/outcome.hpp>
#include <callgate/provider/scalar.hpp>
#include <callgate/provider/template_text.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

// One piece of an answer's body. literal: constant bytes of JSON, written as they are. Any other
// slot: its value, written as a JSON value (quoted is false) or as escaped text within a string
// (quoted is true; null becomes nothing).
struct answer_segment {
  slot kind = slot::literal;
  std::string_view text{};
  bool quoted = false;
  scalar (*read)(const void* payload) =
      nullptr;            // of slot::value; payload may be nullptr, then null
  std::uint8_t told = 0;  // of slot::told: index into the provider's
};

struct answer_field {
  std::string_view name;
  std::string_view value;
};

struct answer {
  std::uint16_t status = 0;  // 0: a hole; a provider with a hole does not build
  std::span<const answer_segment> body{};
  std::span<const answer_field> fields{};
};

// Indexed by outcome.
using answer_table = std::array<answer, outcome_count>;

[[nodiscard]] constexpr bool has_hole(const answer_table& table) noexcept {
  for (const answer& a : table)
    if (a.status == 0) return true;
  return false;
}

// True if some 2xx would tell the sender "kept" where nothing is. Refusals of authentication are
// kept in quarantine.
[[nodiscard]] constexpr bool acknowledges_unstored(const answer_table& table) noexcept {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (placement_of(static_cast<outcome>(i)) == placement::nowhere && table[i].status < 300)
      return true;
  return false;
}

}  // namespace callgate
