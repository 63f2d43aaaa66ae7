// SPDX-License-Identifier: Apache-2.0
// The vector instructions that the reader has code for, and those that this machine has.
#pragma once

#include <callgate/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::json {

// Each has what the ones before it have. Every set gives the same verdicts and values.
enum class instruction_set : std::uint8_t {
  portable,  // any processor; on x86-64 that is the exact reader alone
  sse2,      // every x86-64
  avx2,      // with BMI1, BMI2 and POPCNT
  avx512,    // F, BW, VL, DQ, VBMI and VBMI2
};

inline constexpr std::array instruction_sets{instruction_set::portable, instruction_set::sse2,
                                             instruction_set::avx2, instruction_set::avx512};

[[nodiscard]] constexpr std::string_view name_of(instruction_set set) noexcept {
  constexpr std::array<std::string_view, 4> names{"portable", "SSE2", "AVX2", "AVX-512"};
  return names[static_cast<std::size_t>(set)];
}

// The best that this machine has. Cost: the processor is asked once.
[[nodiscard]] inline instruction_set best_instruction_set() noexcept {
#if CALLGATE_X86_64
  static const instruction_set best = [] {
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    const bool avx512 =
        avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
    return avx512 ? instruction_set::avx512 : avx2 ? instruction_set::avx2 : instruction_set::sse2;
  }();
  return best;
#else
  return instruction_set::portable;
#endif
}

}  // namespace callgate::json
