// SPDX-License-Identifier: Apache-2.0
// The history and the event feed of the memory store.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/store/event_query.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/memory_events.hpp>
#include <callgate/store/memory_quarantine.hpp>
#include <callgate/store/memory_tasks.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::store {

// Looks first and copies what is answered only: appends wait meanwhile. Threads: its owner's lock.
class memory_history {
 public:
  memory_history(memory_tasks& tasks, memory_events& events, memory_quarantine& bodies) noexcept
      : tasks_(tasks), events_(events), bodies_(bodies) {}

  [[nodiscard]] history_page page(const history_query& query) {
    std::vector<place> places = places_of(query);
    const auto later = [](const place& a, const place& b) { return comes_before(b.at, a.at); };
    std::make_heap(places.begin(), places.end(), later);
    history_page out;
    history_position last;
    for (std::size_t examined = 0; !places.empty(); ++examined) {
      if (out.entries.size() == query.limit || examined == limits::max_examined_entries)
        return out.next = last, out;
      std::pop_heap(places.begin(), places.end(), later);
      const place next = places.back();
      places.pop_back();
      last = next.at;
      if (matches(query, view(next))) out.entries.push_back(entry_of(next));
    }
    return out;
  }

  [[nodiscard]] std::vector<history_entry> find(std::string_view name, std::string_view provider,
                                                std::size_t limit) {
    std::vector<history_entry> found;
    if (name.empty()) return found;
    for (auto s = tasks_.newest(); s != memory_tasks::none && found.size() < limit;
         s = tasks_.older(s)) {
      const auto& t = tasks_[s];
      const bool is = t.id.view() == name || t.task_id.view() == name || t.record_id.view() == name;
      if (is && is_of(t.mount.view(), t.provider.view(), provider))
        found.push_back(entry_of_task(t));
    }
    for (auto n = bodies_.newest(); n >= bodies_.oldest() && found.size() < limit; --n) {
      if (!bodies_.is_live(n)) continue;
      const bool is = bodies_.id_of(n) == name || bodies_.view(n).task_id == name;
      if (is && is_of(bodies_.mount_of(n), bodies_.provider_of(n), provider))
        found.push_back(bodies_.entry_of(n));
    }
    return found;
  }

  [[nodiscard]] std::optional<history_entry> entry(std::string_view id) {
    std::optional<history_entry> out;
    if (const auto s = task_of(id); s != memory_tasks::none) {
      out = entry_of_task(tasks_[s]);
      add_timeline(tasks_[s], *out);
    } else if (const auto n = body_of(id); n != 0) {
      out = bodies_.entry_of(n);
    }
    if (out) out->raw = raw(id, 0).value_or(std::string{});
    return out;
  }

  // Of a task whose event has made room: nothing.
  [[nodiscard]] std::optional<std::string> raw(std::string_view id, std::int64_t sequence) {
    const auto s = task_of(id);
    if (s == memory_tasks::none) {
      const auto n = body_of(id);
      return n == 0 || sequence != 0 ? std::nullopt : std::optional(std::string(bodies_.raw_of(n)));
    }
    const auto& t = tasks_[s];
    if (sequence == 0) sequence = t.stage_sequence > 0 ? t.stage_sequence : t.last_sequence;
    const memory_event* head = events_.find(sequence);
    if (head == nullptr || head->task != s) return std::nullopt;
    return std::string(events_.raw(sequence));
  }

  [[nodiscard]] std::vector<std::string> mounts(std::string_view provider) {
    std::set<std::string, std::less<>> names;
    const auto note = [&](std::string_view mount, std::string_view of) {
      if (is_of(mount, of, provider) && !names.contains(mount)) names.emplace(mount);
    };
    for (auto s = tasks_.newest(); s != memory_tasks::none; s = tasks_.older(s))
      note(tasks_[s].mount.view(), tasks_[s].provider.view());
    for (auto n = bodies_.oldest(); n <= bodies_.newest(); ++n)
      if (bodies_.is_live(n)) note(bodies_.mount_of(n), bodies_.provider_of(n));
    return {names.begin(), names.end()};
  }

