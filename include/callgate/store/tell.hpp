// SPDX-License-Identifier: Apache-2.0
// Works out what the answer to a callback tells of its task, where the callback is stored.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/record_evaluation.hpp>
#include <callgate/store/told_values.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace callgate::store {

// Whether somebody asks for it, and its answers tell something.
[[nodiscard]] inline bool wants_told(const append_request& request) noexcept {
  return request.told != nullptr && request.payload != nullptr && request.records != nullptr &&
         !request.records->told.empty();
}

// The callback as expressions read it, without its task's context.
[[nodiscard]] inline record_input input_of(const append_request& request, const record_set& set) {
  return {.payload = request.payload,
          .raw = request.raw,
          .provider = request.provider,
          .mount = request.mount,
          .task_id = request.task_id,
          .record_id = request.record_id,
          .stage = request.stage,
          .stage_index = request.stage_index,
          .status = request.status,
          .result = request.result,
          .code = request.code,
          .known_code = request.code ? set.find_code(*request.code) : nullptr,
          .message = request.message,
          .received_at = request.received_at,
          .sequence = request.sequence};
}

// Nothing is told when memory is used up. Cost: no heap.
inline void tell(const record_set& set, const record_input& in, arena& memory, told_values& out) {
  out.clear();
  const auto values = evaluate_record({.name = "told", .columns = set.told}, in, memory);
  if (!values) return;
  for (const scalar& value : *values) out.add(value);
}

// Where the task is not known yet: what the callback says itself.
inline void tell_without_context(append_request& request, std::vector<std::byte>& room) {
  constexpr std::size_t texts = 64 * 1024;
  if (!wants_told(request)) return;
  room.resize(std::max(room.size(), texts + 2 * request.raw.size()));
  arena memory{room};
  tell(*request.records, input_of(request, *request.records), memory, *request.told);
}

}  // namespace callgate::store
