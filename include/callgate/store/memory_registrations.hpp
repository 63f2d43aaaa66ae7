// SPDX-License-Identifier: Apache-2.0
// Registered tasks of the memory store: context, attempts, and callbacks that came first.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/memory_events.hpp>
#include <callgate/store/memory_record_source.hpp>
#include <callgate/store/memory_tasks.hpp>
#include <callgate/store/stage_rule.hpp>
#include <callgate/store/tell.hpp>
#include <callgate/store/task_registration.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// Works under the store's lock.
class memory_registrations {
 public:
  memory_registrations(memory_events& events, memory_tasks& tasks)
      : events_(events), tasks_(tasks) {}

  // What stands for a task of which nothing was received yet.
  [[nodiscard]] static append_request first_request(const task_registration& wanted) noexcept {
    return {.mount = wanted.mount, .task_id = wanted.task_id, .received_at = wanted.now};
  }

  registered_task add(const task_registration& wanted, memory_tasks::slot s, bool is_new) {
    memory_tasks::task& task = tasks_[s];
    if (is_new) {
      task.provider = wanted.records->provider;
      task.last_received_at = wanted.now;
      task.attempt = wanted.attempt;
    }
    const bool outdated = task.registered && wanted.attempt < task.attempt;
    if (!outdated) take(wanted, s);
    return {.id = std::string{task.id.view()},
            .attempt = task.attempt,
            .created = is_new,
            .outdated = outdated,
            .stage = task.stage.text(),
            .status = task.status,
            .callbacks = task.callbacks};
  }

  // Makes the room that expressions of answers need, so that tell() allocates nothing.
  void use(const record_set& set) {
    if (!set.told.empty() && scratch_ == nullptr)
      scratch_ = std::make_unique_for_overwrite<std::byte[]>(scratch_bytes);
  }

  // What the answer to a stored event, or to a duplicate, tells of its task. s: that task, or none
  // if it was not looked for.
  void tell(append_request& request, memory_tasks::slot s) noexcept {
    if (!wants_told(request) || request.result == outcome::store_error) return;
    const record_set& set = *request.records;
    arena memory{{scratch_.get(), scratch_ == nullptr ? 0 : scratch_bytes}};
    record_input in = input_of(request, set);
    in.context = context_of(request, s, memory);
    store::tell(set, in, memory, *request.told);
  }

  // Empty when there is no such task.
  [[nodiscard]] memory_record_source source_of(std::string_view mount, std::string_view task_id) {
    memory_record_source source;
    const auto s = tasks_.find(mount, task_id);
    if (s == memory_tasks::none) return source;
    source.mount = tasks_[s].mount.text();
    source.task_id = tasks_[s].task_id.text();
    source.registered = tasks_[s].registered;
    source.attempt = tasks_[s].attempt;
    source.context = tasks_[s].context;
    for (std::int64_t n = tasks_[s].last_sequence; n != 0;) {
      const memory_event* head = events_.find(n);
      if (head == nullptr) break;
      source.events.push_back(
          {events_.event_of(n, tasks_), std::string{events_.record_id(n)}, head->attempt});
      source.events.back().event.raw = events_.raw(n);
      n = head->previous;
    }
    std::reverse(source.events.begin(), source.events.end());
    return source;
  }

 private:
  // Made texts of the largest body, and the values themselves.
  static constexpr std::size_t scratch_bytes = 256 * 1024 + 2 * limits::max_body_bytes;

  // One value for each that the provider's tasks can have, absent ones too.
  [[nodiscard]] std::span<const scalar> context_of(const append_request& request,
                                                   memory_tasks::slot s,
                                                   arena& memory) const noexcept {
    const std::size_t count = std::min(request.records->context.size(), limits::max_context_fields);
    scalar* const values = count == 0 ? nullptr : memory.allocate_array<scalar>(count);
    if (values == nullptr) return {};
    if (s == memory_tasks::none) s = tasks_.find(request.mount, request.task_id);
    if (s != memory_tasks::none) read_context(*request.records, tasks_[s].context, {values, count});
    return {values, count};
  }

  static void read_context(const record_set& set, std::span<const context_text> held,
                           std::span<scalar> out) noexcept {
    for (const context_text& one : held)
      for (std::size_t i = 0; i < set.context.size() && i < out.size(); ++i)
        if (one.name == set.context[i].name) out[i] = borrowed(one.value);
  }

  void take(const task_registration& wanted, memory_tasks::slot s) {
    memory_tasks::task& task = tasks_[s];
    for (const context_value& one : wanted.context) keep_context(task, one);
    if (wanted.attempt > task.attempt) tasks_.reopen(s, wanted.attempt, wanted.now);
    if (!task.registered) join(task, wanted.records->stages);
    task.registered = true;
  }

  static void keep_context(memory_tasks::task& task, const context_value& one) {
    std::erase_if(task.context, [&](const auto& held) { return held.name == one.name; });
    task.context.push_back({std::string{one.name}, owned(one.value)});
  }

  // Callbacks that came first count as if they had come after the registration, one by one.
  void join(memory_tasks::task& task, std::span<const stage> stages) {
    if (task.last_result == outcome::unknown_task) task.last_result = outcome::accepted;
    std::vector<std::int64_t> waiting;
    for (std::int64_t n = task.last_sequence; n != 0;) {
      const memory_event* head = events_.find(n);
      if (head == nullptr) break;
      if (head->result == outcome::unknown_task) waiting.push_back(n);
      n = head->previous;
    }
    for (auto n = waiting.rbegin(); n != waiting.rend(); ++n) accept(task, *n, stages);
  }

  void accept(memory_tasks::task& task, std::int64_t sequence, std::span<const stage> stages) {
    memory_event& head = *events_.find(sequence);
    head.result = outcome::accepted;
    if (head.attempt != task.attempt) return;
    const auto known = std::find_if(stages.begin(), stages.end(), [&](const stage& s) {
      return s.name == events_.stage(sequence);
    });
    if (known == stages.end() || !moves(known->rank, task.rank)) return;
    head.moved = true;
    task.keep_last_stage();
    task.rank = known->rank;
    task.stage = known->name;
    task.status = known->status;
    task.code = head.code;
    task.message = events_.message(sequence);
    task.stage_sequence = sequence;
  }

  memory_events& events_;
  memory_tasks& tasks_;
  std::unique_ptr<std::byte[]> scratch_;  // nullptr while no answer tells anything
};

}  // namespace callgate::store
