// SPDX-License-Identifier: Apache-2.0
// Where a store says what its database refused outside of any callback.
#pragma once

#include <string_view>

namespace callgate::store {

// A plain function, so that options stay values. Threads: called on the store's writer thread,
// which it must not hold up.
struct refusal_log {
  void (*write)(void* to, std::string_view text) = nullptr;
  void* to = nullptr;

  void tell(std::string_view text) const {
    if (write != nullptr) write(to, text);
  }
};

}  // namespace callgate::store
