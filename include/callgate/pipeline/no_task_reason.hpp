// SPDX-License-Identifier: Apache-2.0
// Why no task could be told, for people: where it was looked for, and what the body has instead.
#pragma once

#include <callgate/core/utf8_prefix.hpp>
#include <callgate/json/members.hpp>
#include <callgate/json/raw_value.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace callgate {

namespace detail {

// Appends what fits, whole characters only.
struct cut_line {
  std::span<char> room;
  std::size_t size = 0;

  void add(std::string_view text) noexcept {
    size += utf8_prefix(text, room.size() - size).copy(room.data() + size, room.size() - size);
  }
};

}  // namespace detail

// "nothing in the request names a task: looked at /id, query task; the body has a, b". Names of the
// body's own members only, never a value, and so many as are enough to know the sender by.
// Lifetime: a view of room. Cost: no heap; one pass over the body.
[[nodiscard]] inline std::string_view no_task_reason(std::span<const std::string_view> places,
                                                     std::string_view body, std::span<char> room) {
  constexpr std::size_t max_names = 12, max_name_bytes = 24;
  detail::cut_line out{room};
  out.add("nothing in the request names a task: looked at ");
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i != 0) out.add(", ");
    out.add(places[i]);
  }
  std::size_t names = 0;
  const bool is_object = json::for_each_member({body}, [&](std::string_view name, auto) {
    if (++names > max_names + 1) return;
    out.add(names == 1 ? "; the body has " : ", ");
    if (names > max_names) return out.add("...");
    const std::string_view cut = utf8_prefix(name, max_name_bytes);
    out.add(cut);
    if (cut.size() < name.size()) out.add("...");
  });
  if (!is_object) out.add("; the body is no object");
  if (is_object && names == 0) out.add("; the body is empty");
  return {room.data(), out.size};
}

}  // namespace callgate
