// SPDX-License-Identifier: Apache-2.0
// Writes what waits into the embedded database: in one transaction, or entry by entry when one of
// them makes the database end it.
#pragma once

#include <callgate/provider/outcome.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/sqlite_batch.hpp>
#include <callgate/store/sqlite_jobs.hpp>
#include <callgate/store/sqlite_writer.hpp>

namespace callgate::store {

// Each committed or not as a whole. Cost: as many syncs as entries, for the batch of a culprit
// only.
class batch_writer {
 public:
  using work = sqlite_batch::work;

  explicit batch_writer(sqlite_writer& writer) noexcept : writer_(writer) {}

  // ok: all are committed, but for appends that are store_error now and jobs whose own error is
  // set.
  [[nodiscard]] errc write(const work& entries) {
    const errc e = together(entries);
    if (e != errc::rejected || !writer_.has_lost_transaction()) return e;
    const errc begun = writer_.begin_again();
    return begun == errc::ok ? one_by_one(entries) : begun;
  }

 private:
  // A job may meet several tasks whose rows end its transaction: each try leaves one more alone.
  static constexpr int max_tries = 8;

  errc together(const work& entries) {
    errc e = writer_.begin();
    for (sqlite_job* j = entries.jobs; j != nullptr && e == errc::ok; j = j->next)
      e = j->apply(j->call, writer_);
    for (append_request* r = entries.appends; r != nullptr && e == errc::ok; r = r->next)
      e = writer_.append(*r);
    return e == errc::ok ? writer_.commit() : e;
  }

  errc one_by_one(const work& entries) {
    for (sqlite_job* j = entries.jobs; j != nullptr; j = j->next)
      if (const errc e = write(*j); e != errc::ok) return e;
    for (append_request* r = entries.appends; r != nullptr; r = r->next)
      if (const errc e = write(*r); e != errc::ok) return e;
    return errc::ok;
  }

  errc write(sqlite_job& job) {
    job.own = errc::rejected;
    for (int tries = 0; tries < max_tries && job.own == errc::rejected; ++tries)
      if (const errc e = alone([&] { return job.apply(job.call, writer_); }, &job.own);
          e != errc::ok)
        return e;
    return errc::ok;
  }

  // The callback is kept, if need be without its rows.
  errc write(append_request& request) {
    errc own = errc::ok;
    for (const bool with_rows : {true, false}) {
      const errc e = alone([&] { return writer_.append(request, with_rows); }, &own);
      if (e != errc::ok || own == errc::ok) return e;
    }
    mark_not_stored(request);
    return errc::ok;
  }

  // *own: ok, or rejected when the database has ended the transaction of this one.
  template <class Call>
  errc alone(Call call, errc* own) {
    errc e = writer_.begin();
    if (e == errc::ok) e = call();
    if (e == errc::ok) e = writer_.commit();
    *own = e;
    if (e != errc::rejected || !writer_.has_lost_transaction()) return e;
    return writer_.begin_again();
  }

  sqlite_writer& writer_;
};

}  // namespace callgate::store
