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
[[nodiscard]] constexpr bool holds(format wanted, std::string_view text) noexcept {
  switch (wanted) {
    case format::none: return true;
    case format::date_time: return is_date_time(text);
    case format::date: return is_date(text);
    case format::time: return is_time(text);
    case format::duration: return is_duration(text);
    case format::email: return is_mailbox(text, false, is_hostname);
    case format::idn_email: return is_mailbox(text, true, is_idn_hostname);
    case format::hostname: return is_hostname(text);
    case format::idn_hostname: return is_idn_hostname(text);
    case format::ipv4: return is_ipv4(text);
    case format::ipv6: return is_ipv6(text);
    case format::uri: return is_uri(text, false);
    case format::uri_reference: return is_uri_reference(text, false);
    case format::iri: return is_uri(text, true);
    case format::iri_reference: return is_uri_reference(text, true);
    case format::uri_template: return is_uri_template(text);
    case format::uuid: return is_uuid(text);
    case format::json_pointer: return is_json_pointer(text);
    case format::relative_json_pointer: return is_relative_json_pointer(text);
    case format::regex: return is_regex(text);
  }
  return false;
}

}  // namespace callgate::schema::formats
