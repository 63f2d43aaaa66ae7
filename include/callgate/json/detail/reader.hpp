// SPDX-License-Identifier: Apache-2.0
// Reads a JSON text into generated structs and enforces their rules, in one pass.
//
//   document -> value -> object -> pair -> member (or drop) -> slot (or absence) -> value ...
//                                      \-> spelling (if it has several) -> member ...
//                     -> array  -> item -> slot -> value ...
//
// Driven by tables, so that its code is there once and not once a struct. Recursion follows the
// types, never the text: what the schema does not know is skipped without recursion.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/core/arena_vector.hpp>
#include <callgate/json/cursor.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/listener.hpp>
#include <callgate/json/detail/path.hpp>
#include <callgate/json/detail/progress.hpp>
#include <callgate/json/detail/scalar_reader.hpp>
#include <callgate/json/detail/shape.hpp>
#include <callgate/json/detail/slots.hpp>
#include <callgate/json/drops.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/json/skip.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace callgate::json::detail {

// Every read_ answers false after a failure, which is then in `failed`.
class reader : scalar_reader {
 public:
  // `room`: of room_for() bytes, aligned as std::uint64_t.
  reader(std::string_view text, const read_options& options, arena& memory, drops& notes,
         std::optional<error>& failed, std::byte* room, listener* heard) noexcept
      : scalar_reader(text, options, memory, notes, failed, room, heard) {}

  bool read_document(const value_layout& v, char* out) noexcept {
    in_.skip_space();
    if (!read_root(v, out)) return false;
    in_.skip_space();
    return in_.at == in_.end || fail(errc::trailing_bytes, in_.at, nullptr);
  }

 private:
  // A text of another shape leaves a struct empty that may be empty.
  bool read_root(const value_layout& v, char* out) noexcept {
    if (in_.peek() == '{' || !options_.drop_invalid_members || requires_something(*v.object))
      return read_object(v, no_rule, out, nullptr);
    const char* const start = in_.at;
    if (!skip(nullptr)) return false;
    make_all_absent(*v.object, out);
    note(errc::wrong_type, start, nullptr);
    return true;
  }

  static bool requires_something(const object_layout& object) noexcept {
    for (const member_layout& m : object.members)
      if (m.rules->required) return true;
    return false;
  }

  bool read_value(const value_layout& v, const rule& rules, char* out, const path* where) noexcept {
    const char* const start = in_.at;
    if (!read_typed(v, rules, out, where)) return false;
    // A number may stand in a string: read_number looks at its own text.
    return rules.also == nullptr || v.take_number != nullptr ||
           holds(rules.also, start, in_.at, where, is_secret(v, rules));
  }

  bool read_typed(const value_layout& v, const rule& rules, char* out, const path* where) noexcept {
    switch (v.is) {
      case shape::object: return read_object(v, rules, out, where);
      case shape::array: return read_array(v, rules, out, where);
      case shape::raw: return read_raw(v, out, where);
      case shape::boolean: return read_boolean(v, rules, out, where);
      case shape::text:
      case shape::name: return read_text(v, rules, out, where);
      default: return read_number(v, rules, out, where);
    }
  }

  // --- objects

  CALLGATE_NOINLINE bool read_object(const value_layout& v, const rule& rules, char* out,
                                     const path* where) noexcept {
    const object_layout& object = *v.object;
    const char* const start = in_.at;
    if (in_.peek() != '{') return mismatch(v, rules, where);
    if (!enter(where)) return false;
    make_all_absent(object, out);
    path here{where};
    progress done{object, room_, memory_.used()};
    room_ += own_room(object);
    for (bool first = true, more = true;;) {
      if (!next_item('}', first, more, where)) return false;
      if (!more) break;
      if (!read_pair(v, out, here, done)) return false;
    }
    if (!settle_names(object, out, here, done)) return false;
    --depth_;
    room_ -= own_room(object);
    return find_missing(v, rules, here, done) &&
           holds(object.also, start, in_.at, where, is_secret(v, rules));
  }

  bool find_missing(const value_layout& v, const rule& rules, path& here,
                    const progress& done) noexcept {
    for (const member_layout& m : v.object->members) {
      if (!m.rules->required || done.has(m)) continue;
      here.name = m.name;
      if (!offend(errc::missing_member, in_.at - 1, v, rules, &here)) return false;
    }
    return true;
  }

