// SPDX-License-Identifier: Apache-2.0
// A whole text against a schema: the first violation, or every one.
#pragma once

#include <callgate/core/result.hpp>
#include <callgate/json/validate.hpp>
#include <callgate/schema/validator.hpp>

#include <optional>
#include <string_view>

namespace callgate::schema {

namespace detail {

[[nodiscard]] inline violation not_json(const json::error& found) noexcept {
  return {.code = found.code, .offset = found.offset};
}

}  // namespace detail

// Calls sink(const violation&) -> bool for each thing that is wrong, until it returns false. A text
// that is no JSON has one violation. Returns whether the text is valid.
// Cost: no heap; a pass, and for what looks at values again at most limits::max_schema_scans more.
template <class Sink>
[[nodiscard]] bool validate_all(document schema, std::string_view text, Sink sink) {
  if (const auto bad = json::validate(text)) return sink(detail::not_json(*bad)), false;
  validator<Sink> checked{schema, text, sink};
  json::cursor in{text};
  in.skip_space();
  const bool good = checked.check(0, in, nullptr);
  if (!checked.is_exhausted()) return good;
  return sink(violation{.code = json::errc::too_complex, .demand = &schema.front()}), false;
}

// The first violation.
[[nodiscard]] inline result<void, violation> validate(document schema, std::string_view text) {
  std::optional<violation> first;
  const bool good = validate_all(schema, text, [&first](const violation& found) {
    first = found;
    return false;
  });
  if (good) return {};
  return failure{*first};
}

}  // namespace callgate::schema
