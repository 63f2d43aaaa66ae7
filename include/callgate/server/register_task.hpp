// SPDX-License-Identifier: Apache-2.0
// Registers a task from C++: checked against the provider's context, then one call of the store.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/json/utf8.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/server/api_context.hpp>
#include <callgate/server/context_rule.hpp>
#include <callgate/server/expected_task.hpp>
#include <callgate/store/store.hpp>
#include <callgate/store/task_registration.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate {

namespace detail {

// The mount of that name, or the only one. The set says whose mounts count.
[[nodiscard]] inline result<const api_mount*, task_error> mount_of(
    std::span<const api_mount> mounts, const record_set& set, std::string_view name) {
  const api_mount* found = nullptr;
  int count = 0;
  std::string known;
  for (const api_mount& m : mounts) {
    if (m.records != &set) continue;
    known += (known.empty() ? "" : ", ") + m.name;
    if (!name.empty() && m.name != name) continue;
    found = &m;
    ++count;
  }
  if (count == 1) return found;
  if (count == 0)
    return failure{task_error{task_errc::unknown_mount,
                              "'" + std::string{name} + "' is no mount of " +
                                  std::string{set.provider} + "; known are " + known}};
  return failure{
      task_error{task_errc::ambiguous_mount, std::string{set.provider} +
                                                 " is mounted more than once: say which mount is "
                                                 "meant; known are " +
                                                 known}};
}

[[nodiscard]] inline std::string context_type_problem(column_type wanted, scalar& value) {
  using type = scalar::type;
  switch (wanted) {
    case column_type::integer: return value.kind == type::integer ? "" : "must be an integer";
    case column_type::boolean: return value.kind == type::boolean ? "" : "must be true or false";
    case column_type::real:
      if (value.kind == type::integer)
        value = {.kind = type::number, .number = static_cast<double>(value.integer)};
      return value.kind == type::number ? "" : "must be a number";
    default: return value.kind == type::text ? "" : "must be text";
  }
}

// The value as the field wants it; null forgets an earlier one, whatever the type.
[[nodiscard]] inline std::string context_problem(const context_field& field, scalar& value) {
  if (value.kind == scalar::type::null) return {};
  if (std::string problem = context_type_problem(field.type, value); !problem.empty())
    return problem;
  if (value.kind != scalar::type::text) return {};
  return json::is_utf8(value.text) ? context_text_problem(field, value.text) : "must be UTF-8";
}

[[nodiscard]] inline result<std::vector<store::context_value>, task_error> check_context(
    std::span<const context_argument> given, std::span<const context_field> fields) {
  std::vector<store::context_value> values;
  for (const context_argument& one : given) {
    const context_field* field = find_context_field(fields, one.name);
    scalar value = one.value;
    const std::string problem =
        field == nullptr ? no_such_context(fields) : context_problem(*field, value);
    if (!problem.empty())
      return failure{
          task_error{task_errc::bad_context, "context " + std::string{one.name} + ": " + problem}};
    values.push_back({field->name, value});
  }
  return values;
}

[[nodiscard]] inline result<bool, task_error> check_task(const expected_task& expected) {
  const std::string_view id = expected.task_id;
  if (id.empty() || id.size() > limits::max_task_id_bytes || !json::is_utf8(id))
    return failure{task_error{task_errc::bad_task_id, "a task id has 1 to 256 bytes of UTF-8"}};
  if (expected.attempt < 1 || expected.attempt > limits::max_attempts)
    return failure{task_error{task_errc::bad_attempt, "an attempt is from 1 to 1000000"}};
  return true;
}

}  // namespace detail

// What POST /api/tasks does. set: the provider's, see records_of<P>. Threads: blocks on the store.
template <store::event_store Store>
[[nodiscard]] result<store::registered_task, task_error> register_task(
    Store& store, std::span<const api_mount> mounts, const record_set& set,
    const expected_task& expected) {
  if (const auto fine = detail::check_task(expected); !fine) return failure{fine.error()};
  const auto mount = detail::mount_of(mounts, set, expected.mount);
  if (!mount) return failure{mount.error()};
  const auto context = detail::check_context(expected.context, set.context);
  if (!context) return failure{context.error()};
  auto task = store.register_task({.mount = (*mount)->name,
                                   .task_id = expected.task_id,
                                   .records = &set,
                                   .attempt = expected.attempt,
                                   .context = *context,
                                   .now = wall_now()});
  if (!task)
    return failure{
        task_error{task_errc::store_unavailable,
                   "the store cannot be used now: " + std::string{enum_name(task.error())}}};
  if (task->outdated)
    return failure{
        task_error{task_errc::outdated_attempt,
                   "attempt " + std::to_string(task->attempt) + " is registered already"}};
  return std::move(*task);
}

}  // namespace callgate
