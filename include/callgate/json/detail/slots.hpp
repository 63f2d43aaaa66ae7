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

[[gnu::noinline]] inline void put_number(void* slot, std::size_t bytes,
                                         std::size_t number) noexcept {
  switch (bytes) {
    case 1: return put(slot, 0, static_cast<std::uint8_t>(number));
    case 2: return put(slot, 0, static_cast<std::uint16_t>(number));
    case 4: return put(slot, 0, static_cast<std::uint32_t>(number));
    default: return put(slot, 0, static_cast<std::uint64_t>(number));
  }
}

// The place of a name from `i` on, or how many there are.
[[gnu::noinline]] inline std::size_t find_name_from(std::size_t i, const name_layout& layout,
                                                    std::string_view name) noexcept {
  while (i != layout.names.size() && layout.names[i] != name) ++i;
  return i;
}

// `i`: its place, or how many there are: false then, unless the enum is open.
[[gnu::always_inline]] inline bool put_name(const name_layout& layout, std::size_t i,
                                            std::string_view name, char* slot) noexcept {
  const bool known = i != layout.names.size();
  char* const number = slot + layout.known_at;
  if (layout.open) {
    put(slot + layout.text_at, 0, name);
    number[layout.bytes] = static_cast<char>(known);
  }
  if (!known) return layout.open;
  if (layout.bytes == 1) return *number = static_cast<char>(i), true;
  return put_number(number, layout.bytes, i), true;
}

// Where the items of one array go while they are read.
class item_room {
 public:
  item_room(const array_layout& layout, void* array) noexcept
      : x_next{static_cast<char*>(array) + layout.inline_offset},
        x_full{x_next + layout.inline_items * layout.item_bytes},
        x_capacity{layout.inline_items} {}

  // Where the next item goes; nullptr: there is no room. `most`: items that may come in all.
  [[gnu::always_inline]] char* next(const array_layout& layout, std::size_t most,
                                    arena& memory) noexcept {
    if (x_next == x_full) {
      *this = spilled(*this, layout, most, memory);
      if (x_next == x_full) return nullptr;
    }
    ++x_size;
    char* const item = x_next;
    x_next += layout.item_bytes;
    return item;
  }

  // To be called behind the last one. Answers how many there are.
  std::size_t close(void* array) const noexcept {
    std::size_t size = x_size;
    asm("" : "+r"(size));  // else two words are loaded at once and wait for the store of this one
    put(array, 0, arena_array{x_spilled, size, x_capacity});
    return size;
  }

 private:
  // One in which all that may come have room, or the same. By value, so that others stay in
  // registers.
  [[gnu::noinline]] static item_room spilled(item_room from, const array_layout& layout,
                                             std::size_t most, arena& memory) noexcept {
    if (from.x_spilled != nullptr) return from;
    const std::size_t room = most > from.x_size ? most : from.x_size + 1;
    void* const place = memory.allocate_room(room, layout.item_bytes, layout.item_alignment);
    if (place == nullptr) return from;
    const std::size_t bytes = from.x_size * layout.item_bytes;
    std::memcpy(place, from.x_next - bytes, bytes);
    from.x_capacity = room;
    from.x_spilled = place;
    from.x_next = static_cast<char*>(place) + bytes;
    from.x_full = static_cast<char*>(place) + room * layout.item_bytes;
    return from;
  }

  char* x_next;
  char* x_full;
  void* x_spilled = nullptr;
  std::size_t x_size = 0;
  std::size_t x_capacity;
};

inline void make_absent(const member_layout& m, char* out) noexcept {
  if (m.flag != 0)
    out[m.flag] = 0;
  else if (m.as_made != nullptr)
    std::memcpy(out + m.offset, m.as_made, m.size);
}

inline void make_all_absent(const object_layout& layout, char* out) noexcept {
  for (const member_layout& m : layout.members) make_absent(m, out);
}

}  // namespace callgate::json::detail
