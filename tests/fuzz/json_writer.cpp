// SPDX-License-Identifier: Apache-2.0
// What the writer makes of any bytes is JSON, fits the room that it needs to the byte, and reads
// back as what was written. The first eight bytes are the numbers.
#include <callgate/json/string_writer.hpp>
#include <callgate/json/writer.hpp>
#include <callgate/reflect/reflect.hpp>

#include "tests/fuzz/must.hpp"
#include "tests/support/differential.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace callgate::fuzz {

struct written {
  std::string_view text{};
  std::int64_t i64{};
  std::uint64_t u64{};
  std::optional<double> f64{};
  std::optional<float> f32{};
};

}  // namespace callgate::fuzz

template <>
struct callgate::reflect<callgate::fuzz::written> {
  using self = fuzz::written;
  static constexpr std::string_view name = "Written";
  static constexpr auto members = std::tuple{member{"text", &self::text, rule{.required = true}},
                                             member{"i64", &self::i64, rule{.required = true}},
                                             member{"u64", &self::u64, rule{.required = true}},
                                             member{"f64", &self::f64, rule{.nullable = true}},
                                             member{"f32", &self::f32, rule{.nullable = true}}};
};

namespace {

using namespace callgate;
using fuzz::must, fuzz::must_be_empty, fuzz::written;

// Is that one character of UTF-8? Decoded by its bit pattern first, judged by its value then.
bool is_character(std::string_view text) {
  const auto byte = [text](std::size_t i) -> unsigned {
    return static_cast<unsigned char>(text[i]);
  };
  const std::size_t size = byte(0) < 0x80         ? 1
                           : byte(0) >> 5 == 0x6  ? 2
                           : byte(0) >> 4 == 0xe  ? 3
                           : byte(0) >> 3 == 0x1e ? 4
                                                  : 0;
  if (size != text.size()) return false;
  unsigned value = size == 1 ? byte(0) : byte(0) & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (byte(i) >> 6 != 0x2) return false;
    value = value << 6 | (byte(i) & 0x3f);
  }
  constexpr unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
  return value >= least[size] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

// How many bytes stand at the begin of some: one character, or the longest part of one (at least a
// byte) that could have gone on to be one, which is tried: if any end does, one of these does.
std::size_t step(std::string_view bytes, bool& good) {
  good = true;
  for (std::size_t n = 1; n <= std::min<std::size_t>(bytes.size(), 4); ++n)
    if (is_character(bytes.substr(0, n))) return n;
  good = false;
  if (static_cast<unsigned char>(bytes[0]) < 0xe0) return 1;
  for (std::size_t n = std::min<std::size_t>(bytes.size(), 3); n > 1; --n)
    for (const char* const rest : {"\x80", "\x80\x80"})
      if (is_character(std::string{bytes.substr(0, n)} + rest)) return n;
  return 1;
}

// The text with U+FFFD for what is not UTF-8.
std::string repaired(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    bool good = false;
    const std::size_t n = step(text, good);
    out += good ? text.substr(0, n) : std::string_view{"\xef\xbf\xbd"};
    text.remove_prefix(n);
  }
  return out;
}

template <class Writer>
void write(Writer& out, const written& value) {
  out.begin_object();
  out.key("text"), out.string(value.text);
  out.key("i64"), out.integer(value.i64);
  out.key("u64"), out.unsigned_integer(value.u64);
  out.key("f64"), out.number(*value.f64);
  out.key("f32"), out.number(*value.f32);
  out.key(value.text), out.begin_array(), out.string(value.text), out.end_array();
  out.end_object();
}

// A buffer of just the size is enough; smaller ones overflow, and keep a part of the text.
void check_room(std::string_view want, const written& value) {
  for (const std::size_t size : {want.size(), want.size() - 1, want.size() / 2, std::size_t{0}}) {
    const std::unique_ptr<char[]> room{new char[size]};
    json::writer out{{room.get(), size}};
    write(out, value);
    must(out.overflowed() == (size < want.size()), "a room's size is not what was said");
    must(want.starts_with(out.view()), "the writer and the string_writer differ");
    must(size < want.size() || out.view() == want, "something is missing");
  }
}

template <class Float>
std::optional<Float> as_read(Float value) {
  return std::isfinite(value) ? std::optional{value} : std::nullopt;
}

void check_read(std::string_view text, const written& value) {
  written want = value;
  const std::string kept = repaired(value.text);
  want.text = kept, want.f64 = as_read(*value.f64), want.f32 = as_read(*value.f32);
  const std::size_t bytes = json::arena_bytes_needed<written>(text.size());
  const std::unique_ptr<std::byte[]> buffer{new std::byte[bytes]};
  test::reading<written> got;  // with the best instruction set: they do not differ
  got.read<json::read_options{}>(text, {buffer.get(), bytes}, json::best_instruction_set());
  must(!got.failed, "what was written is refused");
  must(test::same_value(got.value, want), "what is read is not what was written");
}

written value_of(std::string_view bytes) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), std::min(bytes.size(), sizeof bits));
  return {.text = bytes.substr(std::min(bytes.size(), sizeof bits)),
          .i64 = std::bit_cast<std::int64_t>(bits),
          .u64 = bits,
          .f64 = std::bit_cast<double>(bits),
          .f32 = std::bit_cast<float>(static_cast<std::uint32_t>(bits))};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const test::exact_copy input{{reinterpret_cast<const char*>(data), size}};
  const written value = value_of(input.view());
  // A key that is a member's name would be that member twice.
  for (const char* const name : {"text", "i64", "u64", "f64", "f32"})
    if (value.text == name) return 0;
  std::string text;
  json::string_writer out{text};
  write(out, value);
  test::verdicts seen;
  must_be_empty(test::syntax_differences(text, 8, seen));
  must(seen.accepted == 1, "what was written is no JSON");
  must_be_empty(test::differences<written, json::read_options{}>(text, seen));
  check_read(text, value);
  check_room(text, value);
  return 0;
}
