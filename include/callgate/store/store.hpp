// SPDX-License-Identifier: Apache-2.0
// What the library asks of a store.
#pragma once

#include <callgate/store/append_request.hpp>
#include <callgate/store/completion_queue.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/event_query.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/task_registration.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// What append() did with a request.
enum class submission : std::uint8_t {
  done,         // finished; the request's result is filled in
  queued,       // the request comes back by its completion queue
  full,         // too many wait already; nothing was taken: outcome queue_full
  unavailable,  // not open yet, failing or stopping; nothing was taken: outcome store_error
};

// disk_floor: too little space is left, so that nothing is taken while reads go on.
enum class condition : std::uint8_t { opening, ready, failing, stopped, disk_floor };

// passive: another process leads, or what it left is not taken over yet. Callbacks are kept all the
// same, durable before their outcome, passive, comes back.
enum class receiving_mode : std::uint8_t { passive, active };

// A store that keeps nothing over a restart may have a digest of its own for bodies and keys that
// costs less than SHA-256, which others are given; it is told of keys that come soon. Threads: both
// from any thread.
template <class S>
concept digesting_store = requires(const S& store, const append_request& request) {
  store.digest();
  store.prefetch(request.key);
};

// A provider that is asked for is the name of a mount or of a provider: it stands for that mount,
// or for all mounts that ever received for it. Threads: every function from any thread.
template <class S>
concept event_store = requires(S& store, const S& source, append_request& request,
                               const history_query& query, const event_query& events,
                               std::string_view text, std::int64_t sequence, std::size_t limit,
                               std::chrono::milliseconds timeout, unix_micros time,
                               const record_set& set, const task_registration& wanted) {
  // De-duplicates and stores in ONE atomic step (append_once); durable before the request comes
  // back.
  { store.append(request) }
  noexcept->std::same_as<submission>;

  // --- history (blocking)
  // Tasks and quarantined bodies in one order, see history_position.
  { store.history(query) } -> std::same_as<result<history_page, errc>>;
  // Up to limit entries of this entry id, task id or record id, of a provider when that is not
  // empty: tasks before quarantined bodies, the latest first.
  { store.find(text, text, limit) } -> std::same_as<result<std::vector<history_entry>, errc>>;
  // By entry id, with timeline and raw body; nothing when there is none.
  { store.entry(text) } -> std::same_as<result<std::optional<history_entry>, errc>>;
  // The raw body of an entry: of its event of that sequence, or what entry() gives for 0.
  { store.raw(text, sequence) } -> std::same_as<result<std::optional<std::string>, errc>>;
  // The mounts that something was received for, of a provider when that is not empty.
  { store.mounts(text) } -> std::same_as<result<std::vector<std::string>, errc>>;

  // --- event feed (blocking)
  { store.feed(events) } -> std::same_as<result<event_batch, errc>>;
  // Of all mounts, committed; 0 before the first event and while opening.
  { source.last_sequence() }
  noexcept->std::same_as<std::int64_t>;

  // --- consumers (blocking): events of a mount with a sequence above the given one, in order
  {
    store.read_events(text, sequence, limit)
    } -> std::same_as<result<std::vector<stored_event>, errc>>;
  // True as soon as an event of any mount has a sequence above the given one; false after the
  // timeout or a stop.
  { store.wait_for_events(sequence, timeout) } -> std::same_as<bool>;
  { store.cursor(text) } -> std::same_as<result<std::int64_t, errc>>;  // 0 when the consumer is new
  { store.save_cursor(text, sequence) } -> std::same_as<errc>;  // durable when it returns errc::ok
  // consumer, sequence, attempts, error
  { store.dead_letter(text, sequence, limit, text) } -> std::same_as<errc>;

  // --- records and tasks
  {store.use_records(set)};
  // Fills tables that were made anew, up to limit tasks; true: there are more.
  { store.derive_records(limit) } -> std::same_as<result<bool, errc>>;
  // Of the task (mount, task id): an entry for each record of the set.
  { store.records(set, text, text) } -> std::same_as<result<std::vector<record_rows>, errc>>;
  { store.register_task(wanted) } -> std::same_as<result<registered_task, errc>>;

  // --- care
  // Removes up to limit entries (tasks with their events, quarantined bodies) of a mount last
  // touched before time.
  { store.remove_before(text, time, limit) } -> std::same_as<result<std::size_t, errc>>;
  // Removes one entry by its id; false when there is none. Delivery keys stay: what was received
  // remains a duplicate.
  { store.remove(text) } -> std::same_as<result<bool, errc>>;
  // Removes up to limit delivery keys whose time is over at time.
  { store.forget_deliveries(time, limit) } -> std::same_as<result<std::size_t, errc>>;
  { store.state() }
  noexcept->std::same_as<condition>;
  { source.mode() }
  noexcept->std::same_as<receiving_mode>;
  // Stops taking appends, finishes what is queued, wakes all who wait. Idempotent.
  {store.stop()};
};

}  // namespace callgate::store
