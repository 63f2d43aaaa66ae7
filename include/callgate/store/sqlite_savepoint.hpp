// SPDX-License-Identifier: Apache-2.0
// A part of a transaction that the database may refuse without the rest.
#pragma once

#include <callgate/store/sqlite_connection.hpp>

#include <array>
#include <string>

namespace callgate::store {

// Rows of records belong to their users, too, whose triggers may refuse them. Threads: one.
class sqlite_savepoint {
 public:
  enum class ended : bool { kept, undone };

  [[nodiscard]] errc open(sqlite_connection& connection) {
    connection_ = &connection;
    const std::array<errc, 3> prepared{begin_.prepare(connection, "SAVEPOINT record_rows"),
                                       release_.prepare(connection, "RELEASE record_rows"),
                                       undo_.prepare(connection, "ROLLBACK TO record_rows")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    return errc::ok;
  }

  // work() -> errc, which may set *end to undone itself. What the database refuses is undone.
  // Errors: rejected when the refusal has ended the whole transaction (RAISE(ROLLBACK)); others are
  // the database's.
  template <class Work>
  [[nodiscard]] errc run(Work work, ended* end) {
    *end = ended::kept;
    why_.clear();
    if (const errc e = begin_.run(); e != errc::ok) return e;
    const errc e = work();
    if (e == errc::rejected) {
      why_ = connection_->message();
      *end = ended::undone;
      if (!connection_->in_transaction()) return errc::rejected;
    } else if (e != errc::ok) {
      return e;
    }
    if (*end == ended::undone)
      if (const errc undone = undo_.run(); undone != errc::ok) return undone;
    return release_.run();
  }

  // Why the database refused the last one; empty when it did not.
  [[nodiscard]] const std::string& why() const noexcept { return why_; }

 private:
  sqlite_connection* connection_ = nullptr;
  sqlite_statement begin_, release_, undo_;
  std::string why_;
};

}  // namespace callgate::store
