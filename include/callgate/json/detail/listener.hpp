// SPDX-License-Identifier: Apache-2.0
// Who is told each thing that is wrong with a text, so that the first does not end its reading.
#pragma once

#include <callgate/json/detail/layout.hpp>
#include <callgate/json/errc.hpp>
#include <callgate/json/offence.hpp>
#include <callgate/reflect/rule.hpp>

namespace callgate::json::detail {

struct listener {
  void* sink;
  bool (*hear)(void* sink, const offence& what);  // false: it has heard enough
  // demand_of: no code of those who only read.
  expectation (*demanded)(errc code, const value_layout& v, const rule& rules) noexcept;
  bool awake = true;  // asleep while a value is read that may be left out
  bool told = false;

  void tell(const offence& what) noexcept {
    told = true;
    if (hear != nullptr && !hear(sink, what)) hear = nullptr;
  }
};

}  // namespace callgate::json::detail
