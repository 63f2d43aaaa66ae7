// SPDX-License-Identifier: Apache-2.0
// The tasks of the memory store.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/text_hash.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/cut_text.hpp>
#include <callgate/store/demand_rule.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/slot_index.hpp>
#include <callgate/store/stage_rule.hpp>
#include <callgate/store/uuid_source.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// Allocates when made, and for a context. Names over 64 and messages over 256 bytes are cut.
class memory_tasks {
 public:
  using slot = slot_index::slot;
  static constexpr slot none = slot_index::none;

  // In the order in which a callback touches it: texts are long, and mostly empty.
  struct task {
    task() noexcept {}  // NOLINT: or `{}` would write zeros to all of it

    std::int64_t callbacks = 0;
    std::int64_t event_bytes = 0;     // raw, of all callbacks
    std::int64_t last_sequence = 0;   // begins the chain of its events
    std::int64_t stage_sequence = 0;  // 0: no event set the stage
    std::int64_t attempt = 1;
    unix_micros last_received_at = 0;
    unix_micros furnished_at = 0;  // see demand_rule
    std::optional<std::int64_t> code;
    outcome last_result = outcome::accepted;
    task_status status = task_status::pending;
    std::uint8_t rank = 0;
    bool registered = false;
    bool used = false;
    cut_text<64> mount, stage;
    cut_text<limits::max_task_id_bytes> task_id, record_id;
    cut_text<256> message;
    cut_text<64> provider, other_stage;  // of the last event, if that did not set the stage
    unix_micros first_received_at = 0;
    std::int64_t number = 0;  // of one that comes later it is higher
    uuid_source::text id{};
    std::vector<context_text> context;  // what an application registered with it

    [[nodiscard]] std::string_view last_stage() const noexcept {
      return last_sequence == stage_sequence ? stage.view() : other_stage.view();
    }
    // To be called before an event that is not the last one sets the stage, or none does any more.
    void keep_last_stage() noexcept {
      if (last_sequence == stage_sequence) other_stage = stage;
    }
  };

  explicit memory_tasks(std::size_t max)
      : max_(std::max<std::size_t>(max, 1)), links_(max_), index_(max_) {
    slots_.reserve(max_);  // what is not needed yet takes no memory
  }

  [[nodiscard]] slot find(std::string_view mount, std::string_view task_id) const noexcept {
    const std::string_view m = cut_text<64>::cut(mount);
    const std::string_view t = cut_text<limits::max_task_id_bytes>::cut(task_id);
    return index_.find(hash_(t), [&](slot s) {
      return slots_[s].task_id.view() == t && slots_[s].mount.view() == m;
    });
  }

  // The task's slot when it would have to make room for a new one; none while there is room.
  [[nodiscard]] slot in_the_way() const noexcept { return used_ == max_ ? oldest_ : none; }

  // There must be room.
  slot insert(const append_request& request) noexcept {
    const slot s = free_slot();
    task& t = slots_[s];
    std::destroy_at(&t);
    std::construct_at(&t);
    t.used = true;
    t.id = ids_.next();
    t.number = ++made_;
    t.mount = request.mount;
    t.task_id = request.task_id;
    t.first_received_at = request.received_at;
    ++used_;
    index_.insert(hash_(t.task_id.view()), s);
    link_newest(s);
    return s;
  }

  // The stored event changes its task; true when the task took the event's stage.
  bool touch(slot s, const append_request& request) noexcept {
    task& t = slots_[s];
    make_newest(s);
    if (t.callbacks == 0) t.provider = request.provider;  // its mount's, so always the same
    t.last_received_at = std::max(t.last_received_at, request.received_at);
    ++t.callbacks;
    t.event_bytes += static_cast<std::int64_t>(request.raw.size());
    t.last_sequence = request.sequence;
    t.last_result = request.result;
    t.furnished_at = std::max(t.furnished_at, furnishes_at(request, request.result));
    if (!request.record_id.empty()) t.record_id = request.record_id;
    const std::uint8_t rank = moving_rank(request.result, request.rank);
    if (!moves(rank, t.rank)) return t.other_stage = request.stage, false;
    t.rank = rank;
    t.stage = request.stage;
    t.status = request.status;
    t.code = request.code;
    t.message = request.message;
    t.stage_sequence = request.sequence;
    return true;
  }

  // No callback of the attempt has come yet.
  void reopen(slot s, std::int64_t attempt, unix_micros now) noexcept {
    task& t = slots_[s];
    t.last_received_at = std::max(t.last_received_at, now);
    make_newest(s);
    t.keep_last_stage();
    t.attempt = attempt;
    t.furnished_at = 0;
    t.rank = 0;
    t.stage = std::string_view{};
    t.status = task_status::pending;
    t.code.reset();
    t.message = std::string_view{};
    t.stage_sequence = 0;
  }

  void erase(slot s) noexcept {
    task& t = slots_[s];
    index_.erase(hash_(t.task_id.view()), s);
    unlink(s);
    t.used = false;
    free_ = std::min(free_, s);
    --used_;
  }

  [[nodiscard]] task& operator[](slot s) noexcept { return slots_[s]; }
  [[nodiscard]] const task& operator[](slot s) const noexcept { return slots_[s]; }
  [[nodiscard]] std::size_t size() const noexcept { return used_; }
  [[nodiscard]] slot oldest() const noexcept { return oldest_; }  // untouched the longest
  [[nodiscard]] slot newest() const noexcept { return newest_; }
  // The neighbours in the order of the last touch.
  [[nodiscard]] slot older(slot s) const noexcept { return links_[s].older; }
  [[nodiscard]] slot newer(slot s) const noexcept { return links_[s].newer; }

 private:
  struct link {
    slot older = none;
    slot newer = none;
  };

  // Every slot below free_ is used.
  slot free_slot() noexcept {
    while (free_ < slots_.size() && slots_[free_].used) ++free_;
    if (free_ == slots_.size()) slots_.emplace_back();
    return free_;
  }

  void make_newest(slot s) noexcept {
    if (s == newest_) return;
    unlink(s);
    link_newest(s);
  }

  void link_newest(slot s) noexcept {
    links_[s] = {.older = newest_};
    (newest_ != none ? links_[newest_].newer : oldest_) = s;
    newest_ = s;
  }

  void unlink(slot s) noexcept {
    const auto [older, newer] = links_[s];
    (older != none ? links_[older].newer : oldest_) = newer;
    (newer != none ? links_[newer].older : newest_) = older;
  }

  static_assert(limits::max_task_id_bytes <= text_hash::max_bytes);

  text_hash hash_;  // of task ids: the mounts that know one and the same are few
  std::size_t max_;
  std::vector<task> slots_;
  std::vector<link> links_;  // beside the tasks, as each touches two neighbours' links
  slot_index index_;
  uuid_source ids_;
  std::int64_t made_ = 0;
  std::size_t used_ = 0;
  slot free_ = 0;
  slot oldest_ = none;
  slot newest_ = none;
};

}  // namespace callgate::store
