// SPDX-License-Identifier: Apache-2.0
// What a context may hold, said to whoever registers a task, over HTTP or in C++.
#pragma once

#include <callgate/provider/record.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace callgate {

// nullptr when the provider's context has no such member.
[[nodiscard]] inline const context_field* find_context_field(std::span<const context_field> fields,
                                                             std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const context_field& f) { return f.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

[[nodiscard]] inline std::string no_such_context(std::span<const context_field> fields) {
  std::string known;
  for (const context_field& f : fields) known += (known.empty() ? "" : ", ") + std::string{f.name};
  return "the provider's context has no such member; it has " + (known.empty() ? "none" : known);
}

// What is wrong with a text; empty: nothing.
[[nodiscard]] inline std::string context_text_problem(const context_field& field,
                                                      std::string_view text) {
  if (text.size() > field.max_bytes)
    return "longer than " + std::to_string(field.max_bytes) + " bytes";
  const auto& names = field.names;
  if (names.empty() || std::find(names.begin(), names.end(), text) != names.end()) return {};
  std::string known;
  for (const std::string_view n : names) known += (known.empty() ? "" : ", ") + std::string{n};
  return "'" + std::string{text} + "' is none of " + known;
}

}  // namespace callgate
