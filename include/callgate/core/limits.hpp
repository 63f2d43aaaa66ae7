// SPDX-License-Identifier: Apache-2.0
// Every bound of the library that is a number, with its unit. What a user may change stands in
// options.hpp and starts from these.
#pragma once

#include <callgate/core/duration.hpp>

#include <cstddef>
#include <cstdint>

namespace callgate::limits {

// --- HTTP
inline constexpr std::size_t max_head_bytes =
    8 * 1024;  // request line and fields together; over it: 431 (or 414)
inline constexpr std::size_t receive_buffer_bytes =
    16 *
    1024;  // of a connection while something comes: a head and a small body, or several requests
inline constexpr std::size_t max_target_bytes = 4 * 1024;  // request target; over it: 414
inline constexpr std::size_t max_fields = 64;  // header fields of one request; over it: 431
inline constexpr std::size_t max_body_bytes =
    1024 * 1024;  // largest body any route may ask for; over a route's: 413
inline constexpr std::size_t max_answer_bytes = 4 * 1024;  // head and body of a callback's answer
inline constexpr std::size_t max_turn_answers = 32;        // of that size; more are sent before
inline constexpr std::size_t max_group = 8;  // callbacks that are taken one behind the other
inline constexpr std::size_t max_chunk_line_bytes = 256;  // size, extensions and CRLF of one chunk

inline constexpr std::size_t max_admin_connections =
    256;  // at an admin_listen address of its own; more wait in the kernel's queue

// --- JSON
inline constexpr std::size_t max_depth =
    32;  // nested arrays and objects, unless the schema says otherwise
inline constexpr std::size_t max_pointer_bytes =
    256;  // JSON Pointer in an error; longer ones are cut
inline constexpr std::size_t max_number_bytes =
    512;  // digits of one number; over it: number_out_of_range
inline constexpr std::size_t max_source_points =
    72;  // code points of a line that is shown with an error; what is left out is "..."

inline constexpr std::size_t max_search_depth =
    max_depth;  // levels of a search by name: objects, arrays and strings that hold JSON
inline constexpr std::size_t max_embedded_bytes =
    max_body_bytes;  // JSON within strings that one search reads; longer strings are not read

inline constexpr std::size_t max_schema_scans =
    64;  // looks at each byte of a text, on average, while a JSON Schema is checked

// --- callbacks
inline constexpr std::size_t max_task_id_bytes = 256;
inline constexpr std::size_t max_reason_bytes = 512;
inline constexpr std::int64_t max_attempts = 1'000'000;  // of one task; over it: 400
inline constexpr std::size_t max_told_values = 16;  // that the answers of one schema tell of a task
inline constexpr std::size_t max_told_bytes = 1024;  // all texts among them; over it: null
inline constexpr std::size_t max_log_details_bytes =
    4096;  // what a schema adds to a callback's log line; over it: left out

// --- records
inline constexpr std::size_t max_records = 16;         // of one schema
inline constexpr std::size_t max_record_columns = 64;  // of one record
inline constexpr std::size_t max_name_bytes = 63;      // of a record or column, in SQL
inline constexpr std::size_t max_context_fields = 32;  // of one schema

// --- store
inline constexpr std::size_t max_queued_appends =
    4096;  // waiting for the writer; over it: queue_full, and others wait
inline constexpr std::size_t max_batch_rows = 256;           // rows of one commit
inline constexpr std::size_t max_batch_bytes = 1024 * 1024;  // raw bytes of one commit
inline constexpr std::int64_t max_events_per_task =
    10'000;  // of all its attempts; over it: quarantined
inline constexpr std::int64_t max_event_bytes_per_task =
    64 << 20;  // raw bytes of a task's events; over it: quarantined
inline constexpr std::int64_t max_conflicts_per_delivery =
    16;  // other bodies of one delivery id while it counts; over it: quarantined
inline constexpr std::int64_t max_quarantine_rows = 10'000;  // per mount; the oldest go first
inline constexpr std::int64_t max_quarantine_bytes =
    64 << 20;  // raw bytes per mount; the oldest go first
inline constexpr std::uint64_t disk_floor_bytes =
    256 << 20;  // free space; below it: store_error. Four write-ahead logs at their usual longest
inline constexpr std::chrono::milliseconds store_tick{
    250};  // between looks at the free space, at the lock and at spools that were left
inline constexpr std::size_t max_drained_rows = 1024;      // of one commit
inline constexpr std::size_t max_drained_bytes = 4 << 20;  // raw bytes of one; one body always fits

// --- a connection's turn
inline constexpr int max_steps = 32;  // requests or reads in one turn; then others have theirs
inline constexpr std::size_t max_discarded_bytes = 4 << 20;  // of an unread body; then it is closed

// --- handlers that are coroutines, when the server stops
inline constexpr std::chrono::milliseconds handler_finish_time{3'000};  // then they are cancelled
inline constexpr std::chrono::milliseconds handler_cancel_time{1'000};  // then they are destroyed

// --- history API and event feed
inline constexpr std::size_t max_page_entries = 500;  // of one page; over it: 400
inline constexpr std::size_t max_examined_entries =
    10'000;  // looked at for one page; then the page ends, however short
inline constexpr std::size_t max_search_text_bytes = 128;  // of ?text=; over it: 400
inline constexpr std::size_t max_searched_bytes = 1024;    // of each text that ?text= looks through
inline constexpr std::size_t max_found_entries = 20;       // that one name is told to fit
inline constexpr std::size_t max_timeline_events = 1000;   // of one entry; older ones are left out
inline constexpr std::size_t max_feed_events = 1000;       // of one answer; over it: 400
inline constexpr std::size_t max_feed_bytes = 4 << 20;  // raw bytes of one answer, one event always
inline constexpr std::chrono::seconds max_feed_wait{30};     // over it: 400
inline constexpr std::size_t max_feed_waiters = 64;          // over it: 503
inline constexpr std::size_t max_api_body_bytes = 4 * 1024;  // of a request to /api; over it: 413
inline constexpr std::size_t max_task_body_bytes = 256 * 1024;  // of POST /api/tasks; over it: 413
inline constexpr std::size_t max_api_requests = 64;  // that wait for the store; over it: 503

}  // namespace callgate::limits
