// SPDX-License-Identifier: Apache-2.0
// POST /api/tasks: an application says which callbacks it expects.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/clock.hpp>
#include <callgate/core/result.hpp>
#include <callgate/json/string_writer.hpp>
#include <callgate/server/api_answer.hpp>
#include <callgate/server/api_body.hpp>
#include <callgate/server/api_context.hpp>
#include <callgate/server/records_json.hpp>
#include <callgate/server/task_request.hpp>
#include <callgate/store/store.hpp>
#include <callgate/store/task_registration.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

namespace detail {

// The mount of that name, or the only one of that provider.
[[nodiscard]] inline result<const api_mount*, api_answer> mount_for(const api_context& about,
                                                                    std::string_view name) {
  if (const api_mount* mount = about.find(name)) return mount;
  const api_mount* only = nullptr;
  std::string known;
  for (const api_mount& m : about.mounts) {
    known += (known.empty() ? "" : ", ") + m.name;
    if (m.provider != name) continue;
    if (only != nullptr)
      return failure{api_error(
          409, "ambiguous",
          "'" + std::string{name} + "' is mounted more than once: say which mount is meant")};
    only = &m;
  }
  if (only != nullptr) return only;
  return failure{
      api_error(400, "unknown_provider",
                "/provider: '" + std::string{name} + "' is not mounted; known are " + known)};
}

[[nodiscard]] inline api_answer task_answer(const api_mount& mount, std::string_view task_id,
                                            const std::vector<store::context_value>& context,
                                            const store::registered_task& task) {
  api_answer out{static_cast<std::uint16_t>(task.created ? 201 : 200)};
  json::string_writer w(out.body);
  const auto text = [&](std::string_view key, std::string_view value) {
    w.key(key);
    value.empty() ? w.null() : w.string(value);
  };
  w.begin_object();
  text("id", task.id);
  text("provider", mount.provider);
  text("mount", mount.name);
  text("task_id", task_id);
  w.key("attempt");
  w.integer(task.attempt);
  text("status", enum_name(task.status));
  text("callback_progress", task.stage);
  w.key("callbacks");
  w.integer(task.callbacks);
  w.key("context");
  w.begin_object();
  for (const store::context_value& one : context) {
    w.key(one.name);
    write_record_value(w, store::owned(one.value), column_type::text);
  }
  w.end_object();
  w.end_object();
  return out;
}

}  // namespace detail

// 201: nothing was known of the task; 200: it is joined with what came before. Threads: blocks on
// the store.
template <store::event_store Store>
[[nodiscard]] api_answer answer_task(Store& store, std::string_view body,
                                     const api_context& about) {
  std::vector<std::byte> room;
  const auto asked = read_api_body<task_request>(body, room);
  if (!asked) return asked.error();
  const auto mount = detail::mount_for(about, asked->provider);
  if (!mount) return mount.error();
  // Twice over: for copies of the context's values, and for texts whose escapes are decoded.
  std::vector<std::byte> context_room(2 * body.size() + 4096);
  arena memory{context_room};
  std::vector<store::context_value> context;
  if (asked->context) {
    auto read = read_task_context(*asked->context, (*mount)->records->context, memory);
    if (!read) return api_error(400, "bad_body", read.error());
    context = std::move(*read);
  }
  const auto task = store.register_task({.mount = (*mount)->name,
                                         .task_id = asked->task_id,
                                         .records = (*mount)->records,
                                         .attempt = asked->attempt.value_or(1),
                                         .context = context,
                                         .now = wall_now()});
  if (!task) return store_failed(task.error());
  if (task->outdated)
    return api_error(409, "outdated_attempt",
                     "attempt " + std::to_string(task->attempt) + " is registered already");
  return detail::task_answer(**mount, asked->task_id, context, *task);
}

}  // namespace callgate
