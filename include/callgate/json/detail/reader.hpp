// SPDX-License-Identifier: Apache-2.0
// Reads a JSON text into generated structs and enforces their rules, in one pass.
//
//   document -> value -> object -> pair -> member (or drop) -> slot (or absence) -> value ...
//                     -> array  -> item -> slot -> value ...
//
// Recursion follows the types of T, never the text: what the schema does not know is skipped
// without recursion.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/json/cursor.hpp>
#include <callgate/json/detail/checks.hpp>
#include <callgate/json/detail/keys.hpp>
#include <callgate/json/detail/path.hpp>
#include <callgate/json/detail/shape.hpp>
#include <callgate/json/drops.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/reflect/reflect.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace callgate::json::detail {

// Every read_ answers false after a failure, which is then in `failed`.
template <read_options O>
class reader {
  static_assert(O.max_depth >= 1 && O.max_depth <= max_nesting,
                "max_depth is 1 to json::max_nesting");

 public:
  reader(std::string_view text, arena& memory, drops& notes, std::optional<error>& failed) noexcept
      : in_(text),
        begin_(text.data()),
        text_bytes_(text.size()),
        memory_(memory),
        notes_(notes),
        failed_(failed) {}

  template <reflected T>
  bool read_document(T& out) noexcept {
    in_.skip_space();
    if (!read_root(out)) return false;
    in_.skip_space();
    return in_.at == in_.end || fail(errc::trailing_bytes, in_.at, nullptr);
  }

 private:
  // A text of another shape leaves a struct empty that may be empty.
  template <reflected T>
  bool read_root(T& out) noexcept {
    if constexpr (O.drop_invalid_members && requires_nothing<T>) {
      if (in_.peek() != '{') {
        const char* const start = in_.at;
        if (!skip(nullptr)) return false;
        notes_.add({errc::wrong_type, static_cast<std::size_t>(start - begin_), {}});
        return true;
      }
    }
    return read_value(out, no_rule, nullptr);
  }

  template <class T>
  bool read_value(T& out, const rule& rules, const path* where) noexcept {
    if constexpr (reflected<T>)
      return read_object(out, where);
    else if constexpr (is_array<T>)
      return read_array(out, rules, where);
    else if constexpr (std::same_as<T, raw_value>)
      return read_raw(out, where);
    else if constexpr (std::same_as<T, bool>)
      return read_boolean(out, where);
    else if constexpr (std::is_arithmetic_v<T>)
      return read_number(out, rules, where);
    else
      return read_text(out, rules, where);
  }

  // --- objects

  template <reflected T>
  bool read_object(T& out, const path* where) noexcept {
    if (in_.peek() != '{') return mismatch(where);
    if (!enter(where)) return false;
    path here{where};
    member_set<T> seen;
    std::size_t expected = 0;
    for (bool first = true, more = true;;) {
      if (!in_.next_item('}', first, more)) return syntax(where);
      if (!more) break;
      if (!read_pair(out, here, seen, expected)) return false;
    }
    --depth_;
    const std::size_t missing = seen.first_missing(required_of<T>);
    if (missing == no_member) return true;
    here.name = member_name<T>(missing);
    return fail(errc::missing_member, in_.at - 1, &here);
  }

  // A name, a colon and a value. The name in `here` is spelled as the sender spells it.
  template <reflected T>
  bool read_pair(T& out, path& here, member_set<T>& seen, std::size_t& expected) noexcept {
    const char* const start = in_.at;
    if (!read_string(here.name, here.up)) return false;
    const std::size_t member = find_key<T>(here.name, expected);
    if constexpr (O.unknown == unknown_members::reject) {
      if (member == no_member) return fail(errc::unknown_member, start, &here);
    }
    if (member != no_member && !seen.insert(member))
      return fail(errc::duplicate_member, start, &here);
    if (!in_.colon()) return syntax(&here);
    if (member == no_member) return skip(&here);
    return read_member(out, member, &here, std::make_index_sequence<member_count<T>>{});
  }

  template <reflected T, std::size_t... I>
  bool read_member(T& out, std::size_t member, const path* where,
                   std::index_sequence<I...>) noexcept {
    bool good = false;
    (void)((member == I && (good = read_known<I>(out, where), true)) || ...);
    return good;
  }

  template <std::size_t I, reflected T>
  bool read_known(T& out, const path* where) noexcept {
    static constexpr const auto& member = std::get<I>(reflect<T>::members);
    auto& slot = out.*member.pointer;
    using value = std::remove_reference_t<decltype(slot)>;
    constexpr bool always_there =
        member.rules.required && (!member.rules.nullable || std::same_as<value, raw_value>);
    static_assert(is_optional<value> || always_there,
                  "a member that may be absent or null must be a std::optional");
    constexpr bool may_drop = member.rules.droppable || member.rules.drops_other_types;
    if constexpr (O.drop_invalid_members && may_drop && !member.rules.required)
      return read_or_drop(slot, member.rules, where);
    else
      return read_slot(slot, member.rules, !member.rules.required, where);
  }

