// SPDX-License-Identifier: Apache-2.0
// Which of the members that a schema names have come, and the one that chooses a branch of oneOf.
#pragma once

#include <callgate/json/skip.hpp>
#include <callgate/schema/equal.hpp>
#include <callgate/schema/node.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::schema::detail {

class known_keys {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] bool has(std::size_t key) const noexcept {
    return (seen_[key / 64] >> (key % 64) & 1) != 0;
  }
  void add(std::size_t key) noexcept { seen_[key / 64] |= std::uint64_t{1} << (key % 64); }

  // The place of a name among the rules' keys.
  std::size_t find(const object_rules& rules, const json::string_token& name) noexcept {
    const std::size_t size = rules.keys.size();
    for (std::size_t tried = 0; tried < size; ++tried) {
      const std::size_t at = next_ + tried < size ? next_ + tried : next_ + tried - size;
      if (!is_named(name, rules.keys[at].name)) continue;
      next_ = at + 1 < size ? at + 1 : 0;
      return at;
    }
    return none;
  }

 private:
  key_set seen_{};
  std::size_t next_ = 0;  // where the search begins: senders keep an order
};

// The value of an object's first member of that name, wherever it stands.
[[nodiscard]] inline std::optional<json::cursor> find_member(json::cursor in,
                                                             std::string_view name) noexcept {
  ++in.at;
  for (bool first = true; go_on(in, '}', first); (void)json::skip_value(in, json::max_nesting))
    if (is_named(take_key(in), name)) return in;
  return std::nullopt;
}

// The branch that a discriminator's value names; nullptr: none is.
[[nodiscard]] inline const branch* find_branch(const discriminator& chooses,
                                               json::cursor value) noexcept {
  json::string_token name;
  if (value.peek() != '"' || !json::scan_string(value, name)) return nullptr;
  for (const branch& each : chooses.branches)
    if (is_named(name, each.name)) return &each;
  return nullptr;
}

}  // namespace callgate::schema::detail
