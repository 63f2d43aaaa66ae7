// SPDX-License-Identifier: Apache-2.0
// Reads a JSON text into generated structs and enforces their rules, in one pass.
//
//   document -> value -> object -> pair -> member (or drop) -> slot (or absence) -> value ...
//                                      \-> spelling (if it has several) -> member ...
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
#include <callgate/json/detail/scalar_reader.hpp>
#include <callgate/json/detail/shape.hpp>
#include <callgate/json/drops.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/json/read_options.hpp>
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
template <read_options O, class Listener = no_listener>
class reader : scalar_reader<O, Listener> {
  using base = scalar_reader<O, Listener>;
  using base::begin_, base::depth_, base::failed_, base::heard_, base::in_, base::memory_,
      base::notes_, base::secret_, base::text_bytes_;
  using base::enter, base::fail, base::go_back, base::holds, base::note_spelling, base::now,
      base::quietly, base::read_absence, base::read_boolean, base::read_number, base::read_raw,
      base::read_string, base::read_text, base::says_nothing, base::skip, base::syntax,
      base::tell_again;
  using typename base::state;

  static_assert(O.max_depth >= 1 && O.max_depth <= max_nesting,
                "max_depth is 1 to json::max_nesting");

 public:
  reader(std::string_view text, arena& memory, drops& notes, std::optional<error>& failed,
         Listener heard = {}) noexcept
      : base(text, memory, notes, failed, heard) {}