  // A value that breaks its rules is left out, noted, and gone over again for its syntax.
  template <class T>
  bool read_or_drop(std::optional<T>& slot, const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    const std::size_t mark = memory_.used();
    const std::size_t depth = depth_;
    const std::uint32_t count = notes_.count;
    if (read_slot(slot, rules, true, where)) return true;
    const bool other_type = failed_->code == errc::wrong_type &&
                            failed_->offset == static_cast<std::size_t>(start - begin_);
    if (!is_schema_error(failed_->code) || !(rules.droppable || other_type)) return false;
    notes_.count = count;  // what was dropped within it goes with it
    notes_.add(*failed_);
    failed_.reset();
    memory_.rewind(mark);
    depth_ = depth;
    in_.at = start;
    return skip(where);
  }

  // --- what is not there

  // A member, or an item of an array: a value, or nothing. Only members may be absent; items may be
  // null.
  template <class T>
  bool read_slot(T& out, const rule& rules, bool may_be_absent, const path* where) noexcept {
    if constexpr (is_optional<T>) {
      out.reset();
      bool absent = false;
      if (!read_absence(rules, may_be_absent, where, absent)) return false;
      if (absent || read_value(out.emplace(), rules, where)) return true;
      out.reset();
      return false;
    } else {
      return read_value(out, rules, where);
    }
  }

  bool read_absence(const rule& rules, bool may_be_absent, const path* where,
                    bool& absent) noexcept {
    const char* const start = in_.at;
    if (in_.peek() == 'n') {
      if (!in_.literal("null")) return syntax(where);
      absent = rules.nullable || (O.nulls_absent && may_be_absent);
      if (!absent) in_.at = start;
    }
    if constexpr (O.empty_strings_absent) {
      absent = absent || (may_be_absent && std::string_view{in_.at, left()}.starts_with(R"("")"));
      if (absent && in_.at == start) in_.at += 2;
    }
    return true;
  }

  // --- arrays

  template <class T, std::size_t N>
  bool read_array(arena_vector<T, N>& out, const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    if (in_.peek() != '[') return mismatch(where);
    if (!enter(where)) return false;
    path here{where, {}, 0};
    for (bool first = true, more = true;;) {
      if (!in_.next_item(']', first, more)) return syntax(where);
      if (!more) break;
      if (out.size() == rules.max_items) return fail(errc::too_many_items, start, where);
      here.index = out.size();
      T* const item = out.push_back(memory_, array_room(rules.max_items, text_bytes_));
      if (item == nullptr) return fail(errc::arena_exhausted, in_.at, &here);
      const rule& items = rules.items != nullptr ? *rules.items : no_rule;
      if (!read_slot(*item, items, false, &here)) return false;
    }
    --depth_;
    return out.size() >= rules.min_items || fail(errc::too_few_items, start, where);
  }

  // --- single values

  bool read_raw(raw_value& out, const path* where) noexcept {
    const char* const start = in_.at;
    if (!skip(where)) return false;
    out.text = {start, static_cast<std::size_t>(in_.at - start)};
    return true;
  }

  bool read_boolean(bool& out, const path* where) noexcept {
    out = in_.peek() == 't';
    if (!out && in_.peek() != 'f') return mismatch(where);
    return in_.literal(out ? "true" : "false") || syntax(where);
  }

  template <class T>
  bool read_number(T& out, const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    const std::size_t mark = memory_.used();
    number_token token;
    if (O.numbers_in_strings && in_.peek() == '"') {
      std::string_view text;
      if (!read_string(text, where)) return false;
      cursor inner{text};
      if (!scan_number(inner, token) || inner.at != inner.end)
        return fail(errc::wrong_type, start, where);
    } else if (in_.peek() == '-' || is_digit(in_.peek())) {
      if (!scan_number(in_, token)) return syntax(where);
    } else {
      return mismatch(where);
    }
    const verdict bad = convert(token, rules, out);
    memory_.rewind(mark);
    return !bad || fail(*bad, start, where);
  }

  template <class T>
  static verdict convert(const number_token& token, const rule& rules, T& out) noexcept {
    if constexpr (std::floating_point<T>) {
      double wide = 0;  // a float would be rounded before it meets its bounds
      if (const verdict bad = to_floating(token, wide)) return bad;
      if (const verdict bad = to_floating(token, out)) return bad;
      return check_floating(wide, rules);
    } else {
      if (const verdict bad = to_integer(token, out)) return bad;
      using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
      return check_integer(static_cast<wide>(out), rules);
    }
  }

  // Strings, enums of strings, and enums that the sender may extend.
  template <class T>
  bool read_text(T& out, const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    if (in_.peek() != '"') return mismatch(where);
    std::string_view text;
    if (!read_string(text, where)) return false;
    if (const verdict bad = check_text(text, rules)) return fail(*bad, start, where);
    if constexpr (std::same_as<T, std::string_view>) {
      out = text;
    } else if constexpr (is_open_enum<T>) {
      out.text = text;
      out.known = enum_from_name<typename decltype(out.known)::value_type>(text);
    } else {
      const std::optional<T> known = enum_from_name<T>(text);
      if (!known) return fail(errc::not_in_enum, start, where);
      out = *known;
    }
    return true;
  }

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

  // --- bounds and failures

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

  cursor in_;
  const char* begin_;
  std::size_t text_bytes_;
  std::size_t depth_ = 0;
  arena& memory_;
  drops& notes_;
  std::optional<error>& failed_;
};

}  // namespace callgate::json::detail
