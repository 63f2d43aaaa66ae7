// SPDX-License-Identifier: Apache-2.0
// What a library does for the benchmark, as the program that measures sees it. Each library is a
// module of its own, so that none inlines into another or shares its instructions with another.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parse_benchmark {

// At least this many bytes behind a document can be read: what simdjson asks for.
inline constexpr std::size_t padding_bytes = 64;

// A member of a payload, as text: what libraries are compared by.
struct member_text {
  std::string where;  // as in /data/data/0/id
  std::string what;
};

// What a library promises of a text that it accepts.
struct contract {
  bool decodes = false;          // escapes of every string that is kept
  bool checks_utf8 = false;      // everywhere
  bool checks_trailing = false;  // bytes after the value
  bool checks_skipped = false;   // values that nobody reads, to the last byte
  bool fills = true;             // a struct; else a document of its own, and nothing is validated

  [[nodiscard]] constexpr bool is_strict() const noexcept {
    return decodes && checks_utf8 && checks_trailing && checks_skipped && fills;
  }
};

// The task for one provider's payload.
struct job {
  std::string_view provider;
  // Before all else; the bytes of the longest document.
  void (*prepare)(std::size_t longest_bytes);
  // Every document into the same struct: how many were accepted. This is what is timed.
  std::size_t (*parse_all)(std::span<const std::string_view> documents);
  // What the struct holds after one document. False: it was refused, and `out` holds why.
  bool (*values)(std::string_view document, std::vector<member_text>& out);
};

struct method {
  std::string name;
  std::string version;
  std::string instructions;  // the set that it was told or chose
  bool ours = false;
  contract promises{};
  std::vector<job> jobs{};
};

}  // namespace parse_benchmark

// What a module is asked for, by this name.
extern "C" [[gnu::visibility("default")]] void parse_benchmark_methods(
    std::vector<parse_benchmark::method>& out);
