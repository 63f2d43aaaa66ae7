// SPDX-License-Identifier: Apache-2.0
// The embedded store: one SQLite database, one writer thread, many callbacks per sync.
//
//   append() -> queue -> writer: begin, apply each, commit (sync) -> completion queues
//   history(), feed() and the like -> a connection of their own, never behind the writer
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/batch_writer.hpp>
#include <callgate/store/push_completions.hpp>
#include <callgate/store/data_folder.hpp>
#include <callgate/store/dead_letter_entry.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/event_query.hpp>
#include <callgate/store/event_signal.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/record_set_list.hpp>
#include <callgate/store/sqlite_batch.hpp>
#include <callgate/store/sqlite_checkpointer.hpp>
#include <callgate/store/sqlite_jobs.hpp>
#include <callgate/store/sqlite_options.hpp>
#include <callgate/store/sqlite_reader.hpp>
#include <callgate/store/sqlite_writer.hpp>
#include <callgate/store/store.hpp>
#include <callgate/store/task_registration.hpp>
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
  // Returns as soon as the folder is held; opening and migrating go on behind it.
  // Errors: startup_error when the folder cannot be made, written or held.
  explicit sqlite(sqlite_options options)
      : options_(std::move(options)),
        folder_(options_.folder),
        path_(folder_.private_file("callgate.db")),
        queue_(options_.max_queued_appends),
        checkpointer_(path_) {
    thread_ = std::thread{[this] { run(); }};
  }
  ~sqlite() { stop(); }
  sqlite(const sqlite&) = delete;
  sqlite& operator=(const sqlite&) = delete;

  [[nodiscard]] submission append(append_request& request) noexcept {
    if (state_.load(std::memory_order_acquire) != condition::ready) return submission::unavailable;
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
  // Rows of very many callbacks take several transactions; after a failure derive_records() goes
  // on.
  [[nodiscard]] result<registered_task, errc> register_task(const task_registration& wanted) {
    bool left = false;
    const auto got = written<registered_task>([&](sqlite_writer& w, registered_task* task) {
      return w.register_task(wanted, task, &left);
    });
    while (got && left)
      if (write([&](sqlite_writer& w) { return w.derive_begun(&left); }) != errc::ok) break;
    return got;
  }

  // In small steps, each in a transaction with the appends of the moment. A consumer that lags
  // behind time does not see what is removed.
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

  // Finishes the queue, checkpoints, closes, lets go of the folder.
  void stop() {
    const std::lock_guard lock{stop_mutex_};
    if (!thread_.joinable()) return;
    queue_.close();
    resume_.notify_all();
    thread_.join();
    folder_.release();
  }

  // --- what to tell an operator
  // Transactions of callbacks and jobs that were committed.
  [[nodiscard]] std::uint64_t commits() const noexcept { return commits_.load(); }
  // Quarantined bodies that were pushed out by newer ones, since the database was made.
  [[nodiscard]] std::int64_t evicted() const noexcept { return evicted_.load(); }
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

  template <class Call>
  errc write(Call call) {
    if (state() != condition::ready) return why_not();
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
    return error_.load();
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
    writer_.emplace(options_);
    errc e = writer_->open(path_, sets_.take());
    // The reader stays open while the writer is opened anew: as long as one connection lives,
    // SQLite knows which pages of the log were committed, and ignores those of a failed commit.
    if (e == errc::ok) e = reader_.open(path_, static_cast<int>(options_.busy_timeout.count()));
    if (e == errc::ok && sets_.changed()) e = writer_->use_records(sets_.take());
    if (e != errc::ok) return fail(e), false;
    next_checkpoint_ = options_.checkpoint_pages;
    evicted_.store(writer_->evicted());
    signal_.publish(writer_->last_sequence());
    set_problem({});
    error_.store(errc::ok);
    state_.store(condition::ready);
    return true;
  }

  // Until the queue is closed and empty, or something fails. Takes all that waits, so that the
  // batch grows with the load and an idle store answers after one sync.
  void serve() {
    if (sets_.changed() && !commit({})) return;
    for (;;) {
      work waiting = queue_.wait_and_take();
      if (waiting.empty()) {
        if (queue_.drained()) return;
        std::this_thread::yield();  // somebody is between counting and linking
      }
      while (!waiting.empty()) {
        if (commit(batch::take(waiting, options_)) && care_for_log()) continue;
        give_back_failed(waiting);
        return;
      }
    }
  }

  bool commit(const batch& one) {
    const errc e = transact(one.entries);
    if (e != errc::ok) return fail(e), give_back_failed(one.entries), false;
    commits_.fetch_add(1);
    evicted_.store(writer_->evicted());
    // First: whoever is told a sequence finds it with last_sequence().
    if (writer_->last_sequence() != signal_.last()) signal_.publish(writer_->last_sequence());
    give_back(one, errc::ok);
    return true;
  }

  // Records may be named while the database is open already.
  errc transact(const work& entries) {
    const errc e = sets_.changed() ? writer_->use_records(sets_.take()) : errc::ok;
    return e == errc::ok ? batch_writer{*writer_}.write(entries) : e;
  }

  // False when the database failed.
  bool care_for_log() {
    const int pages = writer_->log_pages();
    if (pages < options_.checkpoint_pages) next_checkpoint_ = options_.checkpoint_pages;
    if (checkpointer_.take_done()) {
      const errc e = writer_->checkpoint(sqlite_connection::checkpoint::passive);
      if (e != errc::ok && e != errc::busy) return fail(e), false;
    } else if (pages >= next_checkpoint_) {
      // Not again before as much has been added: a reader may keep the log from starting anew.
      next_checkpoint_ = pages + options_.checkpoint_pages;
      checkpointer_.request();
    }
    return true;
  }

  void fail(errc e) {
    set_problem(writer_->problem());
    writer_.reset();
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
    checkpointer_.stop();
    reader_.close();  // the writer's connection goes last and tidies up
    if (writer_) (void)writer_->checkpoint(sqlite_connection::checkpoint::truncate);
    writer_.reset();
    signal_.stop();
  }

  // --- giving back

  void give_back_failed(const work& entries) {
    batch failed{entries};
    for (append_request* r = entries.appends; r != nullptr; r = r->next) {
      r->result = outcome::store_error;
      r->sequence = 0;
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
  data_folder folder_;
  const std::string path_;
  write_queue<sqlite_job> queue_;
  sqlite_checkpointer checkpointer_;
  std::optional<sqlite_writer> writer_;  // the writer thread's
  int next_checkpoint_ = 0;              // the writer thread's
  sqlite_reader reader_;
  event_signal signal_;
  std::atomic<condition> state_{condition::opening};
  std::atomic<errc> error_{errc::not_open};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::int64_t> evicted_{0};
  mutable std::mutex problem_mutex_;
  std::string problem_;
  record_set_list sets_;
  sqlite_jobs jobs_;
  std::mutex pause_mutex_;
  std::condition_variable resume_;
  std::mutex stop_mutex_;
  std::thread thread_;
};

static_assert(event_store<sqlite>);

}  // namespace callgate::store
