// SPDX-License-Identifier: Apache-2.0
// A task that an application expects callbacks for, and what a store says of it.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/provider/scalar.hpp>
#include <callgate/provider/stage.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace callgate::store {

struct context_value {
  std::string_view name;
  scalar value;  // null: forgets an earlier one
};

// Lifetime: borrowed until register_task() returns.
struct task_registration {
  std::string_view mount;
  std::string_view task_id;
  const record_set* records = nullptr;  // of the mount's provider
  std::int64_t attempt = 1;  // a higher one than before reopens the task, whatever it had come to
  std::span<const context_value> context{};  // added to what is there
  unix_micros now = 0;
};

struct registered_task {
  std::string id;  // of its history entry
  std::int64_t attempt = 1;
  bool created = false;   // nothing was known of it: no callback, no registration
  bool outdated = false;  // a later attempt is registered already: nothing was changed
  std::string stage{};    // empty: none yet
  task_status status = task_status::pending;
  std::int64_t callbacks = 0;  // that came before
};

}  // namespace callgate::store
