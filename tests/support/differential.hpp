// SPDX-License-Identifier: Apache-2.0
// One text, read by every instruction set that this machine has and by the slow reference: what
// they do not agree about.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/instruction_set.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/json/validate.hpp>

#include "tests/support/exact_copy.hpp"
#include "tests/support/json_generator.hpp"
#include "tests/support/reference_json.hpp"
#include "tests/support/reference_reader.hpp"
#include "tests/support/same_value.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace callgate::test {

// What became of texts.
struct verdicts {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t dropped = 0;
};

// The instruction sets that can be run here.
inline std::span<const json::instruction_set> sets_here() {
  const auto best = static_cast<std::size_t>(json::best_instruction_set());
  return std::span{json::instruction_sets}.first(best + 1);
}

// The reference's view of a text.
struct reference_text {
  reference_text(std::string_view of, std::size_t max_depth) : text(of) {
    try {
      tree = reference_parser{of, max_depth}.document();
    } catch (const syntax_error& e) {
      broken = e;
    }
  }

  std::string_view text;
  dom tree{};
  std::optional<syntax_error> broken{};
};

inline std::string at(json::errc code, std::size_t offset) {
  return std::string{enum_name(code)} + " at byte " + std::to_string(offset);
}
inline std::string said(const std::optional<json::error>& e) {
  return e ? at(e->code, e->offset) + " in '" + std::string{e->pointer()} + "'" : "accepted";
}
inline std::string said(const std::optional<syntax_error>& e) {
  return e ? at(e->code, e->offset) : "accepted";
}
// A text as a C++ string, long ones cut.
inline std::string shown(std::string_view text) {
  static constexpr std::string_view digits = "01234567";
  std::string out = std::to_string(text.size()) + " bytes: \"";
  for (const char c : text.substr(0, 3000)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (byte >= 0x20 && byte < 0x7f)
      out += c;
    else
      out += {'\\', digits[byte >> 6], digits[byte >> 3 & 7], digits[byte & 7]};
  }
  return out + '"';
}

// The reference's pointer as an error tells it: cut where it is too long, but neither within a
// character nor within an escape.
inline std::string as_told(std::string pointer) {
  std::size_t kept = pointer.size();
  if (kept > limits::max_pointer_bytes) {
    kept = limits::max_pointer_bytes;
    while ((static_cast<unsigned char>(pointer[kept]) & 0xc0U) == 0x80U) --kept;
    if (pointer[kept - 1] == '~') --kept;
  }
  return pointer.substr(0, kept);
}

// One reading with an instruction set; what its value views lives in `text` and in `buffer`.
template <class T>
struct reading {
  std::string_view text{};
  std::span<std::byte> buffer{};
  T value{};
  json::drops notes{};
  std::optional<json::error> failed{};

  template <json::read_options O>
  void read(std::string_view of, std::span<std::byte> room, json::instruction_set with) {
    text = of, buffer = room;
    std::memset(static_cast<void*>(&value), 0x5a, sizeof value);  // what it held must not matter
    notes.count = 7;
    arena memory{room};
    failed = json::parse_into<T, O>(of, memory, value, notes, with);
  }

  // "", or what cannot be about this reading alone.
  [[nodiscard]] std::string fault() const {
    if (failed && failed->offset > text.size()) return "an offset beyond the text: " + said(failed);
    if (failed && failed->code == json::errc::arena_exhausted) return "arena_exhausted";
    const std::string_view memory{reinterpret_cast<const char*>(buffer.data()), buffer.size()};
    if (!failed && !texts_lie_within(value, text, memory)) return "a view of somewhere else";
    return "";
  }
};

template <class T>
std::string difference(const reading<T>& a, const reading<T>& b) {
  if (said(a.failed) != said(b.failed)) return said(a.failed) + " against " + said(b.failed);
  if (a.failed) return "";
  if (a.notes.count != b.notes.count || a.notes.first_pointer() != b.notes.first_pointer() ||
      (a.notes.count != 0 && a.notes.first != b.notes.first))
    return "other drops: " + std::to_string(a.notes.count) + " from " +
           std::string{a.notes.first_pointer()} + " against " + std::to_string(b.notes.count) +
           " from " + std::string{b.notes.first_pointer()};
  if (!same_value(a.value, b.value)) return "other values: " + dump(a.value) + dump(b.value);
  return "";
}

