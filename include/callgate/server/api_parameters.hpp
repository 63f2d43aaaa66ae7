// SPDX-License-Identifier: Apache-2.0
// The query of a request to the API, read strictly: what is misspelled is refused, not ignored.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/core/result.hpp>
#include <callgate/core/timestamp.hpp>
#include <callgate/http/query_value.hpp>
#include <callgate/server/api_answer.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace callgate {

// A parameter that cannot be what it is.
[[nodiscard]] inline api_answer bad_parameter(std::string_view name, std::string_view must_be) {
  return api_error(400, "bad_" + std::string(name),
                   std::string(name) + " must be " + std::string(must_be));
}

class api_parameters {
 public:
  // Errors: 400 for a name that is not known, one that stands twice, and a bad escape.
  [[nodiscard]] static result<api_parameters, api_answer> read(
      std::string_view query, std::span<const std::string_view> known) {
    api_parameters out;
    while (!query.empty()) {
      const std::size_t end = std::min(query.find('&'), query.size());
      const std::string_view pair = query.substr(0, end);
      query.remove_prefix(std::min(end + 1, query.size()));
      if (pair.empty()) continue;
      const std::size_t equals = std::min(pair.find('='), pair.size());
      const auto name = decode(pair.substr(0, equals));
      const auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
      if (!name || !value)
        return failure{
            api_error(400, "bad_query", "the query has a bad escape: % takes two hex digits")};
      if (std::find(known.begin(), known.end(), *name) == known.end())
        return failure{unknown(*name, known)};
      if (out.find(*name))
        return failure{api_error(400, "repeated_parameter", *name + " may be given once")};
      out.pairs_.emplace_back(*name, *value);
    }
    return out;
  }

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept {
    for (const auto& [key, value] : pairs_)
      if (key == name) return value;
    return std::nullopt;
  }

  // Empty when it is not given.
  [[nodiscard]] std::string text(std::string_view name) const {
    return std::string(find(name).value_or(""));
  }

  // The default when it is not given. Errors: 400 when it is no whole number from low to high.
  [[nodiscard]] result<std::int64_t, api_answer> number(std::string_view name, std::int64_t normal,
                                                        std::int64_t low, std::int64_t high) const {
    const auto given = find(name);
    if (!given) return normal;
    std::int64_t value = 0;
    const char* end = given->data() + given->size();
    const auto [stop, error] = std::from_chars(given->data(), end, value);
    if (error == std::errc{} && stop == end && value >= low && value <= high) return value;
    return failure{bad_parameter(
        name, "a number from " + std::to_string(low) + " to " + std::to_string(high))};
  }

 private:
  static std::optional<std::string> decode(std::string_view encoded) {
    std::string room(encoded.size(), '\0');
    const auto plain = http::detail::decode(encoded, room);
    return plain ? std::optional<std::string>(*plain) : std::nullopt;
  }

  static api_answer unknown(std::string_view name, std::span<const std::string_view> known) {
    std::string names;
    for (const std::string_view each : known)
      names += (names.empty() ? ": known are " : ", ") + std::string(each);
    return api_error(400, "unknown_parameter",
                     "'" + std::string(name) + "' is no parameter here" +
                         (names.empty() ? std::string(": there are none") : names));
  }

  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace callgate
