// SPDX-License-Identifier: Apache-2.0
// What a page of history is asked for, and where the next one begins.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/store/history.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace callgate::store {

// Where an entry stands in the history: newest first, of one time tasks before quarantined bodies.
// The number is the store's own and does not change while the entry is there, so that no two
// entries ever stand at one place.
struct history_position {
  unix_micros at = 0;
  bool quarantined = false;
  std::int64_t number = 0;

  friend bool operator==(const history_position&, const history_position&) = default;
};

[[nodiscard]] inline bool comes_before(const history_position& a,
                                       const history_position& b) noexcept {
  return std::tuple(b.at, a.quarantined, b.number) < std::tuple(a.at, b.quarantined, a.number);
}

enum class entry_kinds : std::uint8_t { both, tasks, quarantine };

// Every filter that is set must fit. Of a quarantined body neither stage nor status nor code is
// known: those filters leave it out.
struct history_query {
  std::string provider{};               // of a mount or of a provider; empty: all
  std::string stage{};                  // furthest stage; empty: any
  std::optional<task_status> status{};  //
  std::optional<std::int64_t> code{};   // of the callback that set the stage
  std::optional<unix_micros> from{};    // the last callback came then or later
  std::optional<unix_micros> until{};   // and before
  std::string text{};  // part of task id, record id, message or reason; see has_text
  entry_kinds kinds = entry_kinds::both;
  std::size_t limit = 50;                   // entries
  std::optional<history_position> after{};  // goes on behind it
};

// Shorter than the limit when there is no more, or when max_examined_entries were looked at.
struct history_page {
  std::vector<history_entry> entries;
  std::optional<history_position> next;  // nothing: this was the last page
};

// An entry as filters see it.
struct entry_view {
  bool quarantined = false;
  std::string_view task_id{};
  std::string_view record_id{};
  std::string_view stage{};
  task_status status = task_status::pending;
  std::optional<std::int64_t> code{};
  std::string_view message{};
  std::string_view reason{};
};

// Whether the text is somewhere in the first max_searched_bytes of `within`. Case counts for what
// is not ASCII only.
[[nodiscard]] inline bool has_text(std::string_view within, std::string_view text) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  within = within.substr(0, limits::max_searched_bytes);
  return std::search(within.begin(), within.end(), text.begin(), text.end(),
                     [&](char a, char b) { return lower(a) == lower(b); }) != within.end() ||
         text.empty();
}

// Whether the query's filters can fit any entry of this kind.
[[nodiscard]] inline bool wants(const history_query& query, bool quarantined) noexcept {
  if (!quarantined) return query.kinds != entry_kinds::quarantine;
  return query.kinds != entry_kinds::tasks && query.stage.empty() && !query.status && !query.code;
}

// Whether every filter fits, provider and times apart: stores seek by those.
[[nodiscard]] inline bool matches(const history_query& query, const entry_view& e) noexcept {
  if (!wants(query, e.quarantined)) return false;
  if (!query.stage.empty() && query.stage != e.stage) return false;
  if (query.status && *query.status != e.status) return false;
  if (query.code && query.code != e.code) return false;
  return query.text.empty() || has_text(e.task_id, query.text) ||
         has_text(e.record_id, query.text) || has_text(e.message, query.text) ||
         has_text(e.reason, query.text);
}

// The first place that the query's cursor and time allow: entries come behind it.
[[nodiscard]] inline history_position begin_of(const history_query& query) noexcept {
  history_position begin{std::numeric_limits<unix_micros>::max(), false,
                         std::numeric_limits<std::int64_t>::max()};
  if (query.after) begin = *query.after;
  if (!query.until) return begin;
  const history_position until{*query.until, true, 0};  // the last place of that time
  return comes_before(begin, until) ? until : begin;
}

}  // namespace callgate::store
