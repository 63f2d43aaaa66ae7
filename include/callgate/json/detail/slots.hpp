// SPDX-License-Identifier: Apache-2.0
// What readers write into the slots of generated structs, whose layouts they know only while they
// run.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/arena_vector.hpp>
#include <callgate/json/detail/layout.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace callgate::json::detail {

// A value into its slot. `flag`: of the slot's value_layout.
template <class T>
[[gnu::always_inline]] inline void put(void* slot, std::uint32_t flag, T value) noexcept {
  std::memcpy(slot, &value, sizeof value);
  if (flag != 0) static_cast<char*>(slot)[flag] = 1;
}

inline void put_number(void* slot, std::size_t bytes, std::size_t number) noexcept {
  switch (bytes) {
    case 1: return put(slot, 0, static_cast<std::uint8_t>(number));
    case 2: return put(slot, 0, static_cast<std::uint16_t>(number));
    case 4: return put(slot, 0, static_cast<std::uint32_t>(number));
    default: return put(slot, 0, static_cast<std::uint64_t>(number));
  }
}

// Without a call for a few bytes.
[[gnu::always_inline]] inline bool same_text(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  std::size_t i = 0;
  for (std::uint64_t x = 0, y = 0; i + 8 <= a.size(); i += 8) {
    std::memcpy(&x, a.data() + i, 8);
    std::memcpy(&y, b.data() + i, 8);
    if (x != y) return false;
  }
  while (i != a.size() && a[i] == b[i]) ++i;
  return i == a.size();
}

// False: the enum is not open and does not have that name.
[[gnu::noinline]] inline bool take_name(const value_layout& v, std::string_view name,
                                        char* slot) noexcept {
  const name_layout& layout = *v.name;
  std::size_t i = 0;
  while (i != layout.names.size() && !same_text(layout.names[i], name)) ++i;
  const bool known = i != layout.names.size();
  if (layout.open) {
    put(slot + layout.text_at, 0, name);
    if (known) put_number(slot + layout.known_at, layout.bytes, i);
    slot[layout.known_at + layout.bytes] = static_cast<char>(known);
  } else if (known) {
    put_number(slot, layout.bytes, i);
  }
  if (v.optional()) slot[v.flag] = 1;
  return known || layout.open;
}

inline void start_array(const array_layout& layout, void* array) noexcept {
  put(array, 0, arena_array{nullptr, 0, layout.inline_items});
}

// Room for one more item; nullptr: there is none.
inline char* push_item(const array_layout& layout, void* array, arena& memory,
                       std::size_t most) noexcept {
  auto& head = *static_cast<arena_array*>(array);
  char* const inline_room = static_cast<char*>(array) + layout.inline_offset;
  if (head.size == layout.inline_items && head.spilled == nullptr) {
    const std::size_t room = most > head.size ? most : head.size + 1;
    void* const place = memory.allocate_room(room, layout.item_bytes, layout.item_alignment);
    if (place == nullptr) return nullptr;
    std::memcpy(place, inline_room, head.size * layout.item_bytes);
    head.spilled = place, head.capacity = room;
  }
  if (head.size == head.capacity) return nullptr;
  char* const items = head.spilled != nullptr ? static_cast<char*>(head.spilled) : inline_room;
  return items + head.size++ * layout.item_bytes;
}

inline void make_absent(const member_layout& m, char* out) noexcept {
  if (m.as_made != nullptr)
    std::memcpy(out + m.offset, m.as_made, m.size);
  else if (m.value->optional())
    out[m.offset + m.value->flag] = 0;
}

inline void make_all_absent(const object_layout& layout, char* out) noexcept {
  for (const member_layout& m : layout.members) make_absent(m, out);
}

}  // namespace callgate::json::detail
