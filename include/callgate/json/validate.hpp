// SPDX-License-Identifier: Apache-2.0
// Is a text JSON at all?
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/skip.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace callgate::json {

// Nothing if the text is one JSON value with nothing but white space around it; else the first
// error, without a pointer. Members that an object has twice are not seen. Cost: one pass.
[[nodiscard]] inline std::optional<error> validate(
    std::string_view text, std::size_t max_depth = limits::max_depth) noexcept {
  cursor in{text};
  in.skip_space();
  bool good = skip_value(in, max_depth);
  if (good) in.skip_space();
  if (good && in.at != in.end) good = in.fail(errc::trailing_bytes);
  if (good) return std::nullopt;
  return error{.code = in.code, .offset = static_cast<std::size_t>(in.at - text.data())};
}

}  // namespace callgate::json
