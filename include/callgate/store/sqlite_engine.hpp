// SPDX-License-Identifier: Apache-2.0
// What the embedded store's writer thread writes to: the database while it leads, a spool while
// another process does.
//
//   lock held: batch -> database; spools -> drained into it
//   else, or while spools are drained: batch -> own spool
#pragma once

#include <callgate/store/data_folder.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/event_signal.hpp>
#include <callgate/store/free_space.hpp>
#include <callgate/store/notice.hpp>
#include <callgate/store/record_set_list.hpp>
#include <callgate/store/batch_writer.hpp>
#include <callgate/store/sqlite_batch.hpp>
#include <callgate/store/sqlite_checkpointer.hpp>
#include <callgate/store/sqlite_options.hpp>
#include <callgate/store/sqlite_reader.hpp>
#include <callgate/store/sqlite_spools.hpp>
#include <callgate/store/sqlite_writer.hpp>
#include <callgate/store/store.hpp>
#include <callgate/store/tell.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callgate::store {

// Threads: the writer's; mode(), leads() and evicted() from any.
// After any error: fail(), and open() before anything else.
class sqlite_engine {
 public:
  using work = sqlite_batch::work;

  // Makes the folder, and holds it unless it is to stand by.
  // Errors: startup_error when the folder cannot be made, written or held.
  sqlite_engine(const sqlite_options& options, record_set_list& sets, sqlite_reader& reader,
                event_signal& signal)
      : options_(options),
        sets_(sets),
        reader_(reader),
        signal_(signal),
        folder_(options.standby ? data_folder(options.folder, data_folder::unheld{})
                                : data_folder(options.folder)),
        path_(folder_.private_file("callgate.db")),
        checkpointer_(path_),
        spools_(options),
        mode_(options.standby ? receiving_mode::passive : receiving_mode::active) {}

  [[nodiscard]] errc open() { return take_lock() ? lead() : spools_.open_own(); }

  // In one transaction. Appends come back with their outcomes filled in.
  [[nodiscard]] errc write(const work& entries) {
    if (!spooling()) return apply(entries);
    const errc e = entries.appends == nullptr ? errc::ok : spools_.keep(entries.appends);
    for (append_request* r = entries.appends; r != nullptr && e == errc::ok; r = r->next)
      tell_without_context(*r, told_room_);
    return e == errc::ok && entries.jobs != nullptr ? apply({nullptr, entries.jobs}) : e;
  }

  // Now and then: takes the lock when it is free, or what others left.
  [[nodiscard]] errc tick() {
    if (writer_) {
      find_left();
      update_mode();
      return errc::ok;
    }
    return take_lock() ? lead() : errc::ok;
  }

  // Whether less is free than the disk floor. Tells when that changes.
  [[nodiscard]] bool is_space_low() {
    const auto free = free_space(options_.folder);
    const bool is_low = free && *free < options_.disk_floor_bytes;
    if (is_low != is_low_)
      tell(is_low ? notice::kind::disk_floor : notice::kind::disk_floor_passed,
           static_cast<std::int64_t>(free.value_or(0)));
    return is_low_ = is_low;
  }

  // Whether drain() has something to do.
  [[nodiscard]] bool has_spooled() const noexcept { return writer_ && !spools_.empty(); }

  // Until at least so many callbacks were moved into the database, or all were.
  [[nodiscard]] errc drain(std::size_t at_least) {
    for (std::size_t moved = 0; moved < at_least && has_spooled();) {
      const std::size_t before = moved;
      errc e = use_new_sets();
      if (e == errc::ok) e = spools_.drain(*writer_, &moved);
      if (e != errc::ok) return e;
      drained_ += moved - before;
      publish();
    }
    if (spools_.take_unreadable() != 0) tell(notice::kind::spool_unreadable);
    update_mode();
    return errc::ok;
  }

  // Copies the write-ahead log into the database when it is long.
  [[nodiscard]] errc care_for_log() {
    if (!writer_) return errc::ok;
    const int pages = writer_->log_pages();
    if (pages < options_.checkpoint_pages) next_checkpoint_ = options_.checkpoint_pages;
    if (checkpointer_.take_done()) {
      const errc e = writer_->checkpoint(sqlite_connection::checkpoint::passive);
      return e == errc::busy ? errc::ok : e;
    }
    if (pages >= next_checkpoint_) {
      // Not again before as much has been added: a reader may keep the log from starting anew.
      next_checkpoint_ = pages + options_.checkpoint_pages;
      checkpointer_.request();
    }
    return errc::ok;
  }

