// SPDX-License-Identifier: Apache-2.0
// The values of `format` that are checked.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate::schema {

enum class format : std::uint8_t {
  none,
  date_time,
  date,
  time,
  duration,
  email,
  idn_email,
  hostname,
  idn_hostname,
  ipv4,
  ipv6,
  uri,
  uri_reference,
  iri,
  iri_reference,
  uri_template,
  uuid,
  json_pointer,
  relative_json_pointer,
  regex,
};

// A format, and the function that says whether a text has it: only those of a schema are compiled.
struct format_check {
  using function = bool (*)(std::string_view text) noexcept;

  format name = format::none;
  function holds = nullptr;

  constexpr format_check() = default;
  // No aggregate: a format alone, as older headers have it, would be one that nothing checks.
  constexpr format_check(format wanted, function check) noexcept : name(wanted), holds(check) {}
};

}  // namespace callgate::schema

template <>
struct callgate::enum_names<callgate::schema::format> {
  static constexpr std::array<std::string_view, 20> names{"",
                                                          "date-time",
                                                          "date",
                                                          "time",
                                                          "duration",
                                                          "email",
                                                          "idn-email",
                                                          "hostname",
                                                          "idn-hostname",
                                                          "ipv4",
                                                          "ipv6",
                                                          "uri",
                                                          "uri-reference",
                                                          "iri",
                                                          "iri-reference",
                                                          "uri-template",
                                                          "uuid",
                                                          "json-pointer",
                                                          "relative-json-pointer",
                                                          "regex"};
};
