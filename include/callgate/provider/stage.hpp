// SPDX-License-Identifier: Apache-2.0
// How far a task has come, as its provider tells it.
#pragma once

#include <callgate/core/duration.hpp>
#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate {

enum class task_status : std::uint8_t { pending, processing, completed, failed };

template <>
struct enum_names<task_status> {
  static constexpr std::array<std::string_view, 4> names{"pending", "processing", "completed",
                                                         "failed"};
};

// One stage of a provider. Ranks are distinct: a task moves to a stage only if its rank is at least
// the task's.
struct stage {
  std::string_view name;
  std::uint8_t rank = 0;  // 1.. ; 0 is "no stage yet"
  task_status status = task_status::pending;
  bool terminal = false;
  // For so long an earlier callback of the task may have brought what this stage requires; zero:
  // each callback must bring it itself.
  std::chrono::microseconds or_earlier{};
  std::chrono::microseconds expected{0};  // after the task's first sign; zero: nothing is said
};

// "No stage": the callback does not say one.
inline constexpr std::int16_t no_stage = -1;

}  // namespace callgate