  [[nodiscard]] event_batch feed(const event_query& query) {
    event_batch out;
    out.last_sequence = events_.newest();
    std::size_t bytes = 0;
    for (auto n = std::max(query.after + 1, events_.oldest()); n <= events_.newest(); ++n) {
      const memory_event* head = events_.find(n);
      if (head == nullptr) continue;
      const auto& t = tasks_[head->task];
      if (!is_of(t.mount.view(), t.provider.view(), query.provider)) continue;
      const std::string_view raw = events_.raw(n);
      const bool full = out.events.size() == query.limit || bytes + raw.size() > query.max_bytes;
      if (full && !out.events.empty()) return out.next_after = out.events.back().sequence, out;
      bytes += raw.size();
      out.events.push_back(events_.event_of(n, tasks_));
      out.events.back().raw = raw;
    }
    out.next_after = std::max(query.after, out.last_sequence);
    return out;
  }

  // --- by entry id: a task's slot or none, a body's number or 0
  [[nodiscard]] memory_tasks::slot task_of(std::string_view id) const noexcept {
    auto s = tasks_.newest();
    while (s != memory_tasks::none && tasks_[s].id.view() != id) s = tasks_.older(s);
    return s;
  }
  [[nodiscard]] std::int64_t body_of(std::string_view id) noexcept {
    for (auto n = bodies_.newest(); n >= bodies_.oldest(); --n)
      if (bodies_.is_live(n) && bodies_.id_of(n) == id) return n;
    return 0;
  }

 private:
  struct place {
    history_position at;
    memory_tasks::slot task;  // none: a quarantined body, of the position's number
  };

  static bool is_of(std::string_view mount, std::string_view provider,
                    std::string_view wanted) noexcept {
    return wanted.empty() || mount == wanted || provider == wanted;
  }

  // Of all entries that provider, times and cursor allow.
  std::vector<place> places_of(const history_query& query) {
    const history_position begin = begin_of(query);
    std::vector<place> places;
    const auto add = [&](const history_position& at, memory_tasks::slot s) {
      if (comes_before(begin, at) && (!query.from || at.at >= *query.from))
        places.push_back({at, s});
    };
    if (wants(query, false))
      for (auto s = tasks_.newest(); s != memory_tasks::none; s = tasks_.older(s))
        if (const auto& t = tasks_[s]; is_of(t.mount.view(), t.provider.view(), query.provider))
          add({t.last_received_at, false, t.number}, s);
    if (wants(query, true))
      for (auto n = bodies_.oldest(); n <= bodies_.newest(); ++n)
        if (bodies_.is_live(n) &&
            is_of(bodies_.mount_of(n), bodies_.provider_of(n), query.provider))
          add(bodies_.position(n), memory_tasks::none);
    return places;
  }

  entry_view view(const place& p) {
    if (p.task == memory_tasks::none) return bodies_.view(p.at.number);
    const auto& t = tasks_[p.task];
    entry_view e;
    e.task_id = t.task_id.view();
    e.record_id = t.record_id.view();
    e.stage = t.stage.view();
    e.status = t.status;
    e.code = t.code;
    e.message = t.message.view();
    return e;
  }

  history_entry entry_of(const place& p) {
    return p.task == memory_tasks::none ? bodies_.entry_of(p.at.number)
                                        : entry_of_task(tasks_[p.task]);
  }

  static history_entry entry_of_task(const memory_tasks::task& task) {
    history_entry entry;
    entry.id = task.id.view();
    entry.mount = task.mount.text();
    entry.provider = task.provider.text();
    entry.task_id = task.task_id.text();
    entry.record_id = task.record_id.text();
    entry.result = task.last_result;
    entry.stage = task.stage.text();
    entry.status = task.status;
    entry.last_stage = task.last_stage();
    entry.code = task.code;
    entry.message = task.message.text();
    entry.first_received_at = task.first_received_at;
    entry.last_received_at = task.last_received_at;
    entry.callbacks = task.callbacks;
    entry.sequence = task.last_sequence;
    entry.attempt = task.attempt;
    return entry;
  }

  // Newest first, then turned around. Events that have made room end it.
  void add_timeline(const memory_tasks::task& task, history_entry& entry) {
    for (std::int64_t n = task.last_sequence; n != 0 && events_.find(n) != nullptr;
         n = events_.find(n)->previous) {
      entry.timeline_truncated = entry.timeline.size() == limits::max_timeline_events;
      if (entry.timeline_truncated) break;
      entry.timeline.push_back(events_.event_of(n, tasks_));
    }
    std::reverse(entry.timeline.begin(), entry.timeline.end());
  }

  memory_tasks& tasks_;
  memory_events& events_;
  memory_quarantine& bodies_;
};

}  // namespace callgate::store
