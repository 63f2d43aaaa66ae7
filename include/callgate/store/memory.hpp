// SPDX-License-Identifier: Apache-2.0
// A store that keeps the newest callbacks in memory: for tests, benchmarks and a first try.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/dead_letter_entry.hpp>
#include <callgate/store/delivery_rule.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/event_signal.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/memory_deliveries.hpp>
#include <callgate/store/memory_options.hpp>
#include <callgate/store/memory_quarantine.hpp>
#include <callgate/store/memory_record_source.hpp>
#include <callgate/store/memory_tasks.hpp>
#include <callgate/store/newest_first.hpp>
#include <callgate/store/record_ring.hpp>
#include <callgate/store/store.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::store {

// Models event_store. Keeps nothing over a restart, and makes room by dropping the oldest, also
// what a consumer has not read yet. Bodies are really copied, so that its cost can be compared.
// Threads: every function from any thread. Cost: append() allocates nothing and finishes at once.
class memory {
 public:
  memory() : memory(memory_options{}) {}
  explicit memory(const memory_options& options)
      : events_(options.max_events, options.max_event_bytes),
        quarantine_(options),
        tasks_(options.max_tasks),
        deliveries_(options.max_deliveries) {}

  // A body that never fits comes back as store_error.
  [[nodiscard]] submission append(append_request& request) noexcept {
    std::int64_t last = 0;
    {
      const std::lock_guard lock{mutex_};
      if (stopped_) return submission::unavailable;
      switch (placement_of(request.decided)) {
        case placement::event: append_event(request); break;
        case placement::quarantine: quarantine_.append(request); break;
        case placement::nowhere: return submission::unavailable;
      }
      last = events_.newest();
    }
    if (last != signal_.last()) signal_.publish(last);
    return submission::done;
  }

  [[nodiscard]] result<std::vector<history_entry>, errc> history(const history_query& query) {
    return matching(
        query.provider, query.limit, [](const auto&) { return true; }, false);
  }
  // The raw body of a task that never moved is that of its last callback.
  [[nodiscard]] result<std::vector<history_entry>, errc> find(std::string_view id,
                                                              std::string_view provider) {
    const auto is = [&](const history_entry& e) {
      return e.id == id || (e.task_id == id && !id.empty());
    };
    return matching(provider, SIZE_MAX, is, true);
  }

