// SPDX-License-Identifier: Apache-2.0
// What a check of a value's own text has found: the first thing, or each on demand.
#pragma once

#include <callgate/json/error.hpp>
#include <callgate/json/offence.hpp>

namespace callgate::json {

// Offsets and pointers begin at the value.
struct check_report {
  error broken{};  // the first, where nobody hears the others

  // On demand, called for each; then `broken` says nothing.
  void (*hear)(void* ear, const offence& what) = nullptr;
  void* ear = nullptr;
};

}  // namespace callgate::json
