// SPDX-License-Identifier: Apache-2.0
// The JSON body of a request to the API, as a struct.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/parse.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/reflect/reflect.hpp>
#include <callgate/server/api_answer.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

// Members that T does not have are refused. Lifetime: strings of the value are views of `text`, or
// of `room`. Errors: 400 bad_body, which says what is wrong and where.
template <reflected T>
[[nodiscard]] result<T, api_answer> read_api_body(std::string_view text,
                                                  std::vector<std::byte>& room) {
  constexpr json::read_options strictly{.unknown = json::unknown_members::reject};
  room.resize(json::arena_bytes_needed<T>(text.size()));
  arena memory{room};
  const auto parsed = json::parse<T, strictly>(text, memory);
  if (parsed) return *parsed;
  std::array<char, limits::max_reason_bytes> line;
  return failure{api_error(400, "bad_body", json::describe(parsed.error(), line))};
}

}  // namespace callgate
