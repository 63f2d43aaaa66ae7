// SPDX-License-Identifier: Apache-2.0
// The embedded store: one SQLite database, one writer thread, many callbacks per sync.
//
//   append() -> queue -> writer: begin, apply each, commit (sync) -> completion queues
//   the same with a spool instead of the database while another process holds the folder
//   history(), feed() and the like -> a connection of their own, never behind the writer
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/batch_writer.hpp>
#include <callgate/store/push_completions.hpp>
#include <callgate/store/dead_letter_entry.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/event_query.hpp>
#include <callgate/store/event_signal.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/record_set_list.hpp>
#include <callgate/store/sqlite_batch.hpp>
#include <callgate/store/sqlite_engine.hpp>
#include <callgate/store/sqlite_jobs.hpp>
#include <callgate/store/sqlite_options.hpp>
#include <callgate/store/sqlite_reader.hpp>
#include <callgate/store/sqlite_writer.hpp>
#include <callgate/store/store.hpp>
#include <callgate/store/task_registration.hpp>
#include <callgate/store/ticker.hpp>
#include <callgate/store/write_queue.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

namespace callgate::store {

// Models event_store. Opens in the background: append() answers unavailable until state() is ready.
// Fails by itself and recovers by itself: after an error the batch in hand is given back as
// store_error, the database is opened anew and checkpointed, and only then is anything
// acknowledged. Threads: every function from any thread. Cost: append() allocates nothing and never
// blocks.
class sqlite {
 public:
  // Returns as soon as the folder is held, or made when it is to stand by; syncing, opening and
  // migrating go on behind it.
  // Errors: startup_error when the folder cannot be made, written or held.
  explicit sqlite(sqlite_options options)
      : options_(std::move(options)),
        queue_(options_.max_queued_appends),
        engine_(options_, sets_, reader_, signal_),
        ticker_(
            limits::store_tick,
            [](void* queue) noexcept { static_cast<decltype(queue_)*>(queue)->poke(); }, &queue_) {
    thread_ = std::thread{[this] { run(); }};
  }
  ~sqlite() { stop(); }
  sqlite(const sqlite&) = delete;
  sqlite& operator=(const sqlite&) = delete;

  [[nodiscard]] submission append(append_request& request) noexcept {
    // A standby that starts must not turn away what would have gone to the active one.
    const condition now = state();
    if (now != condition::ready && !(now == condition::opening && options_.standby))
      return submission::unavailable;
    if (placement_of(request.decided) == placement::nowhere) return submission::unavailable;
    return queue_.push(request);
  }

  // --- reading, as event_store says
  [[nodiscard]] auto history(const history_query& query) {
    return explained(reader_.history(query));
  }
  [[nodiscard]] auto find(std::string_view name, std::string_view provider, std::size_t limit) {
    return explained(reader_.find(name, provider, limit));
  }
  [[nodiscard]] auto entry(std::string_view id) { return explained(reader_.entry(id)); }
  [[nodiscard]] auto raw(std::string_view id, std::int64_t sequence) {
    return explained(reader_.raw(id, sequence));
  }
  [[nodiscard]] auto mounts(std::string_view provider) {
    return explained(reader_.mounts(provider));
  }
  [[nodiscard]] auto feed(const event_query& query) { return explained(reader_.feed(query)); }
  [[nodiscard]] auto read_events(std::string_view mount, std::int64_t after, std::size_t limit) {
    return explained(reader_.events(mount, after, limit));
  }
  [[nodiscard]] bool wait_for_events(std::int64_t after, std::chrono::milliseconds timeout) {
    return signal_.wait(after, timeout);
  }
  [[nodiscard]] std::int64_t last_sequence() const noexcept { return signal_.last(); }

  [[nodiscard]] result<std::int64_t, errc> cursor(std::string_view consumer) {
    return explained(reader_.cursor(consumer));
  }
  [[nodiscard]] errc save_cursor(std::string_view consumer, std::int64_t sequence) {
    return write([&](sqlite_writer& w) { return w.save_cursor(consumer, sequence); });
  }
  [[nodiscard]] errc dead_letter(std::string_view consumer, std::int64_t sequence,
                                 std::size_t attempts, std::string_view error) {
    return write(
        [&](sqlite_writer& w) { return w.dead_letter(consumer, sequence, attempts, error); });
  }
  [[nodiscard]] auto dead_letters(std::string_view consumer, std::size_t limit) {
    return explained(reader_.dead_letters(consumer, limit));
  }

