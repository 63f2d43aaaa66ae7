// SPDX-License-Identifier: Apache-2.0
// The task by callgate::json::parse_into, with each set of instructions.
#pragma once

#include "flatten.hpp"
#include "task.hpp"

#include <callgate/core/arena.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/drops.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/instruction_set.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/version.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace parse_benchmark {

inline constexpr contract own_promises{
    .decodes = true, .checks_utf8 = true, .checks_trailing = true, .checks_skipped = true};

// What the program that measures is told, for each set.
enum class choice { dispatched, portable, sse2, avx2 };

constexpr callgate::json::instruction_set set_of(choice chosen) noexcept {
  using enum callgate::json::instruction_set;
  return chosen == choice::portable ? portable : chosen == choice::sse2 ? sse2 : avx2;
}

template <class Provider, choice Chosen>
class own {
  using payload = typename Provider::payload;
  static constexpr std::size_t most_room_bytes = 1 << 26;  // where a schema's worst case is absurd
  static inline payload out{};
  static inline std::vector<std::byte> room{};

  static std::optional<callgate::json::error> parse(std::string_view document) {
    using callgate::json::parse_into;
    callgate::arena memory{room};
    callgate::json::drops notes;
    if constexpr (Chosen == choice::dispatched)
      return parse_into<payload, Provider::tolerance>(document, memory, out, notes);
    else
      return parse_into<payload, Provider::tolerance>(document, memory, out, notes, set_of(Chosen));
  }

  static void prepare(std::size_t longest_bytes) {
    room.resize(
        std::min(callgate::json::arena_bytes_needed<payload>(longest_bytes), most_room_bytes));
  }

  static std::size_t parse_all(std::span<const std::string_view> documents) {
    std::size_t good = 0;
    for (const std::string_view document : documents) {
      good += !parse(document).has_value();
      asm volatile("" ::"r"(&out) : "memory");
    }
    return good;
  }

  static bool values(std::string_view document, std::vector<member_text>& found) {
    if (const auto failed = parse(document)) {
      std::array<char, 512> text;
      found.push_back({"", std::string{describe(*failed, text)}});
      return false;
    }
    flattener{found}.add("", out);
    return true;
  }

 public:
  // `provider` is whose documents they are, where the schema is a variant of another's.
  static constexpr job make(std::string_view provider) noexcept {
    return {provider, &prepare, &parse_all, &values};
  }
};

}  // namespace parse_benchmark
