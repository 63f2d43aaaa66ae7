// SPDX-License-Identifier: Apache-2.0
// A store that does what a test tells it, and remembers what it was given.
#pragma once

#include <callgate/store/store.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::testing {

// What one append() was given, copied.
struct kept {
  outcome decided = outcome::accepted;
  std::string mount, provider, task_id, record_id, stage, message, reason, raw;
  std::uint8_t rank = 0;
  task_status status = task_status::pending;
  bool terminal = false;
  std::optional<std::int64_t> code;
  unix_micros received_at = 0;
  std::array<std::byte, 16> key{}, digest{};
  bool conflicts = false;
  std::int64_t ttl_us = 0;
  bool furnishes = false;
  std::int64_t needs_earlier_us = 0;
};

// Models event_store. Threads: every function from any thread.
class fake_store {
 public:
  // --- what it shall do
  store::submission reply = store::submission::done;
  std::optional<outcome> result{};                     // instead of what was decided
  bool furnished = true;                               // an earlier callback brought what is needed
  std::optional<store::errc> reading_fails{};          // every read and removal
  std::vector<store::history_entry> entries{};         // what history(), find() and entry() give
  std::optional<store::history_position> next_page{};  // what history() gives
  std::vector<store::record_rows> rows{};              // what records() gives
  store::registered_task task{};                       // what register_task() gives
  int derivable = 0;                                   // how often derive_records() says "more"
  int deriving_fails = 0;                              // how often it fails first
  std::size_t removable = 0;                           // what remove_before() can still remove
  std::size_t forgettable = 0;                         // what forget_deliveries() can still remove
  std::atomic<store::condition> condition{store::condition::ready};
  std::atomic<store::receiving_mode> receives{store::receiving_mode::active};

  [[nodiscard]] store::submission append(store::append_request& request) noexcept {
    const std::lock_guard lock(mutex_);
    if (reply == store::submission::full || reply == store::submission::unavailable) {
      ++refused_;
      return reply;
    }
    appended_.push_back(copy_of(request));
    request.result = result.value_or(request.decided);
    request.quarantined = request.needs_earlier_us > 0 && !furnished;
    if (request.quarantined) request.result = outcome::schema_error;
    request.sequence = static_cast<std::int64_t>(appended_.size());
    if (placement_of(request.result) == placement::event) remember(request);
    if (reply == store::submission::queued) held_.push_back(&request);
    changed_.notify_all();
    return reply;
  }

  // From now on, while append() is called.
  void reply_with(store::submission next) {
    const std::lock_guard lock(mutex_);
    reply = next;
  }

  // Gives back what was queued.
  void release() {
    std::vector<store::append_request*> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (store::append_request* request : held) request->completions->push(request, request);
  }

