// SPDX-License-Identifier: Apache-2.0
// The spools in a data folder: the one that this receiver writes, and those that others left.
//
//   keep() -> own spool ---.
//   left by who has ended -+-> drain(): in order, each row once -> the database's append
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/data_folder.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/sqlite_options.hpp>
#include <callgate/store/sqlite_spool.hpp>
#include <callgate/store/sqlite_writer.hpp>
#include <callgate/store/uuid_source.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dirent.h>

namespace callgate::store {

// Threads: one, the store's writer.
class sqlite_spools {
 public:
  static constexpr std::string_view prefix = "standby-";

  explicit sqlite_spools(const sqlite_options& options) : options_(options) {}

  // The one that keep() writes: made when there is none, opened anew after a failure.
  [[nodiscard]] errc open_own() {
    if (own_ != nullptr) return note(own_->open());
    errc e = errc::io_error;
    // Whoever leads may take a folder without a database for a leftover, and remove it.
    for (int attempt = 0; attempt < 3 && e != errc::ok; ++attempt) {
      own_ = make(std::string{prefix} + std::string{ids_.next().view()});
      if (own_ == nullptr) return errc::io_error;
      if (!own_->hold()) continue;
      e = note(own_->open());
      if (e != errc::ok) (void)own_->remove();
    }
    if (e != errc::ok) own_.reset();
    return e;
  }

  // A list linked by next. Durable when it returns ok.
  [[nodiscard]] errc keep(append_request* first) {
    if (own_ == nullptr || !own_->is_open())
      if (const errc e = open_own(); e != errc::ok) return e;
    return note(own_->keep(first));
  }

  // Takes over the spools of receivers that have ended.
  void find_left() {
    others_ = 0;
    DIR* const folder = ::opendir(options_.folder.c_str());
    if (folder == nullptr) return;
    while (const dirent* one = ::readdir(folder)) {
      const std::string_view name{one->d_name};
      if (name.starts_with(prefix) && !is_known(name)) take_over(std::string{name});
    }
    ::closedir(folder);
  }

  [[nodiscard]] bool empty() const noexcept { return own_ == nullptr && left_.empty(); }
  // Whether callbacks that came before may still come out of one, also of a receiver that lives.
  [[nodiscard]] bool may_hold_earlier() const noexcept { return !empty() || others_ != 0; }

  // One transaction's worth, from those that were left first. The database remembers in the same
  // transaction how far it has come, so that no row comes twice. Returns the database's errors
  // only: a spool that cannot be read is put aside.
  [[nodiscard]] errc drain(sqlite_writer& writer, std::size_t* moved) {
    std::unique_ptr<sqlite_spool>& from = left_.empty() ? own_ : left_.front();
    const std::string cursor = "spool:" + from->name();
    const std::size_t before = *moved;
    errc read = from->is_open() ? errc::ok : from->open();
    if (read == errc::ok)
      if (const errc e = copy_safely(*from, writer, cursor, &read, moved); e != errc::ok) return e;
    if (read == errc::ok && *moved != before) return errc::ok;
    const bool removed = read == errc::ok && from->remove() == 0;
    if (!removed || sync_folder(options_.folder) != 0) return put_aside(from), errc::ok;
    drop(from);
    return forget(writer, cursor);
  }

  // How many were put aside since the last call.
  [[nodiscard]] std::size_t take_unreadable() noexcept { return std::exchange(unreadable_, 0); }

  // The next keep() opens its spool anew.
  void fail() noexcept {
    if (own_ != nullptr) own_->close();
  }

  // Leaves to others what holds callbacks.
  void close() noexcept {
    if (own_ != nullptr && own_->is_open() && own_->is_empty()) (void)own_->remove();
    own_.reset();
    left_.clear();
  }

  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  // nullptr when the folder cannot be made or written.
  std::unique_ptr<sqlite_spool> make(const std::string& name) {
    try {
      return std::make_unique<sqlite_spool>(name, options_);
    } catch (const startup_error& e) {
      problem_ = e.what();
      return nullptr;
    }
  }

  void take_over(const std::string& name) {
    std::unique_ptr<sqlite_spool> found = make(name);
    if (found == nullptr || !found->hold()) return void(++others_);
    if (found->has_database())
      left_.push_back(std::move(found));
    else
      (void)found->remove();  // ended while it was made or removed
  }

  // Rows that make the database end the transaction cost their own callback its records only: the
  // next one goes alone, and without them if need be.
  errc copy_safely(sqlite_spool& from, sqlite_writer& writer, std::string_view cursor, errc* read,
                   std::size_t* moved) {
    const std::size_t before = *moved;
    errc e = copy(from, writer, cursor, read, moved);
    for (const bool with_rows : {true, false}) {
      if (e != errc::rejected || !writer.has_lost_transaction()) return e;
      *moved = before;
      e = writer.begin_again();
      if (e == errc::ok) e = copy(from, writer, cursor, read, moved, 1, with_rows);
    }
    if (e != errc::rejected || !writer.has_lost_transaction()) return e;
    // The database takes not even the callback: its spool stays for an operator.
    *moved = before;
    *read = errc::rejected;
    return writer.begin_again();
  }

  errc copy(sqlite_spool& from, sqlite_writer& writer, std::string_view cursor, errc* read,
            std::size_t* moved, std::size_t most = SIZE_MAX, bool with_rows = true) {
    std::int64_t at = 0;
    errc e = writer.begin();
    if (e == errc::ok) e = writer.read_cursor(cursor, &at);
    if (e != errc::ok) return e;
    const std::int64_t first = at;
    *read = from.read(at, [&](std::int64_t number, append_request& request) {
      e = writer.append_spooled(request, number - at - 1, with_rows);
      at = number;
      ++*moved;
      return e == errc::ok && --most > 0;
    });
    if (e == errc::ok && at != first) e = writer.save_cursor(cursor, at);
    return e == errc::ok ? writer.commit() : e;
  }

  static errc forget(sqlite_writer& writer, std::string_view cursor) {
    errc e = writer.begin();
    if (e == errc::ok) e = writer.forget_cursor(cursor);
    return e == errc::ok ? writer.commit() : e;
  }

  void put_aside(std::unique_ptr<sqlite_spool>& which) {
    aside_.push_back(which->name());
    ++unreadable_;
    drop(which);
  }

  void drop(std::unique_ptr<sqlite_spool>& which) {
    if (&which == &own_)
      own_.reset();
    else
      left_.pop_front();
  }

  [[nodiscard]] bool is_known(std::string_view name) const {
    const auto is_it = [name](const auto& spool) { return spool->name() == name; };
    return (own_ != nullptr && is_it(own_)) || std::any_of(left_.begin(), left_.end(), is_it) ||
           std::find(aside_.begin(), aside_.end(), name) != aside_.end();
  }

  errc note(errc e) {
    if (e != errc::ok) problem_ = own_->problem();
    return e;
  }

  const sqlite_options& options_;
  uuid_source ids_;
  std::unique_ptr<sqlite_spool> own_;
  std::list<std::unique_ptr<sqlite_spool>> left_;
  std::vector<std::string> aside_;
  std::size_t unreadable_ = 0;
  std::size_t others_ = 0;  // spools that other receivers hold, as of find_left()
  std::string problem_;
};

}  // namespace callgate::store
