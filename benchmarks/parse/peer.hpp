// SPDX-License-Identifier: Apache-2.0
// The task by another library: its document, from which the same structs are filled as ours are.
#pragma once

#include "fill.hpp"
#include "flatten.hpp"
#include "providers.hpp"  // written for the schemas that are measured: which ones
#include "task.hpp"

#include <callgate/core/arena.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace parse_benchmark {

// Of parsers that read all of a text and decode what they read.
inline constexpr contract reads_everything{.decodes = true,
                                           .checks_utf8 = true,
                                           .checks_trailing = true,
                                           .checks_skipped = true,
                                           .fills = peers_fill};

// Library is as filler wants it, is reused for all documents, and has
//   void prepare(std::size_t longest_bytes)
//   bool with_document(std::string_view text, use)   use(value&) -> whether it was right; false
//                                                    also when the text is refused
//   bool raw_as_text                                 raw() writes text, for comparing
template <class Library, class Provider>
class peer {
  using payload = typename Provider::payload;
  static inline Library library{};
  static constexpr std::size_t room_bytes = 1 << 20;  // for arrays beyond their inline room
  static inline payload out{};
  static inline std::vector<std::byte> room{};

  static bool parse(std::string_view document) {
    callgate::arena memory{room};
    if constexpr (peers_fill) {
      out = payload{};
      return library.with_document(document, [&](auto& root) {
        return filler<Library, Provider::tolerance>{library, memory}.read(root, out);
      });
    } else {
      return library.with_document(document, [](auto&) { return true; });
    }
  }

  static void prepare(std::size_t longest_bytes) {
    library.prepare(longest_bytes);
    room.resize(room_bytes);
  }

  static std::size_t parse_all(std::span<const std::string_view> documents) {
    library.raw_as_text = false;
    std::size_t good = 0;
    for (const std::string_view document : documents) {
      good += parse(document);
      asm volatile("" ::"r"(&out) : "memory");
    }
    return good;
  }

  static bool values(std::string_view document, std::vector<member_text>& found) {
    library.raw_as_text = true;
    if (!parse(document)) return found.push_back({"", "refused"}), false;
    if constexpr (peers_fill) flattener{found}.add("", out);
    return true;
  }

 public:
  static constexpr job make() noexcept { return {Provider::name, &prepare, &parse_all, &values}; }
};

template <class Library>
std::vector<job> peer_jobs() {
  return std::apply(
      [](auto... provider) {
        return std::vector<job>{peer<Library, decltype(provider)>::make()...};
      },
      compared{});
}

}  // namespace parse_benchmark
