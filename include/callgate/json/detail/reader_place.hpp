// SPDX-License-Identifier: Apache-2.0
// What every part of a reader shares: where it is in the text, how it goes back, and how it fails.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/json/cursor.hpp>
#include <callgate/json/detail/path.hpp>
#include <callgate/json/drops.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::json::detail {

// Its steps answer false after a failure, which is then in `failed`.
template <read_options O>
class reader_place {
 protected:
  reader_place(std::string_view text, arena& memory, drops& notes,
               std::optional<error>& failed) noexcept
      : in_(text),
        begin_(text.data()),
        text_bytes_(text.size()),
        memory_(memory),
        notes_(notes),
        failed_(failed) {}

  // A view of the text, or of the arena when there are escapes.
  bool read_string(std::string_view& out, const path* where) noexcept {
    const char* const start = in_.at;
    string_token token;
    if (!scan_string(in_, token)) return syntax(where);
    out = token.text;
    if (!token.escaped) return true;
    const std::size_t mark = memory_.used();
    char* const place = static_cast<char*>(memory_.allocate(token.text.size(), 1));
    if (place == nullptr) return fail(errc::arena_exhausted, start, where);
    out = {place, unescape(token, place)};
    memory_.rewind(mark + out.size());
    return true;
  }

  bool skip(const path* where) noexcept {
    return skip_value(in_, O.max_depth - depth_) || syntax(where);
  }

  // Where the reader is, to go back to. `notes`: what was dropped so far.
  struct state {
    const char* at;
    std::size_t used;
    std::size_t depth;
    std::uint32_t notes;
  };
  [[nodiscard]] state now() const noexcept {
    return {in_.at, memory_.used(), depth_, notes_.count};
  }
  void go_back(const state& to) noexcept {
    failed_.reset();
    memory_.rewind(to.used);
    depth_ = to.depth;
    in_.at = to.at;
  }

  [[nodiscard]] std::size_t left() const noexcept {
    return static_cast<std::size_t>(in_.end - in_.at);
  }

  bool enter(const path* where) noexcept {
    if (depth_ == O.max_depth) return fail(errc::depth_exceeded, in_.at, where);
    return ++depth_, ++in_.at, true;
  }

  // Another type than the schema's; or no JSON, which is the better answer.
  CALLGATE_NOINLINE bool mismatch(const path* where) noexcept {
    const char* const start = in_.at;
    return skip(where) && fail(errc::wrong_type, start, where);
  }

  CALLGATE_NOINLINE bool syntax(const path* where) noexcept {
    return fail(in_.code, in_.at, where);
  }

  CALLGATE_NOINLINE bool fail(errc code, const char* at, const path* where) noexcept {
    failed_.emplace(error{code, static_cast<std::size_t>(at - begin_), to_pointer(where)});
    return false;
  }

  // What else the schema demands of a value that has been read.
  bool holds(value_check also, const char* value, const char* end, const path* where) noexcept {
    error broken;
    if (also == nullptr || also({value, static_cast<std::size_t>(end - value)}, broken))
      return true;
    broken.offset += static_cast<std::size_t>(value - begin_);
    broken.where = to_pointer(where, broken.where);
    return failed_.emplace(broken), false;
  }

  // Whether the value here counts as absent where it may.
  [[nodiscard]] bool says_nothing() const noexcept {
    const std::string_view rest{in_.at, left()};
    return (O.nulls_absent && rest.starts_with("null")) ||
           (O.empty_strings_absent && rest.starts_with(R"("")"));
  }

  // Null that is a value and not an absence is looked at as any other.
  bool read_absence(bool nullable, value_check also, bool may_be_absent, const path* where,
                    bool& absent) noexcept {
    const char* const start = in_.at;
    if (in_.peek() == 'n') {
      if (!in_.literal("null")) return syntax(where);
      const bool as_absent = O.nulls_absent && may_be_absent;
      absent = nullable || as_absent;
      if (absent && !as_absent) return holds(also, start, in_.at, where);
      if (!absent) in_.at = start;
    }
    if constexpr (O.empty_strings_absent) {
      absent = absent || (may_be_absent && std::string_view{in_.at, left()}.starts_with(R"("")"));
      if (absent && in_.at == start) in_.at += 2;
    }
    return true;
  }

  CALLGATE_NOINLINE void note_spelling(const char* at, const path* where) noexcept {
    notes_.add({errc::duplicate_member, static_cast<std::size_t>(at - begin_), to_pointer(where)});
  }

  cursor in_;
  const char* begin_;
  std::size_t text_bytes_;
  std::size_t depth_ = 0;
  arena& memory_;
  drops& notes_;
  std::optional<error>& failed_;
};

}  // namespace callgate::json::detail