// A reader reports a schema error at once, so that it may precede the syntax error that the
// reference stops at.
inline std::string difference(const std::optional<json::error>& got, const syntax_error& want) {
  const std::string both = said(got) + ", the reference: " + at(want.code, want.offset);
  if (!got) return both;
  if (json::is_schema_error(got->code) || got->code == json::errc::duplicate_member)
    return got->offset <= want.offset ? "" : both;
  return got->code == want.code && got->offset == want.offset ? "" : both;
}

template <json::read_options O, class T>
std::string difference(const reading<T>& got, const reference_text& want) {
  if (want.broken) return difference(got.failed, *want.broken);
  static std::byte buffer[1 << 21];
  arena memory{buffer};
  reference_reader reader{want.text, memory, O};
  reading<T> other;
  try {
    reader.read_document(want.tree, other.value);
  } catch (const schema_error& e) {
    const std::string text = at(e.code, e.offset) + " in '" + as_told(e.pointer) + "'";
    return said(got.failed) == text ? "" : said(got.failed) + ", the reference: " + text;
  }
  other.notes.count = static_cast<std::uint32_t>(reader.dropped.size());
  if (!reader.dropped.empty()) other.notes.first = reader.dropped[0].code;
  if (!got.failed && other.notes.count != 0 &&
      got.notes.first_pointer() != as_told(reader.dropped[0].pointer))
    return "drops first " + std::string{got.notes.first_pointer()} +
           ", the reference: " + as_told(reader.dropped[0].pointer);
  other.notes.first_where = got.notes.first_where;
  return difference(got, other);
}

// A room for each instruction set's arena.
using rooms = std::array<std::span<std::byte>, json::instruction_sets.size()>;

// "", or how the readings of one text with every instruction set and the reference's differ. The
// text and the rooms, of arena_bytes_needed<T>(text.size()) bytes each, are where the caller wants
// them to be.
template <class T, json::read_options O>
std::string differences(std::string_view text, const rooms& arenas, verdicts& seen) {
  const reference_text want{text, O.max_depth};
  std::array<reading<T>, json::instruction_sets.size()> all;
  for (std::size_t i = 0; i < sets_here().size(); ++i) {
    all[i].template read<O>(text, arenas[i], sets_here()[i]);
    std::string bad = all[i].fault();
    if (bad.empty()) bad = i == 0 ? difference<O>(all[0], want) : difference(all[i], all[0]);
    if (!bad.empty())
      return std::string{json::name_of(sets_here()[i])} + ": " + bad + ", of " + shown(text);
  }
  ++(all[0].failed ? seen.refused : seen.accepted);
  if (!all[0].failed) seen.dropped += all[0].notes.count;
  return "";
}

// The same, of a copy of just the text's size, with arenas of just the size that is needed.
template <class T, json::read_options O>
std::string differences(std::string_view text, verdicts& seen) {
  const exact_copy copy{text};
  const std::size_t bytes = json::arena_bytes_needed<T>(text.size());
  std::array<std::unique_ptr<std::byte[]>, json::instruction_sets.size()> buffers;
  rooms arenas;
  for (std::size_t i = 0; i < sets_here().size(); ++i) {
    buffers[i].reset(new std::byte[bytes]);
    arenas[i] = {buffers[i].get(), bytes};
  }
  return differences<T, O>(copy.view(), arenas, seen);
}

// "", or how json::validate and the reference differ.
inline std::string syntax_differences(std::string_view text, std::size_t max_depth,
                                      verdicts& seen) {
  const exact_copy copy{text};
  const auto got = json::validate(copy.view(), max_depth);
  const reference_text want{copy.view(), max_depth};
  ++(got ? seen.refused : seen.accepted);
  const std::string ours = got ? at(got->code, got->offset) : "accepted";
  if (ours == said(want.broken)) return "";
  return ours + ", the reference: " + said(want.broken) + ", of " + shown(text);
}

// The first differences in random texts of that struct's shape, each as it is and damaged.
template <class T, json::read_options O>
std::string random_differences(std::uint32_t seed, std::size_t rounds, verdicts& whole,
                               verdicts& damaged) {
  json_generator generator{seed};
  std::string bad;
  for (std::size_t i = 0; i < rounds && bad.empty(); ++i) {
    const std::string text = generator.document<T>();
    bad = differences<T, O>(text, whole);
    for (int n = 0; n < 4 && bad.empty(); ++n)
      bad = differences<T, O>(generator.damage(text), damaged);
  }
  return bad;
}

}  // namespace callgate::test