  // Waits until so many requests were appended.
  bool wait_for_appends(std::size_t count,
                        std::chrono::milliseconds timeout = std::chrono::seconds{10}) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return appended_.size() >= count; });
  }

  // How many found it full or unavailable.
  [[nodiscard]] std::size_t refused() {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

  [[nodiscard]] std::vector<kept> appended() {
    const std::lock_guard lock(mutex_);
    return appended_;
  }

  // --- history
  template <class T>
  using answer = callgate::result<T, store::errc>;

  [[nodiscard]] answer<store::history_page> history(const store::history_query& query) {
    const std::lock_guard lock(mutex_);
    last_query_ = query;
    if (reading_fails) return failure{*reading_fails};
    return store::history_page{entries, next_page};
  }
  [[nodiscard]] answer<std::vector<store::history_entry>> find(std::string_view id,
                                                               std::string_view provider,
                                                               std::size_t limit) {
    const std::lock_guard lock(mutex_);
    if (reading_fails) return failure{*reading_fails};
    std::vector<store::history_entry> found;
    for (const store::history_entry& e : entries)
      if ((e.id == id || e.task_id == id || e.record_id == id) && found.size() < limit &&
          (provider.empty() || e.mount == provider || e.provider == provider))
        found.push_back(e);
    return found;
  }
  [[nodiscard]] answer<std::optional<store::history_entry>> entry(std::string_view id) {
    const std::lock_guard lock(mutex_);
    if (reading_fails) return failure{*reading_fails};
    return by_id(id);
  }
  [[nodiscard]] answer<std::optional<std::string>> raw(std::string_view id, std::int64_t sequence) {
    const std::lock_guard lock(mutex_);
    if (reading_fails) return failure{*reading_fails};
    const auto found = by_id(id);
    if (!found || (sequence != 0 && sequence != found->sequence))
      return std::optional<std::string>();
    return std::optional(found->raw);
  }
  [[nodiscard]] answer<std::vector<std::string>> mounts(std::string_view provider) {
    const std::lock_guard lock(mutex_);
    if (reading_fails) return failure{*reading_fails};
    std::vector<std::string> names;
    for (const store::history_entry& e : entries)
      if ((provider.empty() || e.mount == provider || e.provider == provider) &&
          std::find(names.begin(), names.end(), e.mount) == names.end())
        names.push_back(e.mount);
    return names;
  }
  [[nodiscard]] answer<bool> remove(std::string_view id) {
    const std::lock_guard lock(mutex_);
    if (reading_fails) return failure{*reading_fails};
    return std::erase_if(entries, [&](const auto& e) { return e.id == id; }) > 0;
  }
  [[nodiscard]] answer<store::event_batch> feed(const store::event_query& query) {
    const std::lock_guard lock(mutex_);
    ++feeds_;
    changed_.notify_all();
    if (reading_fails) return failure{*reading_fails};
    store::event_batch out;
    out.last_sequence = last_event();
    out.next_after = std::max(query.after, out.last_sequence);
    for (const store::stored_event& e : events_)
      if (e.sequence > query.after && out.events.size() < query.limit &&
          (query.provider.empty() || e.mount == query.provider || e.provider == query.provider))
        out.events.push_back(e);
    if (out.events.size() == query.limit) out.next_after = out.events.back().sequence;
    return out;
  }
  // Waits until feed() was called so often.
  bool wait_for_feeds(std::size_t count,
                      std::chrono::milliseconds timeout = std::chrono::seconds{10}) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return feeds_ >= count; });
  }
  [[nodiscard]] store::history_query last_query() {
    const std::lock_guard lock(mutex_);
    return last_query_;
  }

  // --- consumers
  [[nodiscard]] callgate::result<std::vector<store::stored_event>, store::errc> read_events(
      std::string_view mount, std::int64_t above, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<store::stored_event> found;
    for (const store::stored_event& e : events_)
      if (e.mount == mount && e.sequence > above && found.size() < limit) found.push_back(e);
    return found;
  }
  [[nodiscard]] bool wait_for_events(std::int64_t above, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return stopped_ || last_event() > above; }) &&
           !stopped_;
  }
  [[nodiscard]] std::int64_t last_sequence() const noexcept {
    const std::lock_guard lock(mutex_);
    return last_event();
  }
  [[nodiscard]] callgate::result<std::int64_t, store::errc> cursor(std::string_view consumer) {
    const std::lock_guard lock(mutex_);
    const auto found = cursors_.find(consumer);
    return found == cursors_.end() ? std::int64_t{0} : found->second;
  }
  [[nodiscard]] store::errc save_cursor(std::string_view consumer, std::int64_t sequence) {
    const std::lock_guard lock(mutex_);
    cursors_[std::string(consumer)] = sequence;
    return store::errc::ok;
  }
  [[nodiscard]] store::errc dead_letter(std::string_view, std::int64_t sequence, std::size_t,
                                        std::string_view error) {
    const std::lock_guard lock(mutex_);
    dead_letters_.emplace_back(sequence, error);
    return store::errc::ok;
  }

  // --- records and tasks
  void use_records(const record_set& set) {
    const std::lock_guard lock(mutex_);
    sets_.push_back(&set);
  }
  [[nodiscard]] std::vector<const record_set*> sets() {
    const std::lock_guard lock(mutex_);
    return sets_;
  }
  // True as often as derivable says.
  [[nodiscard]] callgate::result<bool, store::errc> derive_records(std::size_t) {
    const std::lock_guard lock(mutex_);
    ++derivations_;
    changed_.notify_all();
    if (deriving_fails > 0 && deriving_fails-- > 0) return failure{store::errc::not_open};
    return derivable > 0 && derivable-- > 0;
  }
  bool wait_for_derivations(std::size_t count,
                            std::chrono::milliseconds timeout = std::chrono::seconds{10}) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return derivations_ >= count; });
  }
  [[nodiscard]] callgate::result<std::vector<store::record_rows>, store::errc> records(
      const record_set&, std::string_view, std::string_view) {
    const std::lock_guard lock(mutex_);
    if (reading_fails) return failure{*reading_fails};
    return rows;
  }
  [[nodiscard]] callgate::result<store::registered_task, store::errc> register_task(
      const store::task_registration& wanted) {
    const std::lock_guard lock(mutex_);
    if (reading_fails) return failure{*reading_fails};
    registered_.push_back(std::string(wanted.task_id));
    return task;
  }
  [[nodiscard]] std::vector<std::string> registered() {
    const std::lock_guard lock(mutex_);
    return registered_;
  }

  // --- care
  struct removal {
    std::string mount;
    unix_micros before = 0;
    std::size_t limit = 0;
  };

  [[nodiscard]] callgate::result<std::size_t, store::errc> remove_before(std::string_view mount,
                                                                         unix_micros before,
                                                                         std::size_t limit) {
    const std::lock_guard lock(mutex_);
    removals_.push_back({std::string(mount), before, limit});
    changed_.notify_all();
    const std::size_t now = std::min(removable, limit);
    removable -= now;
    if (reading_fails) return failure{*reading_fails};
    return now;
  }
  [[nodiscard]] callgate::result<std::size_t, store::errc> forget_deliveries(unix_micros now,
                                                                             std::size_t limit) {
    const std::lock_guard lock(mutex_);
    forgotten_at_.push_back(now);
    changed_.notify_all();
    const std::size_t taken = std::min(forgettable, limit);
    forgettable -= taken;
    return taken;
  }
  // The times of forget_deliveries(), once there are so many.
  [[nodiscard]] std::vector<unix_micros> wait_for_forgetting(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds{10},
                      [&] { return forgotten_at_.size() >= count; });
    return forgotten_at_;
  }
  bool wait_for_removals(std::size_t count,
                         std::chrono::milliseconds timeout = std::chrono::seconds{10}) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return removals_.size() >= count; });
  }
  [[nodiscard]] std::vector<removal> removals() {
    const std::lock_guard lock(mutex_);
    return removals_;
  }
  [[nodiscard]] store::receiving_mode mode() const noexcept { return receives.load(); }
  [[nodiscard]] store::condition state() noexcept {
    const std::lock_guard lock(mutex_);
    return stopped_ ? store::condition::stopped : condition.load();
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  static kept copy_of(const store::append_request& r) {
    return {r.decided,
            std::string(r.mount),
            std::string(r.provider),
            std::string(r.task_id),
            std::string(r.record_id),
            std::string(r.stage),
            std::string(r.message),
            std::string(r.reason),
            std::string(r.raw),
            r.rank,
            r.status,
            r.terminal,
            r.code,
            r.received_at,
            r.key,
            r.digest,
            r.conflicts,
            r.ttl_us,
            r.furnishes,
            r.needs_earlier_us};
  }
  void remember(const store::append_request& r) {
    store::stored_event e;
    e.sequence = r.sequence;
    e.mount = r.mount, e.provider = r.provider, e.task_id = r.task_id, e.record_id = r.record_id,
    e.stage = r.stage;
    e.result = r.result, e.moved = r.rank > 0, e.code = r.code, e.message = r.message;
    e.received_at = r.received_at, e.raw = r.raw;
    events_.push_back(std::move(e));
  }
  std::optional<store::history_entry> by_id(std::string_view id) const {
    for (const store::history_entry& e : entries)
      if (e.id == id) return e;
    return std::nullopt;
  }
  std::int64_t last_event() const { return events_.empty() ? 0 : events_.back().sequence; }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<kept> appended_;
  std::vector<store::append_request*> held_;
  std::vector<store::stored_event> events_;
  std::map<std::string, std::int64_t, std::less<>> cursors_;
  std::vector<std::pair<std::int64_t, std::string>> dead_letters_;
  std::vector<const record_set*> sets_;
  std::size_t derivations_ = 0;
  std::vector<std::string> registered_;
  std::vector<unix_micros> forgotten_at_;
  std::vector<removal> removals_;
  store::history_query last_query_;
  std::size_t feeds_ = 0;
  std::size_t refused_ = 0;
  bool stopped_ = false;
};
static_assert(store::event_store<fake_store>);

}  // namespace callgate::testing