  // --- records and tasks
  // Before callbacks of its provider come. Its tables are made or made anew at once, or as soon as
  // the database is open; derive_records() fills them.
  void use_records(const record_set& set) {
    sets_.add(set);
    // Every transaction looks at the list; so does the writer when it has become ready.
    if (state_.load() == condition::ready) (void)write([](sqlite_writer&) { return errc::ok; });
  }
  [[nodiscard]] result<bool, errc> derive_records(std::size_t limit) {
    return written<bool>(
        [&](sqlite_writer& w, bool* left) { return w.derive_records(limit, left); });
  }
  [[nodiscard]] auto records(const record_set& set, std::string_view mount,
                             std::string_view task_id) {
    return explained(reader_.records(set, mount, task_id));
  }
  // Very many callbacks take several transactions; derive_records() goes on after a failure.
  [[nodiscard]] result<registered_task, errc> register_task(const task_registration& wanted) {
    if (state() == condition::disk_floor) return failure{errc::disk_full};
    bool left = false;
    const auto got = written<registered_task>([&](sqlite_writer& w, registered_task* task) {
      return w.register_task(wanted, task, &left);
    });
    while (got && left)
      if (write([&](sqlite_writer& w) { return w.derive_begun(&left); }) != errc::ok) break;
    return got;
  }

  [[nodiscard]] result<std::size_t, errc> remove_before(std::string_view mount, unix_micros time,
                                                        std::size_t limit) {
    sqlite_writer::removal done{};
    for (std::size_t total = 0;;) {
      const std::size_t step = std::min(limit - total, max_removed_per_commit);
      const errc e =
          write([&](sqlite_writer& w) { return w.remove_before(mount, time, step, &done); });
      if (e != errc::ok) return failure{e};
      total += done.entries;
      if (done.finished || total == limit) return total;
    }
  }

  // Errors: rejected when the database keeps its rows.
  [[nodiscard]] result<bool, errc> remove(std::string_view id) {
    for (;;) {
      sqlite_writer::removal done{};
      const errc e = write([&](sqlite_writer& w) { return w.remove(id, &done); });
      if (e != errc::ok) return failure{e};
      if (done.kept > 0) return failure{errc::rejected};
      if (done.finished) return done.entries > 0;
    }
  }

  [[nodiscard]] result<std::size_t, errc> forget_deliveries(unix_micros now, std::size_t limit) {
    return written<std::size_t>([&](sqlite_writer& w, std::size_t* removed) {
      return w.forget_deliveries(now, limit, removed);
    });
  }

  [[nodiscard]] condition state() const noexcept { return state_.load(std::memory_order_acquire); }
  [[nodiscard]] receiving_mode mode() const noexcept { return engine_.mode(); }

  void stop() {  // finishes the queue, checkpoints, closes, lets go of the folder
    const std::lock_guard lock{stop_mutex_};
    if (!thread_.joinable()) return;
    queue_.close();
    resume_.notify_all();
    thread_.join();
    ticker_.stop();
    engine_.release();
  }

  // --- what to tell an operator
  [[nodiscard]] std::uint64_t commits() const noexcept {
    return commits_.load();
  }  // also to a spool
  // Quarantined bodies that were pushed out by newer ones, since the database was made.
  [[nodiscard]] std::int64_t evicted() const noexcept { return engine_.evicted(); }
  [[nodiscard]] std::string problem() const {  // why it is not ready; empty when it is
    const std::lock_guard lock{problem_mutex_};
    return problem_;
  }

 private:
  // Small, so that appends do not wait long behind a removal.
  static constexpr std::size_t max_removed_per_commit = 64;

  using batch = sqlite_batch;
  using work = sqlite_batch::work;

  // --- threads that wait

  // Below the disk floor, too: what is written then is the care that makes room.
  template <class Call>
  errc write(Call call) {
    const condition now = state();
    if (now != condition::ready && now != condition::disk_floor) return why_not();
    if (!engine_.leads()) return errc::passive;
    sqlite_job mine{call};
    if (!queue_.push(mine)) return errc::stopped;
    return jobs_.wait(mine);
  }

  template <class T, class Call>
  result<T, errc> written(Call call) {
    T value{};
    const errc e = write([&](sqlite_writer& w) { return call(w, &value); });
    if (e != errc::ok) return failure{e};
    return value;
  }

  // The reader knows only that it is not open; the state says why.
  template <class T>
  result<T, errc> explained(result<T, errc> answer) const {
    if (!answer && answer.error() == errc::not_open) return failure{why_not()};
    return answer;
  }

  [[nodiscard]] errc why_not() const noexcept {
    if (state() == condition::stopped || queue_.closed()) return errc::stopped;
    const errc e = error_.load();
    return e == errc::ok ? errc::passive : e;
  }

  // --- the writer thread

  void run() {
    ::pthread_setname_np(::pthread_self(), "callgate-writer");
    std::chrono::milliseconds delay = options_.first_reopen_delay;
    while (!queue_.closed()) {
      const std::uint64_t before = commits_.load();
      if (open()) serve();
      if (queue_.closed()) break;
      if (commits_.load() != before) delay = options_.first_reopen_delay;
      pause(delay);
      delay = std::min(delay * 2, options_.max_reopen_delay);
    }
    finish();
  }