  [[nodiscard]] result<std::vector<stored_event>, errc> read_events(std::string_view mount,
                                                                    std::int64_t after,
                                                                    std::size_t limit) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return failure{errc::stopped};
    std::vector<stored_event> found;
    for (std::int64_t s = std::max(after + 1, events_.oldest());
         s <= events_.newest() && found.size() < limit; ++s) {
      const event_head* head = events_.find(s);
      if (head == nullptr || tasks_[head->task].mount.view() != mount) continue;
      found.push_back(event_of(s, *head));
      found.back().raw = raw_of(s);
    }
    return found;
  }
  [[nodiscard]] bool wait_for_events(std::int64_t after, std::chrono::milliseconds timeout) {
    return signal_.wait(after, timeout);
  }
  // Of all mounts; 0 before the first event.
  [[nodiscard]] std::int64_t last_sequence() const noexcept { return signal_.last(); }

  [[nodiscard]] result<std::int64_t, errc> cursor(std::string_view consumer) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return failure{errc::stopped};
    const auto found = cursors_.find(consumer);
    return found == cursors_.end() ? std::int64_t{0} : found->second;
  }
  [[nodiscard]] errc save_cursor(std::string_view consumer, std::int64_t sequence) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return errc::stopped;
    cursors_.insert_or_assign(std::string{consumer}, sequence);
    return errc::ok;
  }
  [[nodiscard]] errc dead_letter(std::string_view consumer, std::int64_t sequence,
                                 std::size_t attempts, std::string_view error) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return errc::stopped;
    const auto same = [&](const auto& l) {
      return l.consumer == consumer && l.sequence == sequence;
    };
    std::erase_if(dead_letters_, same);
    if (dead_letters_.size() == max_dead_letters) dead_letters_.pop_front();
    dead_letters_.push_back(
        {std::string{consumer}, sequence, attempts, std::string{error}, wall_now()});
    return errc::ok;
  }
  [[nodiscard]] result<std::vector<dead_letter_entry>, errc> dead_letters(std::string_view consumer,
                                                                          std::size_t limit) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return failure{errc::stopped};
    std::vector<dead_letter_entry> found;
    for (const dead_letter_entry& letter : dead_letters_)
      if (letter.consumer == consumer && found.size() < limit) found.push_back(letter);
    return found;
  }

  [[nodiscard]] result<std::size_t, errc> remove_before(std::string_view mount, unix_micros time,
                                                        std::size_t limit) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return failure{errc::stopped};
    std::size_t removed = 0;
    for (auto s = tasks_.oldest(); s != memory_tasks::none && removed < limit;) {
      const auto newer = tasks_[s].newer;
      if (tasks_[s].mount.view() == mount && tasks_[s].last_received_at < time)
        remove_task(s), ++removed;
      s = newer;
    }
    return removed + quarantine_.remove_before(mount, time, limit - removed);
  }

  // --- records and tasks
  // Rows are derived when they are asked for, so there is nothing to make or to fill.
  void use_records(const record_set&) noexcept {}
  [[nodiscard]] result<bool, errc> derive_records(std::size_t) noexcept { return false; }

  [[nodiscard]] result<std::vector<record_rows>, errc> records(const record_set& set,
                                                               std::string_view mount,
                                                               std::string_view task_id) {
    memory_record_source source;
    {
      const std::lock_guard lock{mutex_};
      if (stopped_) return failure{errc::stopped};
      const auto s = tasks_.find(mount, task_id);
      if (s != memory_tasks::none) read_source(s, source);
    }
    return source.derive(set);
  }

  [[nodiscard]] result<registered_task, errc> register_task(const task_registration& wanted) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return failure{errc::stopped};
    registered_task got;
    const auto s = find_or_make(wanted, got);
    memory_tasks::task& task = tasks_[s];
    got.outdated = task.registered && wanted.attempt < task.attempt;
    if (!got.outdated) {
      for (const context_value& one : wanted.context) keep_context(task, one);
      if (wanted.attempt > task.attempt)
        tasks_.reopen(s, wanted.attempt);
      else if (!task.registered)
        join(s, wanted.records->stages);
      task.registered = true;
    }
    got.attempt = task.attempt;
    got.stage = task.stage.text();
    got.status = task.status;
    return got;
  }

  // None: keys lie in a ring and make room for one another.
  [[nodiscard]] result<std::size_t, errc> forget_deliveries(unix_micros, std::size_t) { return 0; }

  [[nodiscard]] condition state() const noexcept {
    const std::lock_guard lock{mutex_};
    return stopped_ ? condition::stopped : condition::ready;
  }

  void stop() {
    {
      const std::lock_guard lock{mutex_};
      stopped_ = true;
    }
    signal_.stop();
  }

  // Quarantined bodies that were pushed out by newer ones.
  [[nodiscard]] std::int64_t evicted() const noexcept {
    const std::lock_guard lock{mutex_};
    return quarantine_.evicted();
  }

 private:
  static constexpr std::size_t max_dead_letters = 10'000;

  // Its bytes: stage, message, raw.
  struct event_head {
    memory_tasks::slot task = memory_tasks::none;
    std::int64_t previous = 0;  // event of the same task
    std::int64_t attempt = 1;
    std::optional<std::int64_t> code;
    unix_micros received_at = 0;
    outcome result = outcome::accepted;
    bool moved = false;
  };

  // --- appending

  void append_event(append_request& request) noexcept {
    request.result = request.decided;
    const auto* known = deliveries_.find(request);
    if (known != nullptr) request.result = outcome_of_known_key(request, known->digest);
    if (request.result == outcome::duplicate) {
      request.sequence = known->sequence;
      return;
    }
    event_head* head = events_.push_texts({request.stage, request.message, request.raw});
    request.sequence = head == nullptr ? 0 : events_.newest();
    if (head == nullptr) return void(request.result = outcome::store_error);
    if (known == nullptr) deliveries_.insert(request);
    head->task = task_for(request);
    head->attempt = tasks_[head->task].attempt;
    if (request.wants_registered_task && request.result == outcome::accepted &&
        !tasks_[head->task].registered)
      request.result = outcome::unknown_task;
    head->previous = tasks_[head->task].last_sequence;
    head->code = request.code;
    head->received_at = request.received_at;
    head->result = request.result;
    head->moved = tasks_.touch(head->task, request);
  }

  memory_tasks::slot task_for(const append_request& request) noexcept {
    const auto known = tasks_.find(request.mount, request.task_id);
    if (known != memory_tasks::none) return known;
    const auto oldest = tasks_.in_the_way();
    if (oldest != memory_tasks::none) remove_task(oldest);
    return tasks_.insert(request);
  }

  // A task and those of its events that are still there.
  void remove_task(memory_tasks::slot s) noexcept {
    for (std::int64_t n = tasks_[s].last_sequence; n != 0;) {
      const event_head* head = events_.find(n);
      if (head == nullptr) break;
      const std::int64_t previous = head->previous;
      events_.drop(n);
      n = previous;
    }
    tasks_.erase(s);
  }

  // --- tasks

  memory_tasks::slot find_or_make(const task_registration& wanted, registered_task& got) {
    auto s = tasks_.find(wanted.mount, wanted.task_id);
    got.created = s == memory_tasks::none;
    if (got.created) {
      s = task_for({.mount = wanted.mount, .task_id = wanted.task_id, .received_at = wanted.now});
      tasks_[s].provider = wanted.records->provider;
      tasks_[s].last_received_at = wanted.now;
      tasks_[s].attempt = wanted.attempt;
    }
    got.id = tasks_[s].id.view();
    got.callbacks = tasks_[s].callbacks;
    return s;
  }

  static void keep_context(memory_tasks::task& task, const context_value& one) {
    std::erase_if(task.context, [&](const auto& held) { return held.name == one.name; });
    task.context.push_back({std::string{one.name}, owned(one.value)});
  }

  // Callbacks that came first count as if they had come after the registration.
  void join(memory_tasks::slot s, std::span<const stage> stages) {
    memory_tasks::task& task = tasks_[s];
    for (std::int64_t n = task.last_sequence; n != 0;) {
      event_head* head = events_.find(n);
      if (head == nullptr) break;
      if (head->result == outcome::unknown_task) accept(task, n, *head, stages);
      n = head->previous;
    }
  }

  // From the last to the first: of equal stages the later one counts.
  void accept(memory_tasks::task& task, std::int64_t sequence, event_head& head,
              std::span<const stage> stages) {
    head.result = outcome::accepted;
    if (sequence == task.last_sequence) task.last_result = outcome::accepted;
    for (const stage& known : stages) {
      if (known.name != events_.text(sequence, 0) || known.rank <= task.rank) continue;
      task.rank = known.rank;
      task.stage = known.name;
      task.status = known.status;
      task.code = head.code;
      task.message = events_.text(sequence, 1);
      task.stage_sequence = sequence;
    }
  }

  void read_source(memory_tasks::slot s, memory_record_source& source) {
    const memory_tasks::task& task = tasks_[s];
    source.record_id = task.record_id.text();
    for (const auto& one : task.context) source.context.push_back({one.name, one.value});
    for (std::int64_t n = task.last_sequence; n != 0;) {
      const event_head* head = events_.find(n);
      if (head == nullptr) break;
      source.events.push_back({event_of(n, *head), head->attempt});
      source.events.back().event.raw = raw_of(n);
      n = head->previous;
    }
    std::reverse(source.events.begin(), source.events.end());
  }

  // --- reading

  // Empty when the event has made room.
  [[nodiscard]] std::string raw_of(std::int64_t sequence) {
    const event_head* head = events_.find(sequence);
    return head == nullptr ? std::string{} : std::string{events_.text(sequence, 2)};
  }

  [[nodiscard]] stored_event event_of(std::int64_t sequence, const event_head& head) {
    const auto& task = tasks_[head.task];
    stored_event event;
    event.sequence = sequence;
    event.mount = task.mount.text();
    event.provider = task.provider.text();
    event.task_id = task.task_id.text();
    event.stage = events_.text(sequence, 0);
    event.result = head.result;
    event.moved = head.moved;
    event.code = head.code;
    event.message = events_.text(sequence, 1);
    event.received_at = head.received_at;
    return event;
  }

  [[nodiscard]] static history_entry entry_of(const memory_tasks::task& task) {
    history_entry entry;
    entry.id = task.id.view();
    entry.mount = task.mount.text();
    entry.provider = task.provider.text();
    entry.task_id = task.task_id.text();
    entry.result = task.last_result;
    entry.stage = task.stage.text();
    entry.status = task.status;
    entry.last_stage = task.last_stage.text();
    entry.code = task.code;
    entry.message = task.message.text();
    entry.first_received_at = task.first_received_at;
    entry.last_received_at = task.last_received_at;
    entry.callbacks = task.callbacks;
    entry.sequence = task.last_sequence;
    return entry;
  }

  void add_details(const memory_tasks::task& task, history_entry& entry) {
    entry.raw = raw_of(task.stage_sequence > 0 ? task.stage_sequence : task.last_sequence);
    for (std::int64_t n = task.last_sequence; n != 0;) {
      const event_head* head = events_.find(n);
      if (head == nullptr) break;
      entry.timeline.push_back(event_of(n, *head));
      n = head->previous;
    }
    std::reverse(entry.timeline.begin(), entry.timeline.end());
  }

  template <class Is>
  result<std::vector<history_entry>, errc> matching(std::string_view provider, std::size_t limit,
                                                    Is is, bool details) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return failure{errc::stopped};
    std::vector<history_entry> found;
    const auto wanted = [&](const history_entry& e) {
      return (provider.empty() || e.mount == provider || e.provider == provider) && is(e);
    };
    for (auto s = tasks_.newest(); s != memory_tasks::none; s = tasks_[s].older) {
      history_entry entry = entry_of(tasks_[s]);
      if (!wanted(entry)) continue;
      if (details) add_details(tasks_[s], entry);
      found.push_back(std::move(entry));
    }
    for (std::int64_t n = quarantine_.newest(); n >= quarantine_.oldest(); --n) {
      std::optional<history_entry> entry = quarantine_.entry_of(n, details);
      if (entry && wanted(*entry)) found.push_back(std::move(*entry));
    }
    newest_first(found, limit);
    return found;
  }

  mutable std::mutex mutex_;
  record_ring<event_head, 3> events_;
  memory_quarantine quarantine_;
  memory_tasks tasks_;
  memory_deliveries deliveries_;
  bool stopped_ = false;
  std::map<std::string, std::int64_t, std::less<>> cursors_;
  std::deque<dead_letter_entry> dead_letters_;
  event_signal signal_;
};

static_assert(event_store<memory>);

}  // namespace callgate::store
