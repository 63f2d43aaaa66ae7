// SPDX-License-Identifier: Apache-2.0
// Who hears what a reader finds: nobody, and the first offence ends the reading; or a sink that is
// told each.
#pragma once

#include <callgate/json/offence.hpp>

namespace callgate::json::detail {

struct no_listener {};

// Sink: bool operator()(const offence&); false: it has heard enough.
template <class Sink>
struct listener {
  Sink* sink;
  bool awake = true;  // asleep while a value is read that may be left out
  bool told = false;

  void tell(const offence& what) noexcept {
    told = true;
    if (sink != nullptr && !(*sink)(what)) sink = nullptr;
  }
};

}  // namespace callgate::json::detail