  // At the end: tells who listens what ended the reading, too. Whether it was told nothing.
  [[nodiscard]] bool was_silent() noexcept {
    if (failed_) heard_.tell({.broken = *failed_});
    return !heard_.told;
  }

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
    const char* const start = in_.at;
    if (!read_typed(out, rules, where)) return false;
    // A number may stand in a string: read_number looks at its own text.
    constexpr bool number = std::is_arithmetic_v<T> && !std::same_as<T, bool>;
    return number || rules.also == nullptr ||
           holds(rules.also, start, in_.at, where, is_secret<T>(rules));
  }

  template <class T>
  bool read_typed(T& out, const rule& rules, const path* where) noexcept {
    if constexpr (reflected<T>)
      return read_object(out, rules, where);
    else if constexpr (is_array<T>)
      return read_array(out, rules, where);
    else if constexpr (std::same_as<T, raw_value>)
      return read_raw(out, where);
    else if constexpr (std::same_as<T, bool>)
      return read_boolean(out, rules, where);
    else if constexpr (std::is_arithmetic_v<T>)
      return read_number(out, rules, where);
    else
      return read_text(out, rules, where);
  }

  // --- objects

  template <reflected T>
  bool read_object(T& out, const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    if (in_.peek() != '{') return base::template mismatch<T>(rules, where);
    if (!enter(where)) return false;
    path here{where};
    progress<T> done{.mark = memory_.used()};
    for (bool first = true, more = true;;) {
      if (!in_.next_item('}', first, more)) return syntax(where);
      if (!more) break;
      if (!read_pair(out, here, done)) return false;
    }
    if constexpr (has_aliases<T>) {
      while (auto* const broken = done.spelled.first_broken())
        if (!fail_again(out, *broken, here, done.mark)) return false;
    }
    --depth_;
    for (std::size_t missing = done.seen.first_missing(required_of<T>); missing != no_member;
         missing = done.seen.first_missing(required_of<T>)) {
      here.name = member_name<T>(missing);
      if (!base::template offend<T>(errc::missing_member, in_.at - 1, rules, &here)) return false;
      done.seen.insert(missing);
    }
    // Not a comparison with nullptr: g++ with UBSan takes that for no constant.
    if constexpr (requires { reflect<T>::also; })
      return holds(reflect<T>::also, start, in_.at, where, is_secret<T>(rules));
    else
      return true;
  }

  // A name, a colon and a value. The name in `here` is spelled as the sender spells it.
  template <reflected T>
  bool read_pair(T& out, path& here, progress<T>& done) noexcept {
    const char* const start = in_.at;
    if (!read_string(here.name, here.up)) return false;
    const std::size_t key = find_key<T>(here.name, done.expected);
    const std::size_t member = member_of<T>(key);
    if constexpr (O.unknown == unknown_members::reject) {
      if (member == no_member &&
          !base::template offend<T>(errc::unknown_member, start, no_rule, &here))
        return false;
    }
    bool again = member != no_member && !done.seen.insert(member);
    if constexpr (has_aliases<T>) {
      if (member != no_member && keys_of<T>[key].group != no_member) {
        again = !done.spelled.insert(key);
        if (!again) return in_.colon() ? read_spelling(out, key, here, done) : syntax(&here);
      }
    }
    if (again) return fail(errc::duplicate_member, start, &here);
    if (!in_.colon()) return syntax(&here);
    if (member == no_member) return skip(&here);
    return read_member(out, member, &here);
  }

  template <reflected T>
  bool read_member(T& out, std::size_t member, const path* where) noexcept {
    return at_member<T>(member, [&]<std::size_t I>() { return read_known<I>(out, where); });
  }

  // What `use` answers for the member of that index.
  template <reflected T, class Use>
  static bool at_member(std::size_t member, Use use) noexcept {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      bool good = false;
      (void)((member == I && (good = use.template operator()<I>(), true)) || ...);
      return good;
    }
    (std::make_index_sequence<member_count<T>>{});
  }

  template <std::size_t I, reflected T>
  bool read_known(T& out, const path* where) noexcept {
    constexpr bool hides = std::get<I>(reflect<T>::members).rules.sensitive;
    if constexpr (!hides) return read_shown<I>(out, where);
    const path* const around = std::exchange(secret_, secret_ != nullptr ? secret_ : where);
    const bool good = read_shown<I>(out, where);
    return secret_ = around, good;
  }

  template <std::size_t I, reflected T>
  bool read_shown(T& out, const path* where) noexcept {
    static constexpr const auto& member = std::get<I>(reflect<T>::members);
    auto& slot = out.*member.pointer;
    using value = std::remove_reference_t<decltype(slot)>;
    constexpr bool always_there =
        member.rules.required && (!member.rules.nullable || std::same_as<value, raw_value>);
    static_assert(is_optional<value> || always_there || member.rules.defaulted,
                  "a member that may be absent or null must be a std::optional");
    if constexpr (is_optional<value> || always_there) {
      return read_or_drop<I, T>(slot, where);
    } else {
      std::optional<value> came;
      const bool good = read_or_drop<I, T>(came, where);
      if (came) slot = *came;
      return good;
    }
  }

  template <std::size_t I, reflected T, class Slot>
  bool read_or_drop(Slot& slot, const path* where) noexcept {
    static constexpr const rule& rules = std::get<I>(reflect<T>::members).rules;
    constexpr bool may_drop = rules.droppable || rules.drops_other_types;
    if constexpr (O.drop_invalid_members && may_drop && !rules.required)
      return read_droppable(slot, rules, where);
    else
      return read_slot(slot, rules, !rules.required, where);
  }

  // A value that breaks its rules is left out, noted, and gone over again for its syntax.
  template <class T>
  bool read_droppable(std::optional<T>& slot, const rule& rules, const path* where) noexcept {
    const state before = now();
    const auto read = [&] { return read_slot(slot, rules, true, where); };
    if (quietly(read)) return true;
    const bool other_type = failed_->code == errc::wrong_type &&
                            failed_->offset == static_cast<std::size_t>(before.at - begin_);
    if (!is_schema_error(failed_->code) || !(rules.droppable || other_type))
      return tell_again(before, read);
    notes_.count = before.notes;  // what was dropped within it goes with it
    notes_.add(*failed_);
    go_back(before);
    return skip(where);
  }

  // --- members of several spellings

  // What another spelling outdoes already is left out unread.
  template <reflected T>
  bool read_spelling(T& out, std::size_t key, const path& here, progress<T>& done) noexcept {
    auto& rival = done.spelled.of(key);
    if (key < rival.counts)
      return at_member<T>(member_of<T>(key),
                          [&]<std::size_t I>() { return read_rival<I>(out, key, here, rival); });
    if (!says_nothing()) note_spelling(in_.at, &here);
    return skip(&here);
  }

  template <std::size_t I, reflected T>
  bool read_rival(T& out, std::size_t key, const path& here,
                  typename spellings<T>::rival& rival) noexcept {
    const std::size_t outdone = rival.counts;
    if (outdone >= keys_of<T>.size()) return try_spelling<I>(out, key, here, rival);
    auto& slot = out.*std::get<I>(reflect<T>::members).pointer;
    const auto before = slot;
    const char* const start = in_.at;
    if (!try_spelling<I>(out, key, here, rival)) return false;
    const path other{here.up, keys_of<T>[outdone].name};
    if (rival.counts == outdone)
      slot = before;
    else
      note_spelling(start, &other);
    return true;
  }

  // A value that breaks the schema does so only if no better spelling comes: see fail_again.
  template <std::size_t I, reflected T>
  bool try_spelling(T& out, std::size_t key, const path& here,
                    typename spellings<T>::rival& rival) noexcept {
    auto& slot = out.*std::get<I>(reflect<T>::members).pointer;
    const state before = now();
    const bool is_absent = says_nothing();
    const auto read = [&] { return read_known<I>(out, &here); };
    if (quietly(read)) {
      if (is_there(slot)) rival.counts = key;
      return true;
    }
    if (!is_schema_error(failed_->code) || (is_first_spelling<T>(key) && !is_absent))
      return tell_again(before, read) && (rival.counts = key, true);
    slot = {};
    rival.refuse(key, is_absent, before.at);
    notes_.count = before.notes;
    if (!is_absent) notes_.add(*failed_);
    go_back(before);
    return skip(&here);
  }

  // Reads a value again that broke the schema, for its error. Nothing of the object is kept, so
  // that its part of the arena is free.
  template <reflected T>
  CALLGATE_NOINLINE bool fail_again(T& out, typename spellings<T>::rival& broken, path& here,
                                    std::size_t mark) noexcept {
    memory_.rewind(mark);
    here.name = keys_of<T>[broken.broken_key()].name;
    const char* const end = std::exchange(in_.at, broken.refused_at);
    const bool told = read_member(out, member_of<T>(broken.broken_key()), &here);
    in_.at = told ? end : in_.at;
    return broken.settle(), told;
  }

  template <class T>
  static bool is_there(const T& slot) noexcept {
    if constexpr (is_optional<T>)
      return slot.has_value();
    else
      return true;
  }

  // --- what is not there

  // A member, or an item of an array: a value, or nothing. Only members may be absent; items may be
  // null.
  template <class T>
  bool read_slot(T& out, const rule& rules, bool may_be_absent, const path* where) noexcept {
    if constexpr (is_optional<T>) {
      out.reset();
      bool absent = false;
      value_check also = rules.also;
      if constexpr (reflected<typename T::value_type>) also = check_of<typename T::value_type>();
      if (!read_absence(rules.nullable, also, may_be_absent, where, absent)) return false;
      if (absent || read_value(out.emplace(), rules, where)) return true;
      out.reset();
      return false;
    } else {
      return read_value(out, rules, where);
    }
  }

  // --- arrays

  template <class T, std::size_t N>
  bool read_array(arena_vector<T, N>& out, const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    if (in_.peek() != '[') return base::template mismatch<arena_vector<T, N>>(rules, where);
    if (!enter(where)) return false;
    const rule& items = rules.items != nullptr ? *rules.items : no_rule;
    path here{where, {}, 0};
    for (bool first = true, more = true;;) {
      if (!in_.next_item(']', first, more)) return syntax(where);
      if (!more) break;
      here.index = out.size();
      if (out.size() == rules.max_items) {
        if (!base::template offend<arena_vector<T, N>>(errc::too_many_items, start, rules, where))
          return false;
        if (!read_surplus<T>(items, here)) return false;
        break;
      }
      T* const item = out.push_back(memory_, array_room(rules.max_items, text_bytes_));
      if (item == nullptr) return fail(errc::arena_exhausted, in_.at, &here);
      if (!read_slot(*item, items, false, &here)) return false;
    }
    --depth_;
    return out.size() >= rules.min_items ||
           base::template offend<arena_vector<T, N>>(errc::too_few_items, start, rules, where);
  }

  // The items that are too many, to the end of the array, for who listens.
  template <class T>
  bool read_surplus(const rule& items, path& here) noexcept {
    if constexpr (base::listens) {
      for (bool first = false, more = true; more; ++here.index) {
        T spare{};
        const std::size_t mark = memory_.used();
        if (!read_slot(spare, items, false, &here)) return false;
        memory_.rewind(mark);
        if (!in_.next_item(']', first, more)) return syntax(here.up);
      }
    }
    return base::listens;
  }
};

}  // namespace callgate::json::detail
