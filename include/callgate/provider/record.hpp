// SPDX-License-Identifier: Apache-2.0
// What a schema's records are: rows that are derived from a task's callbacks.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/unix_micros.hpp>
#include <callgate/provider/code.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/scalar.hpp>
#include <callgate/provider/stage.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace callgate {

// What the expressions of a record read: one stored callback, and its task's context. Without a
// payload it is no callback but the registration of the task: only names, status and context count.
// Lifetime: everything is borrowed, for one evaluation.
struct record_input {
  const void* payload = nullptr;  // the provider's payload struct
  std::string_view raw{};         // the body it was parsed from
  std::string_view provider{};
  std::string_view mount{};
  std::string_view task_id{};
  std::string_view record_id{};
  std::string_view stage{};  // as it came; unknown ones too
  std::int16_t stage_index = no_stage;
  task_status status = task_status::pending;  // of the stage
  outcome result = outcome::accepted;
  std::optional<std::int64_t> code{};
  const callgate::code* known_code = nullptr;  // what the provider's codes say of it
  std::string_view message{};
  unix_micros received_at = 0;
  std::int64_t sequence = 0;
  std::span<const scalar> context{};  // by index of the provider's context fields
  std::size_t item = 0;               // of the array that the record goes over
  arena* scratch = nullptr;           // for texts that an expression makes
  bool* overflowed = nullptr;         // set when scratch is used up: the result counts for nothing
};

// Times are stored as integers (microseconds since 1970, UTC), JSON as text.
enum class column_type : std::uint8_t { text, integer, real, boolean, timestamp, json };

// Bounds of what a schema may ask for; callgen refuses more.
inline constexpr std::size_t max_record_columns = 64;

struct record_column {
  std::string_view name;  // dots make objects of it in JSON and underscores in SQL
  column_type type;
  scalar (*read)(const record_input&);
};

// One row per callback, or one per item of an array; keys tell the rows of a task apart, and a row
// without one of its keys is left out. Each column keeps the value of the highest stage that has
// one, of one stage the latest.
struct record_plan {
  static constexpr std::uint64_t every_callback = ~std::uint64_t{0};

  std::string_view name;
  std::span<const record_column> columns;                    // keys first
  std::size_t key_columns = 0;                               // 0: one row per task
  std::uint64_t stages = every_callback;                     // bit per index of a stage
  bool (*applies)(const record_input&) = nullptr;            // nullptr: always
  std::size_t (*count_rows)(const void* payload) = nullptr;  // nullptr: one
  bool at_registration = false;  // the row is there before any callback, whatever the stages
};

// One value that an application registers with a task, for expressions.
struct context_field {
  std::string_view name;
  column_type type = column_type::text;       // no json
  std::size_t max_bytes = 0;                  // of text
  std::span<const std::string_view> names{};  // of an enum; empty: any text
};

}  // namespace callgate
