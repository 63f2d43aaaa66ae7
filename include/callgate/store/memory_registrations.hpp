// SPDX-License-Identifier: Apache-2.0
// Registered tasks of the memory store: context, attempts, and callbacks that came first.
#pragma once

#include <callgate/provider/outcome.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/memory_events.hpp>
#include <callgate/store/memory_record_source.hpp>
#include <callgate/store/memory_tasks.hpp>
#include <callgate/store/stage_rule.hpp>
#include <callgate/store/task_registration.hpp>

#include <algorithm>
#include <cstdint>
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
    task.rank = known->rank;
    task.stage = known->name;
    task.status = known->status;
    task.code = head.code;
    task.message = events_.message(sequence);
    task.stage_sequence = sequence;
  }

  memory_events& events_;
  memory_tasks& tasks_;
};

}  // namespace callgate::store
