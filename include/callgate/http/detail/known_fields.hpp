// SPDX-License-Identifier: Apache-2.0
// The fields that decide where a message ends and what becomes of its connection.
#pragma once

#include <callgate/config.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/detail/host.hpp>
#include <callgate/http/errc.hpp>
#include <callgate/http/request.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace callgate::http::detail {

// field by field take(), then finish(): together they fill what `request` says beyond its line.
// What takes a value is a function of its own each: telling them apart needs no stack then.
class known_fields {
 public:
  CALLGATE_NOINLINE [[nodiscard]] constexpr std::optional<errc> take(std::string_view name,
                                                                     std::string_view value,
                                                                     request& out) noexcept {
    switch (name.size()) {
      case 4: return equals_lower_case(name, "host") ? take_host(value, out) : std::nullopt;
      case 6: return equals_lower_case(name, "expect") ? take_expect(value) : std::nullopt;
      case 10: return equals_lower_case(name, "connection") ? take_connection(value) : std::nullopt;
      case 12:
        return equals_lower_case(name, "content-type") ? take_content_type(value, out)
                                                       : std::nullopt;
      case 14:
        return equals_lower_case(name, "content-length") ? take_content_length(value, out)
                                                         : std::nullopt;
      case 16: return equals_lower_case(name, "content-encoding") ? refuse_coding() : std::nullopt;
      case 17:
        return equals_lower_case(name, "transfer-encoding") ? take_codings(value, out)
                                                            : std::nullopt;
      default: return std::nullopt;
    }
  }

  [[nodiscard]] constexpr std::optional<errc> finish(request& out) const noexcept {
    if (!host_seen_ && out.minor_version == 1) return errc::missing_host;
    if (length_seen_ && coding_seen_) return errc::content_length_with_transfer_encoding;
    if (length_seen_) out.framing = body_framing::content_length;
    if (coding_seen_) out.framing = body_framing::chunked;
    // RFC 9112 3.2.2: the target's authority goes before the Host field.
    if (!out.target.authority.empty()) out.host = out.target.authority;
    // RFC 9112 9.3; a "close" anywhere wins.
    out.keep_alive = !close_ && (out.minor_version == 1 || keep_alive_);
    // RFC 9110 10.1.1: ignored in HTTP/1.0; no 100 is due if there is no body to wait for.
    const bool has_body = out.framing == body_framing::chunked || out.content_length > 0;
    out.expect_continue = expects_ && has_body && out.minor_version == 1;
    return std::nullopt;
  }

 private:
  CALLGATE_NOINLINE constexpr std::optional<errc> take_host(std::string_view value,
                                                            request& out) noexcept {
    if (host_seen_) return errc::duplicate_host;
    host_seen_ = true;
    if (!is_host(value)) return errc::bad_host;
    out.host = value;
    return std::nullopt;
  }

  CALLGATE_NOINLINE constexpr std::optional<errc> take_content_type(std::string_view value,
                                                                    request& out) noexcept {
    if (!type_seen_) out.content_type = value;
    type_seen_ = true;
    return std::nullopt;
  }

  CALLGATE_NOINLINE constexpr std::optional<errc> take_expect(std::string_view value) noexcept {
    if (!equals_lower_case(value, "100-continue")) return errc::bad_expectation;
    expects_ = true;
    return std::nullopt;
  }

  // Nothing here decodes, and who reads encoded bytes as they are reads something else.
  static constexpr std::optional<errc> refuse_coding() noexcept {
    return errc::unsupported_content_coding;
  }

  // Empty elements are allowed in what is received: RFC 9110 5.6.1.2.
  CALLGATE_NOINLINE constexpr std::optional<errc> take_connection(std::string_view list) noexcept {
    while (!list.empty()) {
      const std::string_view option = next_element(list);
      if (!option.empty() && !is_token(option)) return errc::bad_connection;
      if (equals_lower_case(option, "close")) close_ = true;
      if (equals_lower_case(option, "keep-alive")) keep_alive_ = true;
    }
    return std::nullopt;
  }

  CALLGATE_NOINLINE constexpr std::optional<errc> take_content_length(std::string_view value,
                                                                      request& out) noexcept {
    if (length_seen_) return errc::duplicate_content_length;
    length_seen_ = true;
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t length = 0;
    for (const char c : value) {
      if (!is_digit(c)) return errc::bad_content_length;
      const auto digit = static_cast<std::uint64_t>(c - '0');
      if (length > most / 10 || (length == most / 10 && digit > most % 10))
        return errc::bad_content_length;
      length = length * 10 + digit;
    }
    if (value.empty()) return errc::bad_content_length;
    out.content_length = length;
    return std::nullopt;
  }

  // Only a lone "chunked" is taken. Another coding is 501, unless it stands behind chunked: then
  // the end of the body could not even be found (RFC 9112 6.3, item 4). Empty elements are not
  // skipped: to another server "chunked," may be a coding that it does not know.
  CALLGATE_NOINLINE constexpr std::optional<errc> take_codings(std::string_view list,
                                                               const request& out) noexcept {
    if (out.minor_version == 0) return errc::transfer_encoding_in_http_1_0;
    if (coding_seen_) return errc::bad_transfer_encoding;
    bool other = false;
    for (bool more = true; more;) {
      more = list.find(',') != std::string_view::npos;
      const std::string_view coding = next_element(list);
      if (coding_seen_ || !is_token(coding)) return errc::bad_transfer_encoding;
      coding_seen_ = equals_lower_case(coding, "chunked");
      other = other || !coding_seen_;
    }
    if (other) return errc::unsupported_transfer_coding;
    return std::nullopt;
  }

  bool host_seen_ = false;
  bool type_seen_ = false;
  bool length_seen_ = false;
  bool coding_seen_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  bool expects_ = false;
};

}  // namespace callgate::http::detail
