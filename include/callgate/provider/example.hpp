// SPDX-License-Identifier: Apache-2.0
// A schema's examples as data: contract tests, samples and demonstration requests at once.
#pragma once

#include <callgate/provider/answer.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/scalar.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace callgate {

// How many rows a task has in a record.
struct expected_rows {
  std::string_view record;
  std::size_t rows = 0;
};

// One value of a task's context.
struct example_value {
  std::string_view field;
  scalar value{};
};

// What the schema says an example becomes. A member that is nullopt is not checked.
struct expectation {
  outcome result = outcome::accepted;
  std::uint16_t status = 0;                       // HTTP status, from the provider's answers
  std::optional<std::string_view> task_id{};      // "" means: none
  std::optional<std::string_view> record_id{};    // "" means: none
  std::optional<std::string_view> stage{};        // "" means: none
  std::optional<std::string_view> code_name{};    // "" means: none
  std::optional<std::string_view> task_status{};  // of the task afterwards
  std::optional<std::string_view> error{};        // how the reason of a refusal starts
  std::span<const expected_rows> records{};       // of the task afterwards; others are not checked
};

// One request. Signature fields are not in it: the sender signs.
struct example_step {
  std::string_view method;
  std::string_view path;
  std::string_view query;  // without '?'
  std::span<const answer_field> fields{};
  std::string_view body;
  bool is_signed = true;
  expectation expected{};
};

struct example {
  std::string_view name;
  std::string_view description;
  std::span<const example_step> steps{};
  bool is_registered = false;  // the first step's task, with this context, before that step
  std::span<const example_value> context{};
};

}  // namespace callgate