  // A name, a colon and a value. The name in `here` is spelled as the sender spells it.
  bool read_pair(const value_layout& v, char* out, path& here, progress& done) noexcept {
    const char* const start = in_.at;
    if (!read_string(here.name, here.up)) return false;
    const found_key key = find_key(*v.object, here.name, done.expected);
    const bool known = key.member != nullptr;
    if (!known && options_.unknown == unknown_members::reject &&
        !offend(errc::unknown_member, start, v, no_rule, &here))
      return false;
    if (known && !done.insert(key)) return fail(errc::duplicate_member, start, &here);
    if (!in_.colon()) return syntax(&here);
    if (!known) return skip(&here);
    if (!key.member->aliases.empty()) return read_named(key, out, here, done);
    return read_member(*key.member, out, &here);
  }

  CALLGATE_NOINLINE bool read_member(const member_layout& m, char* out,
                                     const path* where) noexcept {
    const path* const around = secret_;
    if (m.rules->sensitive && secret_ == nullptr) secret_ = where;
    const bool may_drop = options_.drop_invalid_members && !m.rules->required &&
                          (m.rules->droppable || m.rules->drops_other_types);
    const bool good = may_drop ? read_droppable(m, out, where) : read_slot(m, out, where);
    return secret_ = around, good;
  }

  // A value that breaks its rules is left out, noted, and gone over again for its syntax.
  bool read_droppable(const member_layout& m, char* out, const path* where) noexcept {
    const state before = now();
    const auto read = [&] { return read_slot(m, out, where); };
    if (quietly(read)) return true;
    const bool other_type = failed_->code == errc::wrong_type &&
                            failed_->offset == static_cast<std::size_t>(before.at - begin_);
    if (!is_schema_error(failed_->code) || !(m.rules->droppable || other_type))
      return tell_again(before, read);
    make_absent(m, out);
    notes_.count = before.notes;  // what was dropped within it goes with it
    notes_.add(*failed_);
    go_back(before);
    return skip(where);
  }

  // --- members of several names

  // What another name outdoes already is left out unread.
  CALLGATE_NOINLINE bool read_named(const found_key& key, char* out, const path& here,
                                    progress& done) noexcept {
    rivals& all = done.of(*key.member);
    if (key.rank < all.counts) return read_rival(key, out, here, all);
    if (!says_nothing()) note(errc::duplicate_member, in_.at, &here);
    return skip(&here);
  }

  bool read_rival(const found_key& key, char* out, const path& here, rivals& all) noexcept {
    if (all.counts == rivals::none) return try_name(key, out, here, all);
    const member_layout& m = *key.member;
    const found_key outdone{&m, all.counts};
    const char* const start = in_.at;
    std::byte* const before = std::exchange(room_, room_ + whole_words(m.size));
    std::memcpy(before, out + m.offset, m.size);
    if (!try_name(key, out, here, all)) return false;
    room_ = before;
    const path other{here.up, outdone.name()};
    if (all.counts == outdone.rank)
      std::memcpy(out + m.offset, before, m.size);
    else
      note(errc::duplicate_member, start, &other);
    return true;
  }

  // A value that breaks the schema does so only if no better name comes: see fail_again.
  bool try_name(const found_key& key, char* out, const path& here, rivals& all) noexcept {
    const member_layout& m = *key.member;
    const state before = now();
    const bool is_absent = says_nothing();
    const auto read = [&] { return read_member(m, out, &here); };
    if (quietly(read)) {
      if (!m.value->optional() || out[m.offset + m.value->flag] != 0) all.counts = key.rank;
      return true;
    }
    if (!is_schema_error(failed_->code) || (key.rank == 0 && !is_absent))
      return tell_again(before, read) && (all.counts = key.rank, true);
    make_absent(m, out);
    all.refuse(key, is_absent, before.at);
    notes_.count = before.notes;
    if (!is_absent) notes_.add(*failed_);
    go_back(before);
    return skip(&here);
  }

  // The members whose deciding name broke the schema.
  bool settle_names(const object_layout& object, char* out, path& here, progress& done) noexcept {
    if (object.group_count() == 0) return true;
    for (const member_layout& m : object.members)
      if (!m.aliases.empty() && done.of(m).is_broken() && !fail_again(m, out, here, done))
        return false;
    return true;
  }

