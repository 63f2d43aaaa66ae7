// SPDX-License-Identifier: Apache-2.0
// What a store tells its operator without being asked.
#pragma once

#include <cstdint>

namespace callgate::store {

struct notice {
  enum class kind : std::uint8_t {
    lock_acquired,      // the data folder is ours
    passive,            // another process holds it; callbacks go to a spool
    drained,            // what spools held is in the database: active from now on
    spool_unreadable,   // a spool could not be read to its end; it is left where it is
    disk_floor,         // less space is free than the floor: callbacks are refused
    disk_floor_passed,  // there is enough again
  };

  kind what;
  std::int64_t number = 0;  // the holder's process (0: unknown), callbacks drained, bytes free
};

}  // namespace callgate::store
