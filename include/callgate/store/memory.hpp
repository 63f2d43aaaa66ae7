// SPDX-License-Identifier: Apache-2.0
// A store that keeps the newest callbacks in memory: for tests, benchmarks and a first try.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/core/universal_hash.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/dead_letter_entry.hpp>
#include <callgate/store/delivery_rule.hpp>
#include <callgate/store/demand_rule.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/event_query.hpp>
#include <callgate/store/event_signal.hpp>
#include <callgate/store/flood_rule.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/memory_deliveries.hpp>
#include <callgate/store/memory_events.hpp>
#include <callgate/store/memory_history.hpp>
#include <callgate/store/memory_options.hpp>
#include <callgate/store/memory_quarantine.hpp>
#include <callgate/store/memory_registrations.hpp>
#include <callgate/store/memory_tasks.hpp>
#include <callgate/store/random_bytes.hpp>
#include <callgate/store/stage_rule.hpp>
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
#include <vector>

namespace callgate::store {

// Models event_store. Keeps nothing over a restart, and makes room by dropping the oldest, also
// what a consumer has not read yet. Bodies are really copied, so that its cost can be compared.
// Threads: every function from any thread. Cost: append() allocates nothing and finishes at once.
class memory {
 public:
  memory() : memory(memory_options{}) {}
  explicit memory(const memory_options& options)
      : bounds_(options.bounds),
        events_(options.max_events, options.max_event_bytes),
        quarantine_(options),
        tasks_(options.max_tasks),
        deliveries_(options.max_deliveries) {
    fill_random(std::as_writable_bytes(std::span{&key_, 1}));
  }

  // Bodies and keys are forgotten with the process, so that no hash of theirs need outlive it.
  [[nodiscard]] universal_hash digest() const noexcept { return universal_hash(key_); }

  // Of a request that is appended soon: its place in the index is rarely in the processor's cache.
  void prefetch(const std::array<std::byte, 16>& key) const noexcept { deliveries_.prefetch(key); }

  // A body that never fits comes back as store_error.
  [[nodiscard]] submission append(append_request& request) noexcept {
    std::int64_t last = 0;
    {
      const std::lock_guard lock{mutex_};
      if (stopped_) return submission::unavailable;
      switch (placement_of(request.decided)) {
        case placement::event: registrations_.tell(request, append_event(request)); break;
        case placement::quarantine: append_quarantined(request); break;
        case placement::nowhere: return submission::unavailable;
      }
      last = events_.newest();
    }
    if (last != signal_.last()) signal_.publish(last);
    return submission::done;
  }

  // --- reading, as event_store says
  [[nodiscard]] result<history_page, errc> history(const history_query& query) {
    return locked([&] { return history_.page(query); });
  }
  [[nodiscard]] result<std::vector<history_entry>, errc> find(std::string_view name,
                                                              std::string_view provider,
                                                              std::size_t limit) {
    return locked([&] { return history_.find(name, provider, limit); });
  }
  [[nodiscard]] result<std::optional<history_entry>, errc> entry(std::string_view id) {
    return locked([&] { return history_.entry(id); });
  }
  [[nodiscard]] result<std::optional<std::string>, errc> raw(std::string_view id,
                                                             std::int64_t sequence) {
    return locked([&] { return history_.raw(id, sequence); });
  }
  [[nodiscard]] result<std::vector<std::string>, errc> mounts(std::string_view provider) {
    return locked([&] { return history_.mounts(provider); });
  }
  [[nodiscard]] result<event_batch, errc> feed(const event_query& query) {
    return locked([&] { return history_.feed(query); });
  }

