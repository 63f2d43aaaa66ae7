// SPDX-License-Identifier: Apache-2.0
// From a member's name on the wire, aliases included, to its place in reflect<T>::members.
#pragma once

#include <callgate/reflect/reflect.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace callgate::json::detail {

inline constexpr std::size_t no_member = static_cast<std::size_t>(-1);

// The spellings of one member stand together, the one that counts most first.
struct key {
  std::string_view name{};
  std::size_t member = 0;
  std::size_t group = no_member;  // among the members that have aliases; no_member: it has none
};

template <reflected T>
constexpr std::size_t count_keys() noexcept {
  return std::apply(
      [](const auto&... m) { return (std::size_t{0} + ... + (1 + m.aliases.size())); },
      reflect<T>::members);
}

template <reflected T>
constexpr auto make_keys() noexcept {
  std::array<key, count_keys<T>()> keys{};
  std::size_t n = 0;
  std::size_t index = 0;
  std::size_t groups = 0;
  const auto add = [&](const auto& m) {
    const std::size_t group = m.aliases.empty() ? no_member : groups++;
    keys[n++] = {m.name, index, group};
    for (const std::string_view alias : m.aliases) keys[n++] = {alias, index, group};
    ++index;
  };
  std::apply([&add](const auto&... m) { (add(m), ...); }, reflect<T>::members);
  return keys;
}

template <reflected T>
inline constexpr auto keys_of = make_keys<T>();

template <reflected T>
inline constexpr bool has_aliases = keys_of<T>.size() != member_count<T>;

// Index into keys_of<T>, or no_member. `next` is where the search begins and, after a hit, the key
// behind it: senders keep an order.
template <reflected T>
constexpr std::size_t find_key(std::string_view name, std::size_t& next) noexcept {
  constexpr std::size_t n = keys_of<T>.size();
  for (std::size_t tried = 0; tried < n; ++tried) {
    const std::size_t i = next + tried < n ? next + tried : next + tried - n;
    if (keys_of<T>[i].name != name) continue;
    next = i + 1 < n ? i + 1 : 0;
    return i;
  }
  return no_member;
}

template <reflected T>
constexpr std::size_t member_of(std::size_t key) noexcept {
  if constexpr (has_aliases<T>)
    return key == no_member ? no_member : keys_of<T>[key].member;
  else
    return key;
}

// One bit per member of T.
template <reflected T>
class member_set {
 public:
  // False if it was there.
  constexpr bool insert(std::size_t member) noexcept {
    std::uint64_t& word = words_[member / 64];
    const std::uint64_t bit = std::uint64_t{1} << (member % 64);
    const bool fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
  }

  // The first member of `wanted` that is not here, or no_member.
  [[nodiscard]] constexpr std::size_t first_missing(const member_set& wanted) const noexcept {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (const std::uint64_t missing = wanted.words_[i] & ~words_[i]; missing != 0)
        return i * 64 + static_cast<std::size_t>(std::countr_zero(missing));
    return no_member;
  }

 private:
  std::array<std::uint64_t, member_count<T> / 64 + 1> words_{};
};

template <reflected T>
constexpr member_set<T> make_required() noexcept {
  member_set<T> set;
  std::size_t index = 0;
  const auto add = [&](const auto& m) {
    if (m.rules.required) set.insert(index);
    ++index;
  };
  std::apply([&add](const auto&... m) { (add(m), ...); }, reflect<T>::members);
  return set;
}

template <reflected T>
inline constexpr member_set<T> required_of = make_required<T>();

template <reflected T>
inline constexpr bool requires_nothing = member_set<T>{}.first_missing(required_of<T>) == no_member;

// Whether no other spelling of its member outdoes it.
template <reflected T>
constexpr bool is_first_spelling(std::size_t key) noexcept {
  return key == 0 || keys_of<T>[key - 1].member != keys_of<T>[key].member;
}

// The spellings of T's members that have come, and which of them decides: the first in the order of
// keys_of<T> whose value is neither absent nor dropped, wherever it stands in the text.
template <reflected T>
class spellings {
 public:
  static constexpr std::size_t count = keys_of<T>.size();

  struct rival {
    std::size_t counts = 2 * count;   // key of the value that is kept
    std::size_t refused = 2 * count;  // the least key whose value broke the schema, and
    const char* refused_at = nullptr;
    // `is_absent`: nothing was said, which matters only if no other spelling says something.
    constexpr void refuse(std::size_t key, bool is_absent, const char* at) noexcept {
      const std::size_t rank = is_absent ? key + count : key;
      if (rank < refused) refused = rank, refused_at = at;
    }
    [[nodiscard]] constexpr bool is_broken() const noexcept { return refused < counts; }
    constexpr void settle() noexcept { refused = counts; }  // what is broken has been told
    [[nodiscard]] constexpr std::size_t broken_key() const noexcept { return refused % count; }
  };

  // False if it was there.
  constexpr bool insert(std::size_t key) noexcept { return !std::exchange(came_[key], true); }
  [[nodiscard]] constexpr rival& of(std::size_t key) noexcept {
    return rivals_[keys_of<T>[key].group];
  }
  // The first member whose deciding spelling broke the schema; nullptr: there is none.
  [[nodiscard]] constexpr rival* first_broken() noexcept {
    for (rival& one : rivals_)
      if (one.is_broken()) return &one;
    return nullptr;
  }

 private:
  std::array<rival, std::max(std::size_t{1}, count - member_count<T>)> rivals_{};
  std::array<bool, count> came_{};
};

// What has come of an object.
template <reflected T>
struct progress {
  struct nothing {};

  member_set<T> seen{};
  std::size_t expected = 0;  // where the next key is looked for first
  std::size_t mark;          // of the arena
  [[no_unique_address]] std::conditional_t<has_aliases<T>, spellings<T>, nothing> spelled{};
};

// For messages.
template <reflected T>
constexpr std::string_view member_name(std::size_t member) noexcept {
  for (const key& k : keys_of<T>)
    if (k.member == member) return k.name;
  return {};
}

}  // namespace callgate::json::detail