  // Reads a value again that broke the schema, for its error. Nothing of the object is kept, so
  // that its part of the arena is free.
  CALLGATE_NOINLINE bool fail_again(const member_layout& m, char* out, path& here,
                                    progress& done) noexcept {
    memory_.rewind(done.arena_mark);
    rivals& all = done.of(m);
    here.name = all.broken(m).name();
    const char* const end = std::exchange(in_.at, all.refused_at);
    if (!read_member(m, out, &here)) return false;
    in_.at = end;
    return all.settle(), true;
  }

  // --- what is not there

  CALLGATE_NOINLINE bool read_slot(const member_layout& m, char* out, const path* where) noexcept {
    const bool may_lack = m.value->optional() || m.as_made != nullptr;
    make_absent(m, out);
    return read_slot(*m.value, *m.rules, out + m.offset, may_lack, !m.rules->required, where);
  }

  // A member, or an item of an array: a value, or nothing. Only members may be absent; items may be
  // null. `may_lack`: the slot need not hold a value.
  CALLGATE_NOINLINE bool read_slot(const value_layout& v, const rule& rules, char* slot,
                                   bool may_lack, bool may_be_absent, const path* where) noexcept {
    if (!may_lack) return read_value(v, rules, slot, where);
    const value_check also = v.is == shape::object ? v.object->also : rules.also;
    bool absent = false;
    if (!read_absence(rules.nullable, also, may_be_absent, where, absent)) return false;
    const bool good = absent || read_value(v, rules, slot, where);
    if (v.optional()) slot[v.flag] = good && !absent;
    return good;
  }

  // --- arrays

  CALLGATE_NOINLINE bool read_array(const value_layout& v, const rule& rules, char* out,
                                    const path* where) noexcept {
    const char* const start = in_.at;
    if (in_.peek() != '[') return mismatch(v, rules, where);
    if (!enter(where)) return false;
    const rule& items = rules.items != nullptr ? *rules.items : no_rule;
    const value_layout& item = *v.array->item;
    const std::size_t most = array_room(rules.max_items, text_bytes_);
    path here{where, {}, 0};
    item_room room{*v.array, out};
    for (bool first = true, more = true;; ++here.index) {
      if (!next_item(']', first, more, where)) return false;
      if (!more) break;
      if (here.index == rules.max_items) {
        if (!offend(errc::too_many_items, start, v, rules, where)) return false;
        if (!read_surplus(*v.array, items, out, here)) return false;
        break;
      }
      char* const slot = room.next(*v.array, most, memory_);
      if (slot == nullptr) return fail(errc::arena_exhausted, in_.at, &here);
      if (!read_slot(item, items, slot, item.optional(), false, &here)) return false;
    }
    --depth_;
    (void)room.close(out);
    return here.index >= rules.min_items || offend(errc::too_few_items, start, v, rules, where);
  }

  // The items that are too many, to the end of the array, for who listens: into the first one's
  // room, as nobody wants their values.
  bool read_surplus(const array_layout& array, const rule& items, char* out, path& here) noexcept {
    char* const spare = out + array.inline_offset;
    for (bool first = false, more = true; more; ++here.index) {
      const std::size_t mark = memory_.used();
      if (!read_slot(*array.item, items, spare, array.item->optional(), false, &here)) return false;
      memory_.rewind(mark);
      if (!next_item(']', first, more, here.up)) return false;
    }
    return true;
  }
};

template <read_options O>
constexpr read_options checked() noexcept {
  static_assert(O.max_depth >= 1 && O.max_depth <= max_nesting,
                "max_depth is 1 to json::max_nesting");
  return O;
}

// Nothing, or why the text is refused; then `out` is unspecified. A template for its room only.
template <std::size_t Room>
CALLGATE_NOINLINE std::optional<error> read_exactly(const value_layout& v, std::string_view text,
                                                    const read_options& options, arena& memory,
                                                    void* out, drops& notes,
                                                    listener* heard = nullptr) noexcept {
  alignas(std::uint64_t) std::array<std::byte, Room> room;
  std::optional<error> failed;
  reader in{text, options, memory, notes, failed, room.data(), heard};
  (void)in.read_document(v, static_cast<char*>(out));
  return failed;
}

}  // namespace callgate::json::detail