  [[nodiscard]] result<std::vector<stored_event>, errc> read_events(std::string_view mount,
                                                                    std::int64_t after,
                                                                    std::size_t limit) {
    const std::lock_guard lock{mutex_};
    if (stopped_) return failure{errc::stopped};
    std::vector<stored_event> found;
    for (std::int64_t s = std::max(after + 1, events_.oldest());
         s <= events_.newest() && found.size() < limit; ++s) {
      const memory_event* head = events_.find(s);
      if (head == nullptr || tasks_[head->task].mount.view() != mount) continue;
      found.push_back(events_.event_of(s, tasks_));
      found.back().raw = events_.raw(s);
    }
    return found;
  }
  [[nodiscard]] bool wait_for_events(std::int64_t after, std::chrono::milliseconds timeout) {
    return signal_.wait(after, timeout);
  }
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
      const auto newer = tasks_.newer(s);
      if (tasks_[s].mount.view() == mount && tasks_[s].last_received_at < time)
        remove_task(s), ++removed;
      s = newer;
    }
    return removed + quarantine_.remove_before(mount, time, limit - removed);
  }

  [[nodiscard]] result<bool, errc> remove(std::string_view id) {
    return locked([&] {
      const auto task = history_.task_of(id);
      if (task != memory_tasks::none) return remove_task(task), true;
      const std::int64_t body = history_.body_of(id);
      if (body != 0) quarantine_.drop(body);
      return body != 0;
    });
  }

  // --- records and tasks
  // Rows are derived when they are asked for, so there is nothing to fill.
  void use_records(const record_set& set) {
    const std::lock_guard lock{mutex_};
    registrations_.use(set);
  }
  [[nodiscard]] result<bool, errc> derive_records(std::size_t) noexcept { return false; }

  [[nodiscard]] result<std::vector<record_rows>, errc> records(const record_set& set,
                                                               std::string_view mount,
                                                               std::string_view task_id) {
    const auto source = locked([&] { return registrations_.source_of(mount, task_id); });
    if (!source) return failure{source.error()};
    return source->derive(set);
  }
  [[nodiscard]] result<registered_task, errc> register_task(const task_registration& wanted) {
    return locked([&] {
      auto task = tasks_.find(wanted.mount, wanted.task_id);
      const bool is_new = task == memory_tasks::none;
      if (is_new) task = make_task(memory_registrations::first_request(wanted));
      return registrations_.add(wanted, task, is_new);
    });
  }

  // None: keys lie in a ring and make room for one another.
  [[nodiscard]] result<std::size_t, errc> forget_deliveries(unix_micros, std::size_t) { return 0; }

  [[nodiscard]] receiving_mode mode() const noexcept { return receiving_mode::active; }
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

  // --- appending

  // The task of an event that was stored.
  memory_tasks::slot append_event(append_request& request) noexcept {
    request.result = request.decided;
    const auto* known = deliveries_.find(request);
    if (known != nullptr) request.result = outcome_of_known_key(request, known->digest);
    if (request.result == outcome::duplicate &&
        (is_of_past_attempt(request, known->sequence) || is_refused_and_gone(request, *known))) {
      request.result = request.decided;
      known = nullptr;
    }
    if (request.result == outcome::duplicate) {
      request.sequence = known->sequence;
      judge_again(request);
      return memory_tasks::none;
    }
    const auto task = tasks_.find(request.mount, request.task_id);
    judge_by_task(request, task);
    if (!request.quarantined) bound(request, task, known);
    if (request.quarantined) return quarantine_.append(request), memory_tasks::none;
    memory_event* head =
        events_.push_texts({request.stage, request.message, request.raw, request.record_id});
    request.sequence = head == nullptr ? 0 : events_.newest();
    if (head == nullptr) return request.result = outcome::store_error, memory_tasks::none;
    if (known == nullptr)
      deliveries_.insert(request);
    else if (request.result == outcome::conflict)
      deliveries_.count_conflict(request);
    head->task = task == memory_tasks::none ? make_task(request) : task;
    head->attempt = tasks_[head->task].attempt;
    head->previous = tasks_[head->task].last_sequence;
    head->code = request.code;
    head->received_at = request.received_at;
    head->result = request.result;
    head->moved = tasks_.touch(head->task, request);
    return head->task;
  }

  void append_quarantined(append_request& request) noexcept {
    request.result = request.decided;
    request.quarantined = true;
    quarantine_.append(request);
  }

  // A repetition of what was refused is refused again, until somebody registers the task. When the
  // first one was removed, it takes its place.
  void judge_again(append_request& request) noexcept {
    if (is_refused(request)) request.result = outcome::unknown_task;
  }
  bool is_refused(const append_request& request) noexcept {
    if (!request.wants_registered_task || request.decided != outcome::accepted) return false;
    const auto s = tasks_.find(request.mount, request.task_id);
    return s == memory_tasks::none || !tasks_[s].registered;
  }
  bool is_refused_and_gone(const append_request& request,
                           const memory_deliveries::delivery& known) noexcept {
    return is_refused(request) && events_.find(known.sequence) == nullptr;
  }

  // schema_error where nobody brought what its stage requires, unknown_task where the provider
  // wants tasks that were registered.
  void judge_by_task(append_request& request, memory_tasks::slot s) const noexcept {
    const bool is_known = s != memory_tasks::none;
    request.quarantined = !has_what_it_needs(request, is_known ? tasks_[s].furnished_at : 0);
    const bool wants_task = request.wants_registered_task && request.result == outcome::accepted;
    if (request.quarantined)
      request.result = outcome::schema_error;
    else if (wants_task && !(is_known && tasks_[s].registered))
      request.result = outcome::unknown_task;
  }

  void bound(append_request& request, memory_tasks::slot s,
             const memory_deliveries::delivery* known) const noexcept {
    const bool is_conflict = known != nullptr && request.result == outcome::conflict;
    if (is_conflict && known->conflicts >= bounds_.max_conflicts_per_delivery)
      return set_apart(request, too_many_conflicts);
    if (s == memory_tasks::none) return;
    const memory_tasks::task& t = tasks_[s];
    const std::uint8_t rank = moving_rank(request.result, request.rank);
    if (!has_room(bounds_, t.callbacks, t.event_bytes, t.rank, rank))
      set_apart(request, too_many_events);
  }

  static void set_apart(append_request& request, std::string_view reason) noexcept {
    request.quarantined = true;
    request.reason = reason;
  }

  // A derived key says nothing of attempts: what an earlier one received may rightly come again.
  bool is_of_past_attempt(const append_request& request, std::int64_t sequence) noexcept {
    const memory_event* first = request.conflicts ? nullptr : events_.find(sequence);
    return first != nullptr && first->attempt < tasks_[first->task].attempt;
  }

  memory_tasks::slot make_task(const append_request& request) noexcept {
    const auto oldest = tasks_.in_the_way();
    if (oldest != memory_tasks::none) remove_task(oldest);
    return tasks_.insert(request);
  }

  // A task and those of its events that are still there.
  void remove_task(memory_tasks::slot s) noexcept {
    for (std::int64_t n = tasks_[s].last_sequence; n != 0;) {
      const memory_event* head = events_.find(n);
      if (head == nullptr) break;
      const std::int64_t previous = head->previous;
      events_.drop(n);
      n = previous;
    }
    tasks_.erase(s);
  }

  template <class Read>
  auto locked(Read read) -> result<decltype(read()), errc> {
    const std::lock_guard lock{mutex_};
    if (stopped_) return failure{errc::stopped};
    return read();
  }

  const event_bounds bounds_;
  universal_key key_;  // of digest(); made once
  mutable std::mutex mutex_;
  memory_events events_;
  memory_quarantine quarantine_;
  memory_tasks tasks_;
  memory_history history_{tasks_, events_, quarantine_};
  memory_registrations registrations_{events_, tasks_};
  memory_deliveries deliveries_;
  bool stopped_ = false;
  std::map<std::string, std::int64_t, std::less<>> cursors_;
  std::deque<dead_letter_entry> dead_letters_;
  event_signal signal_;
};

static_assert(event_store<memory>);

}  // namespace callgate::store
