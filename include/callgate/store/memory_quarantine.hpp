// SPDX-License-Identifier: Apache-2.0
// The quarantine of the memory store: bounded per mount, the oldest bodies go first and are
// counted.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/memory_options.hpp>
#include <callgate/store/record_ring.hpp>
#include <callgate/store/uuid_source.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::store {

// Allocates when made only.
class memory_quarantine {
 public:
  explicit memory_quarantine(const memory_options& options)
      : max_rows_(std::max<std::int64_t>(options.max_quarantine_rows, 0)),
        max_bytes_(std::max<std::int64_t>(options.max_quarantine_bytes, 0)),
        ring_holds_more_(options.max_quarantine_records > static_cast<std::uint64_t>(max_rows_) ||
                         options.max_quarantine_record_bytes >
                             static_cast<std::uint64_t>(max_bytes_)),
        ring_(options.max_quarantine_records, options.max_quarantine_record_bytes) {}

  // The request's result is the outcome to keep it with.
  void append(append_request& request) noexcept {
    const outcome kept_as = request.result;
    record* made = ring_.push_texts({request.mount, request.provider, request.task_id,
                                     request.stage, request.reason, request.raw});
    request.result = made == nullptr ? outcome::store_error : kept_as;
    request.sequence = made == nullptr ? 0 : ring_.newest();
    if (made == nullptr) return;
    *made = {ids_.next(), request.received_at, kept_as};
    if (ring_holds_more_) evict(request.mount);
  }

  // --- of a number from oldest() to newest() that is_live()
  [[nodiscard]] bool is_live(std::int64_t number) noexcept { return ring_.find(number) != nullptr; }
  [[nodiscard]] history_position position(std::int64_t number) noexcept {
    return {ring_.find(number)->received_at, true, number};
  }
  // Lifetime: as of the body.
  [[nodiscard]] entry_view view(std::int64_t number) noexcept {
    entry_view e;
    e.quarantined = true;
    e.task_id = ring_.text(number, task_id);
    e.reason = ring_.text(number, reason);
    return e;
  }
  [[nodiscard]] std::string_view id_of(std::int64_t number) noexcept {
    return ring_.find(number)->id.view();
  }
  [[nodiscard]] std::string_view mount_of(std::int64_t number) noexcept {
    return ring_.text(number, mount);
  }
  [[nodiscard]] std::string_view provider_of(std::int64_t number) noexcept {
    return ring_.text(number, provider);
  }
  [[nodiscard]] std::string_view raw_of(std::int64_t number) noexcept {
    return ring_.text(number, body);
  }
  // Without the body.
  [[nodiscard]] history_entry entry_of(std::int64_t number) {
    const record& head = *ring_.find(number);
    history_entry entry;
    entry.id = head.id.view();
    entry.mount = ring_.text(number, mount);
    entry.provider = ring_.text(number, provider);
    entry.task_id = ring_.text(number, task_id);
    entry.quarantined = true;
    entry.result = head.result;
    entry.reason = ring_.text(number, reason);
    entry.last_stage = ring_.text(number, stage);
    entry.first_received_at = entry.last_received_at = head.received_at;
    entry.callbacks = 1;
    entry.sequence = number;
    return entry;
  }
  void drop(std::int64_t number) noexcept { ring_.drop(number); }

  [[nodiscard]] std::size_t remove_before(std::string_view of_mount, unix_micros time,
                                          std::size_t limit) noexcept {
    std::size_t removed = 0;
    for (std::int64_t n = oldest(); n <= newest() && removed < limit; ++n) {
      const record* head = ring_.find(n);
      if (head == nullptr || head->received_at >= time) continue;
      if (ring_.text(n, mount) == of_mount) ring_.drop(n), ++removed;
    }
    return removed;
  }

  [[nodiscard]] std::int64_t oldest() const noexcept { return ring_.oldest(); }
  [[nodiscard]] std::int64_t newest() const noexcept { return ring_.newest(); }
  [[nodiscard]] std::int64_t evicted() const noexcept { return ring_.evicted() + evicted_; }

 private:
  enum text : std::size_t { mount, provider, task_id, stage, reason, body };

  struct record {
    uuid_source::text id{};
    unix_micros received_at = 0;
    outcome result = outcome::accepted;
  };

  // The body that just came stays even when it alone is over the bound. Cost: of all records.
  void evict(std::string_view of_mount) noexcept {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    for (std::int64_t n = newest(); n >= oldest(); --n) {
      if (ring_.find(n) == nullptr || ring_.text(n, mount) != of_mount) continue;
      ++rows;
      bytes += static_cast<std::int64_t>(ring_.text(n, body).size());
      if (rows == 1 || (rows <= max_rows_ && bytes <= max_bytes_)) continue;
      ring_.drop(n);
      ++evicted_;
    }
  }

  const std::int64_t max_rows_;
  const std::int64_t max_bytes_;
  const bool ring_holds_more_;  // than a mount may have; else the ring alone bounds them
  record_ring<record, 6> ring_;
  uuid_source ids_;
  std::int64_t evicted_ = 0;
};

}  // namespace callgate::store
