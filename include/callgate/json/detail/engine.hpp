// SPDX-License-Identifier: Apache-2.0
// The vector engine: reads what is plainly right, for every set of instructions. What it does not
// accept is for the exact reader, which alone says what is wrong.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/json/check_report.hpp>
#include <callgate/json/detail/engine_context.hpp>
#include <callgate/json/detail/engine_numbers.hpp>
#include <callgate/json/detail/engine_values.hpp>
#include <callgate/json/detail/key_table.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/instruction_set.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>
#include <callgate/json/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if CALLGATE_X86_64
#include <emmintrin.h>
#endif

namespace callgate::json::detail::engine {

#if CALLGATE_X86_64
// Reads all texts, 16 bytes at a time. Long ones it leaves to wider vectors first, if there are
// any.
namespace sse2 {
#include "engine/block_sse2.inc"
#include "engine/utf8.inc"
#include "engine/walk.inc"
#include "engine/strings.inc"
#include "engine/space.inc"
#include "engine/skip.inc"
#include "engine/values.inc"
#include "engine/object.inc"
#include "engine/in_order.inc"
#include "engine/document.inc"
}  // namespace sse2

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt")
#endif
namespace avx2 {
#include "engine/block_avx2.inc"
#include "engine/utf8.inc"
#include "engine/walk.inc"
#include "engine/mark.inc"
inline constexpr wide_vectors own{mark, decode<utf8_is::known>};
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(                                                                \
    __attribute__((target(                                                                   \
        "avx2,bmi,bmi2,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2"))), \
    apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2")
#endif
namespace avx512 {
#include "engine/instructions_avx512.inc"
#include "engine/block_avx512.inc"
#include "engine/utf8.inc"
#include "engine/mark.inc"
#include "engine/mark_avx512.inc"
#include "engine/decode_avx512.inc"
inline constexpr wide_vectors own{mark_ascii, decode};
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif  // CALLGATE_X86_64

#if CALLGATE_PORTABLE_ENGINE
// For any processor: 64-bit words for vectors.
namespace portable {
#include "engine/block_portable.inc"
#include "engine/utf8.inc"
#include "engine/walk.inc"
#include "engine/strings.inc"
#include "engine/space.inc"
#include "engine/skip.inc"
#include "engine/values.inc"
#include "engine/object.inc"
#include "engine/any_order.inc"
#include "engine/document.inc"
}  // namespace portable
#endif

// Demands: read_ahead bytes behind the text may be read.
[[gnu::always_inline]] inline bool read_padded(const object_layout& layout, std::string_view text,
                                               const read_options& options, arena& memory,
                                               void* out,
                                               [[maybe_unused]] instruction_set with) noexcept {
#if CALLGATE_X86_64
  const wide_vectors* wide = nullptr;
  if (with >= instruction_set::avx2 && text.size() >= CALLGATE_LOOK_OVER_FROM)
    wide = with == instruction_set::avx512 ? &avx512::own : &avx2::own;
  if (with >= instruction_set::sse2)
    return sse2::read_document(layout, text, options, memory, out, wide);
#endif
#if CALLGATE_PORTABLE_ENGINE
  return portable::read_document(layout, text, options, memory, out, nullptr);
#else
  return false;
#endif
}

// A page is readable as a whole or not at all.
[[nodiscard]] inline bool may_read_ahead(std::string_view text) noexcept {
  constexpr std::size_t page = 4096;
  const auto last = reinterpret_cast<std::uintptr_t>(text.data() + text.size()) - 1;
  return !CALLGATE_READS_ARE_WATCHED && (last & (page - 1)) + read_ahead < page;
}

[[gnu::noinline]] inline bool read_copy(const object_layout& layout, std::string_view text,
                                        const read_options& options, arena& memory, void* out,
                                        instruction_set with) noexcept {
  void* const place = memory.allocate(text.size() + read_ahead, 1);
  if (place == nullptr) return false;
  char* const copy = static_cast<char*>(place);
  std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, read_ahead);
  return read_padded(layout, {copy, text.size()}, options, memory, out, with);
}

// Whether the text was read into `out`. Otherwise nothing is known about it, and `out` is
// unspecified. Where what follows the text may not be read, a copy in the arena is.
[[gnu::noinline]] inline bool read(const object_layout& layout, std::string_view text,
                                   const read_options& options, arena& memory, void* out,
                                   instruction_set with) noexcept {
  if (text.empty()) return false;
  if (may_read_ahead(text)) return read_padded(layout, text, options, memory, out, with);
  return read_copy(layout, text, options, memory, out, with);
}

}  // namespace callgate::json::detail::engine

namespace callgate::json::detail {

template <reflected T>
constexpr in_order_reader in_order_for() noexcept {
#if CALLGATE_X86_64
  if constexpr (has_key_table<T>()) return &engine::sse2::read_in_order<T>;
#endif
  return nullptr;
}

}  // namespace callgate::json::detail