  bool open() {
    const errc e = engine_.open();
    if (e != errc::ok) return fail(e), false;
    set_problem({});
    error_.store(errc::ok);
    watch_space();
    return true;
  }

  // Until the queue is closed and empty, or something fails. Takes all that waits: the batch grows
  // with the load, and an idle store answers after one sync.
  void serve() {
    if (sets_.changed() && !commit({})) return;
    for (;;) {
      if (queue_.take_poke() && !tick()) return;
      const bool drains = engine_.has_spooled() && state() == condition::ready;
      work waiting = drains ? queue_.take_all() : queue_.wait_and_take();
      if (waiting.empty() && queue_.drained()) return;
      // Somebody is between counting and linking, or it was a poke.
      if (waiting.empty() && !drains) std::this_thread::yield();
      std::size_t kept = 0;
      if (!commit_all(waiting, &kept)) return;
      // Twice what came, so that it ends under any load.
      if (drains && !(holds(engine_.drain(2 * kept + 1)) && holds(engine_.care_for_log()))) return;
    }
  }

  bool commit_all(work waiting, std::size_t* kept) {
    if (state() == condition::disk_floor)
      give_back_failed({std::exchange(waiting.appends, nullptr), nullptr});
    while (!waiting.empty()) {
      const batch next = batch::take(waiting, options_);
      *kept += next.appends;
      if (commit(next) && holds(engine_.care_for_log())) continue;
      give_back_failed(waiting);
      return false;
    }
    return true;
  }

  bool commit(const batch& one) {
    const errc e = engine_.write(one.entries);
    if (e != errc::ok) return fail(e), give_back_failed(one.entries), false;
    commits_.fetch_add(1);
    give_back(one, errc::ok);
    return true;
  }

  bool tick() {
    watch_space();
    return holds(engine_.tick());
  }

  void watch_space() {
    state_.store(engine_.is_space_low() ? condition::disk_floor : condition::ready,
                 std::memory_order_release);
  }

  // False when the engine failed.
  bool holds(errc e) {
    if (e != errc::ok) fail(e);
    return e == errc::ok;
  }

  void fail(errc e) {
    set_problem(engine_.problem());
    engine_.fail();
    error_.store(e);
    // Nobody could append yet: still opening when it is only a lock that somebody else holds.
    const bool opening = state() == condition::opening && e == errc::busy;
    if (!opening) state_.store(condition::failing, std::memory_order_release);
  }

  // Waits before the next attempt; whoever got into the queue meanwhile is given back at once.
  void pause(std::chrono::milliseconds delay) {
    const auto until = std::chrono::steady_clock::now() + delay;
    while (!queue_.closed() && std::chrono::steady_clock::now() < until) {
      give_back_failed(queue_.take_all());
      std::unique_lock lock{pause_mutex_};
      resume_.wait_for(lock, std::chrono::milliseconds{10}, [this] { return queue_.closed(); });
    }
    give_back_failed(queue_.take_all());
  }

  void finish() {
    while (!queue_.drained()) {
      give_back_failed(queue_.take_all());
      std::this_thread::yield();
    }
    state_.store(condition::stopped, std::memory_order_release);
    engine_.close();
    signal_.stop();
  }

  // --- giving back

  void give_back_failed(const work& entries) {
    batch failed{entries};
    for (append_request* r = entries.appends; r != nullptr; r = r->next) {
      mark_not_stored(*r);
      ++failed.appends;
    }
    for (sqlite_job* j = entries.jobs; j != nullptr; j = j->next) ++failed.jobs;
    const errc e = error_.load();
    give_back(failed, e == errc::ok ? errc::stopped : e);
  }

  // Room first: whoever gets a request back may submit the next one at once.
  void give_back(const batch& finished, errc e) {
    queue_.release(finished.appends, finished.jobs);
    push_completions(finished.entries.appends);
    if (finished.jobs != 0) jobs_.finish(finished.entries.jobs, e);
  }

  void set_problem(std::string text) {
    const std::lock_guard lock{problem_mutex_};
    problem_ = std::move(text);
  }

  const sqlite_options options_;
  write_queue<sqlite_job> queue_;
  record_set_list sets_;
  sqlite_reader reader_;
  event_signal signal_;
  sqlite_engine engine_;
  std::atomic<condition> state_{condition::opening};
  std::atomic<errc> error_{errc::not_open};
  std::atomic<std::uint64_t> commits_{0};
  mutable std::mutex problem_mutex_;
  std::string problem_;
  sqlite_jobs jobs_;
  std::mutex pause_mutex_;
  std::condition_variable resume_;
  std::mutex stop_mutex_;
  ticker ticker_;
  std::thread thread_;
};

static_assert(event_store<sqlite>);

}  // namespace callgate::store
