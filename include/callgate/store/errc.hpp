// SPDX-License-Identifier: Apache-2.0
// Why a store could not do it.
#pragma once

#include <callgate/core/result.hpp>
#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate::store {

enum class errc : std::uint8_t {
  ok,         // it is done, and durable
  not_open,   // still opening or migrating; try again in a moment
  stopped,    // the store was stopped
  disk_full,  // no space left; free some, the store recovers by itself
  io_error,   // the operating system failed to read, write or sync; see the system's log
  corrupt,    // the database is damaged; restore it from a backup
  busy,       // somebody else holds the database's lock for too long
  rejected,   // the database refuses this row (a constraint or a trigger); others are not concerned
  passive,    // another process holds the data folder; ask that one, or this one later
};

}  // namespace callgate::store

template <>
struct callgate::enum_names<callgate::store::errc> {
  static constexpr std::array<std::string_view, 9> names{"ok",        "not_open", "stopped",
                                                         "disk_full", "io_error", "corrupt",
                                                         "busy",      "rejected", "passive"};
};
