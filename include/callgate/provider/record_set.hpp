// SPDX-License-Identifier: Apache-2.0
// All records of a provider, with what a store needs to derive them from a body alone.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/provider/code.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/provider/stage.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

// Lifetime: constants of the program.
struct record_set {
  std::string_view provider;
  std::span<const record_plan> plans;
  std::span<const callgate::stage> stages;
  std::span<const context_field> context;
  std::span<const record_column> told;  // what answers tell: no table's, read once per callback
  // Bytes of arena that parse() needs at most for a body of that size.
  std::size_t (*bytes_needed)(std::size_t body_bytes);
  // The payload of a body that was accepted before; nullptr when it does not fit the schema now.
  const void* (*parse)(std::string_view raw, arena& memory);
  const code* (*find_code)(std::int64_t code);  // nullptr: the provider has no codes
  std::uint64_t digest = 0;  // of all that rows depend on: another one, other rows
};

}  // namespace callgate
