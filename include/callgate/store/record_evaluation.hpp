// SPDX-License-Identifier: Apache-2.0
// One record of one callback: its rows as values.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/provider/read_value.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/provider/record_set.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <string_view>

namespace callgate::store {

namespace detail {

[[nodiscard]] inline bool concerns(const record_plan& plan, const record_input& in) {
  const bool every = plan.stages == record_plan::every_callback;
  const bool stage =
      in.stage_index >= 0 && in.stage_index < 64 && (plan.stages >> in.stage_index & 1U) != 0;
  const bool wanted = in.payload == nullptr ? plan.at_registration : every || stage;
  return wanted && (plan.applies == nullptr || plan.applies(in));
}

[[nodiscard]] inline bool has_keys(const record_plan& plan, std::span<const scalar> row) {
  const auto keys = row.first(plan.key_columns);
  return std::all_of(keys.begin(), keys.end(), [](const scalar& key) {
    return callgate::detail::is_there(key) && key.kind != scalar::type::cleared;
  });
}

[[nodiscard]] inline std::size_t value_bytes(const record_plan& plan, const void* payload) {
  const std::size_t rows = plan.count_rows == nullptr ? 1 : plan.count_rows(payload);
  return rows * plan.columns.size() * sizeof(scalar) + alignof(scalar);
}

}  // namespace detail

// Bytes of arena for the values of a payload's records: of one at a time, or of all. Texts that
// expressions make come on top.
[[nodiscard]] inline std::size_t largest_record_bytes(const record_set& set, const void* payload) {
  std::size_t bytes = 0;
  for (const record_plan& plan : set.plans)
    bytes = std::max(bytes, detail::value_bytes(plan, payload));
  return bytes;
}
[[nodiscard]] inline std::size_t all_record_bytes(const record_set& set, const void* payload) {
  std::size_t bytes = 0;
  for (const record_plan& plan : set.plans) bytes += detail::value_bytes(plan, payload);
  return bytes;
}

// What is known of a task that is registered, before any callback: it counts as one of rank 0.
[[nodiscard]] inline record_input registration_input(const record_set& set, std::string_view mount,
                                                     std::string_view task_id,
                                                     std::span<const scalar> context) {
  return {.provider = set.provider,
          .mount = mount,
          .task_id = task_id,
          .status = task_status::pending,
          .context = context};
}
[[nodiscard]] inline bool has_rows_at_registration(const record_set& set) {
  return std::any_of(set.plans.begin(), set.plans.end(),
                     [](const record_plan& plan) { return plan.at_registration; });
}

// Row after row, each as long as plan.columns; none when the record does not concern the callback.
// An item without its keys has no row. Empty optional: memory is used up. Cost: no heap.
[[nodiscard]] inline std::optional<std::span<const scalar>> evaluate_record(const record_plan& plan,
                                                                            record_input in,
                                                                            arena& memory) {
  bool overflowed = false;
  in.scratch = &memory;
  in.overflowed = &overflowed;
  if (!detail::concerns(plan, in)) return std::span<const scalar>{};
  const std::size_t items = plan.count_rows == nullptr ? 1 : plan.count_rows(in.payload);
  const std::size_t width = plan.columns.size();
  // Room, not scalars: each is made where it belongs, once.
  auto* const values =
      static_cast<scalar*>(memory.allocate_room(items * width, sizeof(scalar), alignof(scalar)));
  if (values == nullptr) return std::nullopt;
  std::size_t rows = 0;
  for (in.item = 0; in.item < items; ++in.item) {
    scalar* const row = values + rows * width;
    for (std::size_t c = 0; c < width; ++c) ::new (row + c) scalar(plan.columns[c].read(in));
    if (detail::has_keys(plan, {row, width})) ++rows;
  }
  if (overflowed) return std::nullopt;
  return std::span<const scalar>{values, rows * width};
}

}  // namespace callgate::store