  void fail() {
    writer_.reset();
    spools_.fail();
  }

  void close() {
    checkpointer_.stop();
    reader_.close();  // the writer's connection goes last and tidies up
    if (writer_) (void)writer_->checkpoint(sqlite_connection::checkpoint::truncate);
    writer_.reset();
    spools_.close();
  }
  // After close(), from any thread.
  void release() noexcept { folder_.release(); }

  // passive until the database is open and all that was spooled before is in it.
  [[nodiscard]] receiving_mode mode() const noexcept { return mode_.load(); }
  // Whether the database is ours to write.
  [[nodiscard]] bool leads() const noexcept { return leads_.load(); }
  [[nodiscard]] std::int64_t evicted() const noexcept { return evicted_.load(); }
  [[nodiscard]] const std::string& problem() const noexcept {
    return writer_ && !writer_->problem().empty() ? writer_->problem() : spools_.problem();
  }

 private:
  void tell(notice::kind what, std::int64_t number = 0) const {
    if (options_.on_notice != nullptr) options_.on_notice(options_.notice_owner, {what, number});
  }

  [[nodiscard]] bool spooling() const noexcept { return !writer_ || !spools_.empty(); }

  // Tells once how it went.
  bool take_lock() {
    const bool held = folder_.try_hold();
    const auto news = held ? notice::kind::lock_acquired : notice::kind::passive;
    if (told_ != news) tell(news, held ? 0 : folder_.holder());
    told_ = news;
    return held;
  }

  errc lead() {
    if (folder_.sync_parent() != 0) return errc::io_error;
    writer_.emplace(options_);
    errc e = writer_->open(path_, sets_.take());
    // The reader stays open while the writer is opened anew: as long as one connection lives,
    // SQLite knows which pages of the log were committed and ignores those of the commit that
    // failed.
    if (e == errc::ok) e = reader_.open(path_, static_cast<int>(options_.busy_timeout.count()));
    if (e == errc::ok) e = use_new_sets();
    if (e != errc::ok) return e;
    next_checkpoint_ = options_.checkpoint_pages;
    signal_.publish(writer_->last_sequence());
    evicted_.store(writer_->evicted());
    leads_.store(true);
    find_left();
    update_mode();
    return errc::ok;
  }

  // Records may be named while the database is open already.
  errc use_new_sets() { return sets_.changed() ? writer_->use_records(sets_.take()) : errc::ok; }

  errc apply(const work& entries) {
    errc e = use_new_sets();
    if (e == errc::ok) e = batch_writer{*writer_}.write(entries);
    if (e == errc::ok) publish();
    return e;
  }

  // While spools hold callbacks that came earlier, what the database lacks may be in them.
  void find_left() {
    spools_.find_left();
    writer_->expect_earlier(spools_.may_hold_earlier());
  }

  void publish() {
    evicted_.store(writer_->evicted());
    // First: whoever is told a sequence finds it with last_sequence().
    if (writer_->last_sequence() != signal_.last()) signal_.publish(writer_->last_sequence());
  }

  void update_mode() {
    const auto now = spooling() ? receiving_mode::passive : receiving_mode::active;
    if (mode_.exchange(now) == now || now == receiving_mode::passive) return;
    tell(notice::kind::drained, static_cast<std::int64_t>(drained_));
    drained_ = 0;
  }

  const sqlite_options& options_;
  record_set_list& sets_;
  sqlite_reader& reader_;
  event_signal& signal_;
  data_folder folder_;
  const std::string path_;
  sqlite_checkpointer checkpointer_;
  std::optional<sqlite_writer> writer_;
  sqlite_spools spools_;
  int next_checkpoint_ = 0;
  std::size_t drained_ = 0;  // since it was active
  bool is_low_ = false;
  std::optional<notice::kind> told_;
  std::vector<std::byte> told_room_;
  std::atomic<receiving_mode> mode_;
  std::atomic<bool> leads_{false};
  std::atomic<std::int64_t> evicted_{0};
};

}  // namespace callgate::store
