// SPDX-License-Identifier: Apache-2.0
// Whether a text has a format.
#pragma once

#include <callgate/schema/format.hpp>
#include <callgate/schema/formats/date_time.hpp>
#include <callgate/schema/formats/idna.hpp>
#include <callgate/schema/formats/identifiers.hpp>
#include <callgate/schema/formats/internet.hpp>
#include <callgate/schema/formats/regex.hpp>
#include <callgate/schema/formats/uri.hpp>

#include <string_view>

namespace callgate::schema::formats {

// text: decoded, valid UTF-8.
template <format Wanted>
[[nodiscard]] constexpr bool holds(std::string_view text) noexcept {
  // clang-format off
  if constexpr (Wanted == format::date_time) return is_date_time(text);
  else if constexpr (Wanted == format::date) return is_date(text);
  else if constexpr (Wanted == format::time) return is_time(text);
  else if constexpr (Wanted == format::duration) return is_duration(text);
  else if constexpr (Wanted == format::email) return is_mailbox(text, false, is_hostname);
  else if constexpr (Wanted == format::idn_email) return is_mailbox(text, true, is_idn_hostname);
  else if constexpr (Wanted == format::hostname) return is_hostname(text);
  else if constexpr (Wanted == format::idn_hostname) return is_idn_hostname(text);
  else if constexpr (Wanted == format::ipv4) return is_ipv4(text);
  else if constexpr (Wanted == format::ipv6) return is_ipv6(text);
  else if constexpr (Wanted == format::uri) return is_uri(text, false);
  else if constexpr (Wanted == format::uri_reference) return is_uri_reference(text, false);
  else if constexpr (Wanted == format::iri) return is_uri(text, true);
  else if constexpr (Wanted == format::iri_reference) return is_uri_reference(text, true);
  else if constexpr (Wanted == format::uri_template) return is_uri_template(text);
  else if constexpr (Wanted == format::uuid) return is_uuid(text);
  else if constexpr (Wanted == format::json_pointer) return is_json_pointer(text);
  else if constexpr (Wanted == format::relative_json_pointer)
    return is_relative_json_pointer(text);
  else {
    static_assert(Wanted == format::regex);
    return is_regex(text);
  }
  // clang-format on
}

// What a schema's tables name.
template <format Wanted>
inline constexpr format_check check{Wanted, &holds<Wanted>};

}  // namespace callgate::schema::formats
