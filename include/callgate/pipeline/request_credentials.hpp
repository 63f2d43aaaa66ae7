// SPDX-License-Identifier: Apache-2.0
// Where a verifier finds credentials in a request.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/http/query_value.hpp>
#include <callgate/http/request.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace callgate {

struct request_credentials {
  const http::request& request;
  arena& memory;  // for decoded query values

  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const {
    return request.fields.find(name);
  }

  [[nodiscard]] std::optional<std::string_view> query(std::string_view name) const {
    const std::size_t room = request.target.query.size();
    char* scratch = memory.allocate_array<char>(room);
    return scratch == nullptr ? std::nullopt
                              : http::query_value(request.target.query, name, {scratch, room});
  }
};

}  // namespace callgate
