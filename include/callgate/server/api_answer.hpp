// SPDX-License-Identifier: Apache-2.0
// What the API answers, before it is HTTP.
#pragma once

#include <callgate/json/string_writer.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/store/errc.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callgate {

struct api_answer {
  std::uint16_t status = 200;
  std::string body{};
  std::string_view content_type = "application/json";
  std::optional<std::int64_t> next_after{};  // X-Next-After
};

// {"error": for programs, "message": for people}
[[nodiscard]] inline api_answer api_error(std::uint16_t status, std::string_view error,
                                          std::string_view message) {
  api_answer out{status};
  json::string_writer w(out.body);
  w.begin_object();
  w.key("error");
  w.string(error);
  w.key("message");
  w.string(message);
  w.end_object();
  return out;
}

[[nodiscard]] inline api_answer store_failed(store::errc why) {
  if (why == store::errc::passive)
    return api_error(503, "passive",
                     "another process holds the data folder: ask that one, or again in a moment");
  return api_error(503, "store_unavailable",
                   "the store cannot be used now: " + std::string(enum_name(why)));
}

[[nodiscard]] inline api_answer not_found() {
  return api_error(404, "not_found", "no entry has this id, task id or record id");
}

}  // namespace callgate
