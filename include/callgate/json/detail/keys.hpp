// SPDX-License-Identifier: Apache-2.0
// From a member's name on the wire, aliases included, to its place in reflect<T>::members.
#pragma once

#include <callgate/reflect/reflect.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

namespace callgate::json::detail {

struct key {
  std::string_view name{};
  std::size_t member = 0;
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
  const auto add = [&](const auto& m) {
    keys[n++] = {m.name, index};
    for (const std::string_view alias : m.aliases) keys[n++] = {alias, index};
    ++index;
  };
  std::apply([&add](const auto&... m) { (add(m), ...); }, reflect<T>::members);
  return keys;
}

template <reflected T>
inline constexpr auto keys_of = make_keys<T>();

inline constexpr std::size_t no_member = static_cast<std::size_t>(-1);

// `next` is where the search begins and, after a hit, the key behind it: senders keep an order.
template <reflected T>
constexpr std::size_t find_key(std::string_view name, std::size_t& next) noexcept {
  constexpr std::size_t n = keys_of<T>.size();
  for (std::size_t tried = 0; tried < n; ++tried) {
    const std::size_t i = next + tried < n ? next + tried : next + tried - n;
    if (keys_of<T>[i].name != name) continue;
    next = i + 1 < n ? i + 1 : 0;
    return keys_of<T>[i].member;
  }
  return no_member;
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

// For messages.
template <reflected T>
constexpr std::string_view member_name(std::size_t member) noexcept {
  for (const key& k : keys_of<T>)
    if (k.member == member) return k.name;
  return {};
}

}  // namespace callgate::json::detail
