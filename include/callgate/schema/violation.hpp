// SPDX-License-Identifier: Apache-2.0
// What a value breaks, and where.
#pragma once

#include <callgate/json/errc.hpp>
#include <callgate/json/pointer_text.hpp>
#include <callgate/schema/node.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::schema {

// Lifetime: found borrows the text, the rest the schema.
struct violation {
  json::errc code{};           // a syntax error where the text is no JSON
  json::pointer_text where{};  // of the value; of `required`, the member that is missing
  std::size_t offset = 0;      // where the value begins: bytes from the start of the text
  std::string_view found{};    // the value as it stands there; empty where it is sensitive
  const node* demand = nullptr;
};

}  // namespace callgate::schema
