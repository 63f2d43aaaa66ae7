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
