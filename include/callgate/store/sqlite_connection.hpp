// SPDX-License-Identifier: Apache-2.0
// SQLite connections and statements as C++ values; the only header that includes sqlite3.h.
#pragma once

#include <callgate/provider/scalar.hpp>
#include <callgate/store/errc.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sqlite3.h>

namespace callgate::store {

static_assert(SQLITE_VERSION_NUMBER >= 3035000, "callgate needs SQLite 3.35 or later (RETURNING)");

// Errors of SQLite in the words of stores. SQLITE_ROW and SQLITE_DONE are no errors.
[[nodiscard]] inline errc errc_of_sqlite(int code) noexcept {
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return errc::ok;
    case SQLITE_FULL: return errc::disk_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return errc::busy;
    case SQLITE_CONSTRAINT: return errc::rejected;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return errc::corrupt;
    default: return errc::io_error;
  }
}

// A connection. Threads: one at a time. Lifetime: statements go before their connection.
class sqlite_connection {
 public:
  sqlite_connection() = default;
  sqlite_connection(sqlite_connection&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)) {}
  sqlite_connection& operator=(sqlite_connection&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~sqlite_connection() { close(); }

  [[nodiscard]] errc open_writable(const std::string& path) noexcept {
    return open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  }
  [[nodiscard]] errc open_readable(const std::string& path) noexcept {
    return open(path, SQLITE_OPEN_READONLY);
  }
  void close() noexcept { sqlite3_close_v2(std::exchange(handle_, nullptr)); }

  void set_busy_timeout(int milliseconds) noexcept { sqlite3_busy_timeout(handle_, milliseconds); }

  [[nodiscard]] errc execute(const char* sql) noexcept {
    return errc_of_sqlite(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
  }

  enum class checkpoint { passive, truncate };

  // passive does what is possible without waiting; truncate copies everything and answers busy when
  // it cannot.
  [[nodiscard]] errc run_checkpoint(checkpoint kind) noexcept {
    const int mode =
        kind == checkpoint::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
    return errc_of_sqlite(sqlite3_wal_checkpoint_v2(handle_, nullptr, mode, nullptr, nullptr));
  }

  // Keeps *pages at the number of pages in the write-ahead log, from the next commit on.
  void watch_log(int* pages) noexcept {
    const auto note = [](void* counter, sqlite3*, const char*, int in_log) -> int {
      *static_cast<int*>(counter) = in_log;
      return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_, note, pages);
  }

  // Of the last statement that wrote.
  [[nodiscard]] std::size_t changed_rows() const noexcept {
    return static_cast<std::size_t>(sqlite3_changes64(handle_));
  }
  [[nodiscard]] bool in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle_) == 0;
  }
  [[nodiscard]] bool is_open() const noexcept { return handle_ != nullptr; }
  [[nodiscard]] const char* message() const noexcept { return sqlite3_errmsg(handle_); }
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }

 private:
  errc open(const std::string& path, int flags) noexcept {
    close();
    // NOMUTEX: each connection belongs to one thread at a time.
    flags |= SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
    sqlite3_extended_result_codes(handle_, 1);
    return errc_of_sqlite(code);
  }

  sqlite3* handle_ = nullptr;
};

