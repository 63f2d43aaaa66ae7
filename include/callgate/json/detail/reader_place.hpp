// SPDX-License-Identifier: Apache-2.0
// What every part of a reader shares: where it is in the text, how it goes back, and how it fails.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/json/check_report.hpp>
#include <callgate/json/cursor.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/listener.hpp>
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
#include <utility>

namespace callgate::json::detail {

// Its steps answer false after a failure, which is then in `failed`. What breaks the schema is none
// while somebody listens: it is told, and the reader goes on behind it.
class reader_place {
 protected:
  reader_place(std::string_view text, const read_options& options, arena& memory, drops& notes,
               std::optional<error>& failed, std::byte* room, listener* heard) noexcept
      : in_(text),
        begin_(text.data()),
        text_bytes_(text.size()),
        options_(options),
        memory_(memory),
        notes_(notes),
        failed_(failed),
        room_(room),
        heard_(heard) {}

  // A view of the text, or of the arena when there are escapes.
  CALLGATE_NOINLINE bool read_string(std::string_view& out, const path* where) noexcept {
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

  CALLGATE_NOINLINE bool skip(const path* where) noexcept {
    return skip_value(in_, options_.max_depth - depth_) || syntax(where);
  }

  // Where the reader is, to go back to. `notes`: what was dropped so far.
  struct state {
    const char* at;
    std::size_t used;
    std::size_t depth;
    std::byte* room;
    std::uint32_t notes;
  };
  [[nodiscard]] state now() const noexcept {
    return {in_.at, memory_.used(), depth_, room_, notes_.count};
  }
  void go_back(const state& to) noexcept {
    failed_.reset();
    memory_.rewind(to.used);
    depth_ = to.depth;
    room_ = to.room;
    in_.at = to.at;
  }

  [[nodiscard]] std::size_t left() const noexcept {
    return static_cast<std::size_t>(in_.end - in_.at);
  }

  CALLGATE_NOINLINE bool next_item(char close, bool& first, bool& more,
                                   const path* where) noexcept {
    return in_.next_item(close, first, more) || syntax(where);
  }

  bool enter(const path* where) noexcept {
    if (depth_ == options_.max_depth) return fail(errc::depth_exceeded, in_.at, where);
    return ++depth_, ++in_.at, true;
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

  // Whether what breaks the schema is told, and is no failure.
  [[nodiscard]] bool tells() const noexcept { return heard_ != nullptr && heard_->awake; }

  // Of a value of that type; `at` is where it begins, or what an error's offset says of the code.
  bool offend(errc code, const char* at, const value_layout& v, const rule& rules,
              const path* where) noexcept {
    if (tells()) return tell(code, at, v, rules, where), true;
    return fail(code, at, where);
  }

  // Another type than the schema's; or no JSON, which is the better answer.
  CALLGATE_NOINLINE bool mismatch(const value_layout& v, const rule& rules,
                                  const path* where) noexcept {
    const char* const start = in_.at;
    return skip(where) && offend(errc::wrong_type, start, v, rules, where);
  }

  // Whether the text of a value would show something sensitive.
  static bool is_secret(const value_layout& v, const rule& rules) noexcept {
    return rules.sensitive || rules.holds_sensitive || (v.is == shape::object && v.object->secret);
  }

  // What else the schema demands of a value that has been read: of its text, which began at `at`.
  // `hides`: that text shows something sensitive.
  bool holds(value_check also, std::string_view value, const char* at, const path* where,
             bool hides = false) noexcept {
    return also == nullptr || holds_apart(also, value, at, where, hides);
  }

  CALLGATE_NOINLINE bool holds_apart(value_check also, std::string_view value, const char* at,
                                     const path* where, bool hides) noexcept {
    if (tells()) return tell_all(also, value, at, where, hides), true;
    check_report report;
    if (also(value, report)) return true;
    report.broken.offset += static_cast<std::size_t>(at - begin_);
    report.broken.where = shown(where, report.broken.where);
    return failed_.emplace(report.broken), false;
  }

  // The same, from a place in the text to another.
  bool holds(value_check also, const char* value, const char* end, const path* where,
             bool hides = false) noexcept {
    return holds(also, {value, static_cast<std::size_t>(end - value)}, value, where, hides);
  }

  // Reads as if nobody heard it: what breaks the schema is a failure.
  template <class Read>
  bool quietly(Read read) noexcept {
    if (heard_ == nullptr) return read();
    const bool awake = std::exchange(heard_->awake, false);
    const bool good = read();
    return heard_->awake = awake, good;
  }

  // What was read quietly and broke the schema, once more for who listens. False: nobody does, or
  // it is no JSON.
  template <class Read>
  bool tell_again(const state& before, Read read) noexcept {
    return tells() && is_schema_error(failed_->code) && (go_back(before), read());
  }

  // Whether the value here counts as absent where it may.
  [[nodiscard]] bool says_nothing() const noexcept {
    const std::string_view rest{in_.at, left()};
    return (options_.nulls_absent && rest.starts_with("null")) ||
           (options_.empty_strings_absent && rest.starts_with(R"("")"));
  }

  // Null that is a value and not an absence is looked at as any other.
  bool read_absence(bool nullable, value_check also, bool may_be_absent, const path* where,
                    bool& absent) noexcept {
    const char* const start = in_.at;
    if (in_.peek() == 'n') {
      if (!in_.literal("null")) return syntax(where);
      const bool as_absent = options_.nulls_absent && may_be_absent;
      absent = nullable || as_absent;
      if (absent && !as_absent) return holds(also, start, in_.at, where);
      if (!absent) in_.at = start;
    }
    if (options_.empty_strings_absent) {
      absent = absent || (may_be_absent && std::string_view{in_.at, left()}.starts_with(R"("")"));
      if (absent && in_.at == start) in_.at += 2;
    }
    return true;
  }

  CALLGATE_NOINLINE void note(errc code, const char* at, const path* where) noexcept {
    notes_.add(error_at(code, at, where));
  }

  CALLGATE_NOINLINE void tell(errc code, const char* at, const value_layout& v, const rule& rules,
                              const path* where) noexcept {
    offence what{.broken = error_at(code, at, where), .expected = heard_->demanded(code, v, rules)};
    const bool is_there = code != errc::missing_member;  // `at` is the closing brace
    cursor value{std::string_view{at, static_cast<std::size_t>(in_.end - at)}};
    if (is_there && secret_ == nullptr && !is_secret(v, rules) && skip_value(value, max_nesting))
      what.found = {at, static_cast<std::size_t>(value.at - at)};
    heard_->tell(what);
  }

  CALLGATE_NOINLINE void tell_all(value_check also, std::string_view value, const char* at,
                                  const path* where, bool hides) noexcept {
    struct place {
      reader_place& self;
      const char* at;
      const path* where;
      bool hides;
    } here{*this, at, where, hides || secret_ != nullptr};
    check_report report{.ear = &here};
    report.hear = [](void* ear, const offence& broken) {
      const place& from = *static_cast<const place*>(ear);
      offence what = broken;
      what.broken.offset += static_cast<std::size_t>(from.at - from.self.begin_);
      what.broken.where = from.self.shown(from.where, broken.broken.where);
      if (from.hides) what.found = {};
      from.self.heard_->tell(what);
    };
    (void)also(value, report);
  }

  cursor in_;
  const char* begin_;
  std::size_t text_bytes_;
  std::size_t depth_ = 0;
  const read_options& options_;
  arena& memory_;
  drops& notes_;
  std::optional<error>& failed_;
  const path* secret_ = nullptr;  // the outermost sensitive value around the reader
  std::byte* room_;               // for what is kept of objects; what is behind it is free
  listener* heard_;               // nullptr: nobody
};

}  // namespace callgate::json::detail
