// SPDX-License-Identifier: Apache-2.0
// What has come of an object: which of its members, and under which of their names.
#pragma once

#include <callgate/json/detail/layout.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

namespace callgate::json::detail {

// A name of a member: by its rank, the first name's is 0 and counts most. nullptr: of none.
struct found_key {
  const member_layout* member = nullptr;
  std::uint32_t rank = 0;

  [[nodiscard]] std::string_view name() const noexcept {
    return rank == 0 ? member->name : member->aliases[rank - 1];
  }
  [[nodiscard]] std::size_t place() const noexcept { return member->first_key + rank; }
};

inline std::size_t rank_of(const member_layout& m, std::string_view name) noexcept {
  if (m.name == name) return 0;
  std::size_t rank = 1;
  for (const std::string_view alias : m.aliases) {
    if (alias == name) break;
    ++rank;
  }
  return rank;
}

// `next` is the member at which the search begins and, after a hit, the one behind it: senders keep
// an order.
inline found_key find_key(const object_layout& object, std::string_view name,
                          std::size_t& next) noexcept {
  const std::size_t n = object.members.size();
  for (std::size_t tried = 0; tried < n; ++tried) {
    const std::size_t i = next + tried < n ? next + tried : next + tried - n;
    const member_layout& m = object.members[i];
    const std::size_t rank = rank_of(m, name);
    if (rank > m.aliases.size()) continue;
    next = i + 1 < n ? i + 1 : 0;
    return {&m, static_cast<std::uint32_t>(rank)};
  }
  return {};
}

// The values of one member that came under its names, and which of them decides: that of the least
// rank which is neither absent nor dropped, wherever it stands in the text.
struct rivals {
  static constexpr std::uint32_t none = 0xffff'ffff;

  const char* refused_at = nullptr;
  std::uint32_t counts = none;   // rank of the value that is kept
  std::uint32_t refused = none;  // the least rank whose value broke the schema

  // `is_absent`: nothing was said, which matters only if no other name says something.
  void refuse(const found_key& key, bool is_absent, const char* at) noexcept {
    const std::uint32_t rank = is_absent ? key.rank + names_of(*key.member) : key.rank;
    if (rank < refused) refused = rank, refused_at = at;
  }
  [[nodiscard]] bool is_broken() const noexcept { return refused < counts; }
  void settle() noexcept { refused = counts; }  // what is broken has been told
  [[nodiscard]] found_key broken(const member_layout& m) const noexcept {
    return {&m, refused % names_of(m)};
  }

 private:
  static std::uint32_t names_of(const member_layout& m) noexcept {
    return 1 + static_cast<std::uint32_t>(m.aliases.size());
  }
};

constexpr std::size_t words_for(std::size_t bits) noexcept {
  return bits / 64 + 1;
}
constexpr std::size_t whole_words(std::size_t bytes) noexcept {
  return (bytes + 7) / 8 * 8;
}

// The room for what is kept of one object while it is read. Units: bytes.
constexpr std::size_t own_room(const object_layout& object) noexcept {
  return words_for(object.key_count()) * sizeof(std::uint64_t) +
         object.group_count() * sizeof(rivals);
}

// The same, and for all objects within a value, and for the values that rivals outdo.
constexpr std::size_t room_for(const value_layout& v) noexcept {
  if (v.is == shape::array) return room_for(*v.array->item);
  if (v.is != shape::object) return 0;
  std::size_t most = 0;
  for (const member_layout& m : v.object->members)
    most = std::max(most, room_for(*m.value) + (m.aliases.empty() ? 0 : whole_words(m.size)));
  return own_room(*v.object) + most;
}

class progress {
 public:
  // `room`: of own_room() bytes.
  progress(const object_layout& object, std::byte* room, std::size_t mark) noexcept
      : arena_mark(mark), came_(::new (room) std::uint64_t[words_for(object.key_count())]{}) {
    room += words_for(object.key_count()) * sizeof(std::uint64_t);
    for (std::size_t i = 0; i < object.group_count(); ++i, room += sizeof(rivals)) {
      rivals* const one = ::new (room) rivals{};
      if (i == 0) rivals_ = one;
    }
  }

  // False if it was there.
  bool insert(const found_key& key) noexcept {
    std::uint64_t& word = came_[key.place() / 64];
    const std::uint64_t bit = std::uint64_t{1} << key.place() % 64;
    const bool fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
  }

  // Whether it came, under any of its names.
  [[nodiscard]] bool has(const member_layout& m) const noexcept {
    const std::size_t end = m.first_key + 1 + m.aliases.size();
    for (std::size_t key = m.first_key; key != end; ++key)
      if ((came_[key / 64] >> key % 64 & 1) != 0) return true;
    return false;
  }

  // Demands: the member has aliases.
  [[nodiscard]] rivals& of(const member_layout& m) noexcept { return rivals_[m.group]; }

  std::size_t arena_mark;    // what was used before the object
  std::size_t expected = 0;  // the member whose name is looked for first

 private:
  std::uint64_t* came_;
  rivals* rivals_ = nullptr;
};

}  // namespace callgate::json::detail