// The rows of one execution; resets the statement at its end, which ends its read of the database.
// Lifetime: column texts until the next next(); bound texts and blobs are borrowed until the end.
class sqlite_rows {
 public:
  explicit sqlite_rows(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  sqlite_rows(const sqlite_rows&) = delete;
  sqlite_rows& operator=(const sqlite_rows&) = delete;
  ~sqlite_rows() {
    sqlite3_reset(statement_);
    if (statement_ != nullptr) sqlite3_clear_bindings(statement_);
  }

  // False at the end and on an error; error() tells which.
  [[nodiscard]] bool next() noexcept {
    code_ = statement_ == nullptr ? SQLITE_MISUSE : sqlite3_step(statement_);
    return code_ == SQLITE_ROW;
  }
  [[nodiscard]] errc error() const noexcept { return errc_of_sqlite(code_); }

  [[nodiscard]] std::int64_t integer(int column) const noexcept {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const noexcept {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return integer(column);
  }
  // Texts and blobs alike.
  [[nodiscard]] std::string_view bytes(int column) const noexcept {
    const void* data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return data == nullptr
               ? std::string_view{}
               : std::string_view{static_cast<const char*>(data), static_cast<std::size_t>(size)};
  }
  [[nodiscard]] std::string text(int column) const { return std::string{bytes(column)}; }
  [[nodiscard]] double number(int column) const noexcept {
    return sqlite3_column_double(statement_, column);
  }
  // As it is stored; booleans are integers here. Lifetime: a text until the next next().
  [[nodiscard]] scalar value(int column) const noexcept {
    switch (sqlite3_column_type(statement_, column)) {
      case SQLITE_INTEGER: return {.kind = scalar::type::integer, .integer = integer(column)};
      case SQLITE_FLOAT: return {.kind = scalar::type::number, .number = number(column)};
      case SQLITE_NULL: return {};
      default: return {.kind = scalar::type::text, .text = bytes(column)};
    }
  }

 private:
  sqlite3_stmt* statement_;
  int code_ = SQLITE_OK;
};

// A view bound as a blob; std::string_view alone is bound as a text.
struct sqlite_blob_view {
  const void* data;
  std::size_t size;

  explicit sqlite_blob_view(std::string_view bytes) noexcept
      : data(bytes.data()), size(bytes.size()) {}
  template <std::size_t N>
  explicit sqlite_blob_view(const std::array<std::byte, N>& bytes) noexcept
      : data(bytes.data()), size(N) {}
};

// A prepared statement.
class sqlite_statement {
 public:
  sqlite_statement() = default;
  sqlite_statement(sqlite_statement&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)) {}
  sqlite_statement& operator=(sqlite_statement&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~sqlite_statement() { sqlite3_finalize(handle_); }

  [[nodiscard]] errc prepare(const sqlite_connection& connection, std::string_view sql) noexcept {
    sqlite3_finalize(std::exchange(handle_, nullptr));
    return errc_of_sqlite(sqlite3_prepare_v3(connection.handle(), sql.data(),
                                             static_cast<int>(sql.size()),
                                             SQLITE_PREPARE_PERSISTENT, &handle_, nullptr));
  }

  // Starts an execution with these values for ?1, ?2, ...
  template <class... Values>
  [[nodiscard]] sqlite_rows query(const Values&... values) noexcept {
    int index = 0;
    (bind(++index, values), ...);
    return sqlite_rows{handle_};
  }

  // The same in two steps, for values whose number is not known when it is compiled.
  void bind_at(int index, const scalar& value) noexcept {
    switch (value.kind) {
      case scalar::type::text: return bind(index, value.text);
      case scalar::type::integer: return bind(index, value.integer);
      case scalar::type::number: return (void)sqlite3_bind_double(handle_, index, value.number);
      case scalar::type::boolean: return bind(index, value.boolean ? 1 : 0);
      case scalar::type::cleared:
      case scalar::type::null: return (void)sqlite3_bind_null(handle_, index);
    }
  }
  void bind_at(int index, std::int64_t value) noexcept { bind(index, value); }
  void bind_at(int index, sqlite_blob_view value) noexcept { bind(index, value); }
  [[nodiscard]] sqlite_rows query_bound() noexcept { return sqlite_rows{handle_}; }
  [[nodiscard]] errc run_bound() noexcept {
    auto rows = query_bound();
    while (rows.next()) continue;
    return rows.error();
  }

  // Executes to the end and drops what it returns.
  template <class... Values>
  [[nodiscard]] errc run(const Values&... values) noexcept {
    auto rows = query(values...);
    while (rows.next()) continue;
    return rows.error();
  }

 private:
  template <std::integral Integer>
  void bind(int index, Integer value) noexcept {
    sqlite3_bind_int64(handle_, index, static_cast<sqlite3_int64>(value));
  }
  void bind(int index, std::optional<std::int64_t> value) noexcept {
    if (value)
      bind(index, *value);
    else
      sqlite3_bind_null(handle_, index);
  }
  // An empty view may have no data; SQLite would take that for NULL.
  void bind(int index, std::string_view value) noexcept {
    const char* data = value.data() == nullptr ? "" : value.data();
    sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  void bind(int index, sqlite_blob_view value) noexcept {
    const void* data = value.data == nullptr ? "" : value.data;
    sqlite3_bind_blob64(handle_, index, data, value.size, SQLITE_STATIC);
  }

  sqlite3_stmt* handle_ = nullptr;
};

}  // namespace callgate::store
