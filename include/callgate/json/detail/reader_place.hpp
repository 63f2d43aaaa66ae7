// SPDX-License-Identifier: Apache-2.0
// What every part of a reader shares: where it is in the text, how it goes back, and how it fails.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/json/check_report.hpp>
#include <callgate/json/cursor.hpp>
#include <callgate/json/detail/demands.hpp>
#include <callgate/json/detail/listener.hpp>
#include <callgate/json/detail/path.hpp>
#include <callgate/json/drops.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>

#include <cstddef>
#include <cstdint>
#include <concepts>
#include <optional>
#include <string_view>
#include <utility>

namespace callgate::json::detail {

// Its steps answer false after a failure, which is then in `failed`. What breaks the schema is none
// while somebody listens: it is told, and the reader goes on behind it.
template <read_options O, class Listener>
class reader_place {
 protected:
  static constexpr bool listens = !std::same_as<Listener, no_listener>;

  reader_place(std::string_view text, arena& memory, drops& notes, std::optional<error>& failed,
               Listener heard) noexcept
      : in_(text),
        begin_(text.data()),
        text_bytes_(text.size()),
        memory_(memory),
        notes_(notes),
        failed_(failed),
        heard_(heard) {}

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
    failed_.emplace(error_at(code, at, where));
    return false;
  }

  [[nodiscard]] error error_at(errc code, const char* at, const path* where) const noexcept {
    return {code, static_cast<std::size_t>(at - begin_), shown(where)};
  }

  // What is in a sensitive value has no pointer of its own.
  [[nodiscard]] pointer_text shown(const path* where, pointer_text below = {}) const noexcept {
    return secret_ != nullptr ? to_pointer(secret_) : to_pointer(where, below);
  }

  // --- what breaks the schema

  // Of a value of type T; `at` is where it begins, or what an error's offset says of the code.
  template <class T>
  bool offend(errc code, const char* at, const rule& rules, const path* where) noexcept {
    if constexpr (listens)
      if (heard_.awake) return tell<T>(code, at, rules, where), true;
    return fail(code, at, where);
  }

  template <class T>
  bool mismatch(const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    if constexpr (listens)
      if (heard_.awake) return skip(where) && offend<T>(errc::wrong_type, start, rules, where);
    return mismatch(where);
  }

  // What else the schema demands of a value that has been read: of its text, which began at `at`.
  bool holds(value_check also, std::string_view value, const char* at, const path* where) noexcept {
    if (also == nullptr) return true;
    if constexpr (listens)
      if (heard_.awake) return tell_all(also, value, at, where), true;
    check_report report;
    if (also(value, report)) return true;
    report.broken.offset += static_cast<std::size_t>(at - begin_);
    report.broken.where = shown(where, report.broken.where);
    return failed_.emplace(report.broken), false;
  }

  bool holds(value_check also, const char* value, const char* end, const path* where) noexcept {
    return holds(also, {value, static_cast<std::size_t>(end - value)}, value, where);
  }

  // Reads as if nobody heard it: what breaks the schema is a failure.
  template <class Read>
  bool quietly(Read read) noexcept {
    if constexpr (listens) {
      const bool awake = std::exchange(heard_.awake, false);
      const bool good = read();
      return heard_.awake = awake, good;
    } else {
      return read();
    }
  }

  // What was read quietly and broke the schema, once more for who listens. False: nobody does, or
  // it is no JSON.
  template <class Read>
  bool tell_again(const state& before, Read read) noexcept {
    if constexpr (listens)
      if (heard_.awake && is_schema_error(failed_->code)) return go_back(before), read();
    return false;
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
    notes_.add(error_at(errc::duplicate_member, at, where));
  }

  template <class T>
  void tell(errc code, const char* at, const rule& rules, const path* where) noexcept {
    offence what{.broken = error_at(code, at, where), .expected = demand_of<T>(code, rules)};
    const bool is_there = code != errc::missing_member;  // `at` is the closing brace
    cursor value{std::string_view{at, static_cast<std::size_t>(in_.end - at)}};
    if (is_there && secret_ == nullptr && !is_secret<T>(rules) && skip_value(value, max_nesting))
      what.found = {at, static_cast<std::size_t>(value.at - at)};
    heard_.tell(what);
  }

  void tell_all(value_check also, std::string_view value, const char* at,
                const path* where) noexcept {
    struct place {
      reader_place& self;
      const char* at;
      const path* where;
    } here{*this, at, where};
    check_report report{.ear = &here};
    report.hear = [](void* ear, const offence& broken) {
      const place& from = *static_cast<const place*>(ear);
      offence what = broken;
      what.broken.offset += static_cast<std::size_t>(from.at - from.self.begin_);
      what.broken.where = from.self.shown(from.where, broken.broken.where);
      if (from.self.secret_ != nullptr) what.found = {};
      from.self.heard_.tell(what);
    };
    (void)also(value, report);
  }

  cursor in_;
  const char* begin_;
  std::size_t text_bytes_;
  std::size_t depth_ = 0;
  arena& memory_;
  drops& notes_;
  std::optional<error>& failed_;
  const path* secret_ = nullptr;  // the outermost sensitive value around the reader
  [[no_unique_address]] Listener heard_;
};

}  // namespace callgate::json::detail
