// SPDX-License-Identifier: Apache-2.0
// Why a request was refused before it reached a provider, and the status that says so.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::http {

// Each of them leaves the end of the message unknown or not to be trusted: answer status_of() with
// `Connection: close`, then close; bytes that follow must not be read as another request.
enum class errc : std::uint8_t {
  // --- bytes of the head
  bare_line_feed,        // LF without CR before it, RFC 9112 2.2: 400
  bare_carriage_return,  // CR without LF after it, RFC 9112 2.2: 400
  control_byte,          // NUL, DEL or another control byte except HTAB, RFC 9110 5.5: 400
  too_many_empty_lines,  // over two empty lines before the request line, RFC 9112 2.2: 400
  head_too_large,        // over max_head_bytes, already within the fields, RFC 6585 5: 431
  too_many_fields,       // over max_fields, RFC 6585 5: 431
  // --- request line
  bad_request_line,     // not three parts with single spaces between them, RFC 9112 3: 400
  bad_method,           // not a token, RFC 9110 9.1: 400
  bad_version,          // not HTTP/<digit>.<digit>, RFC 9112 2.3: 400
  unsupported_version,  // well-formed, but not HTTP/1.<digit>, RFC 9110 15.6.6: 505
  target_too_long,      // over max_target_bytes, or no line end in max_head_bytes, RFC 9112 3: 414
  bad_target,           // a byte no URI has, bad escape, fragment, other forms, RFC 9112 3.2: 400
  // --- fields
  obs_fold,         // a line that begins with white space, RFC 9112 2.2 and 5.2: 400
  bad_field_name,   // no colon, not a token, or a space before the colon, RFC 9112 5.1: 400
  missing_host,     // HTTP/1.1 without Host, RFC 9112 3.2: 400
  duplicate_host,   // Host more than once, RFC 9112 3.2: 400
  bad_host,         // Host, or the target's authority, is no host[:port], RFC 9110 7.2: 400
  bad_connection,   // Connection is no list of tokens, RFC 9110 7.6.1: 400
  bad_expectation,  // Expect asks for something else than 100-continue, RFC 9110 10.1.1: 417
  unsupported_content_coding,  // any Content-Encoding, RFC 9110 8.4 and 15.5.16: 415
  // --- framing
  bad_content_length,             // not digits alone, or over 2^64 - 1, RFC 9110 8.6: 400
  duplicate_content_length,       // more than once, equal values too, RFC 9112 6.3: 400
  bad_transfer_encoding,          // malformed, repeated, or chunked not last, RFC 9112 6.3: 400
  unsupported_transfer_coding,    // a coding other than chunked, RFC 9112 6.1: 501
  transfer_encoding_in_http_1_0,  // the version has none, RFC 9112 6.1: 400
  content_length_with_transfer_encoding,  // both, as smuggling does, RFC 9112 6.1: 400
  // --- chunked body
  bad_chunk_size,  // no hexadecimal digit, over 16 of them, or junk after them, RFC 9112 7.1: 400
  bad_chunk_extension,  // not ;name or ;name=value, an open quote, RFC 9112 7.1.1: 400
  chunk_line_too_long,  // over max_chunk_line_bytes; a body's extensions over max_head_bytes: 400
  bad_chunk_end,        // no CRLF right after a chunk's data, RFC 9112 7.1: 400
  bad_trailer,          // a trailer that could not be a field either, RFC 9112 7.1.2: 400
  trailers_too_large,   // all trailers together over max_head_bytes, RFC 6585 5: 431
  body_too_large,       // decoded size over what the caller takes, RFC 9110 15.5.14: 413
};

inline constexpr std::size_t errc_count = 33;

[[nodiscard]] constexpr std::uint16_t status_of(errc e) noexcept {
  switch (e) {
    case errc::body_too_large: return 413;
    case errc::target_too_long: return 414;
    case errc::unsupported_content_coding: return 415;
    case errc::bad_expectation: return 417;
    case errc::head_too_large:
    case errc::too_many_fields:
    case errc::trailers_too_large: return 431;
    case errc::unsupported_transfer_coding: return 501;
    case errc::unsupported_version: return 505;
    default: return 400;
  }
}

}  // namespace callgate::http

// As in logs and metrics.
template <>
struct callgate::enum_names<callgate::http::errc> {
  static constexpr std::array<std::string_view, callgate::http::errc_count> names{
      "bare_line_feed",
      "bare_carriage_return",
      "control_byte",
      "too_many_empty_lines",
      "head_too_large",
      "too_many_fields",
      "bad_request_line",
      "bad_method",
      "bad_version",
      "unsupported_version",
      "target_too_long",
      "bad_target",
      "obs_fold",
      "bad_field_name",
      "missing_host",
      "duplicate_host",
      "bad_host",
      "bad_connection",
      "bad_expectation",
      "unsupported_content_coding",
      "bad_content_length",
      "duplicate_content_length",
      "bad_transfer_encoding",
      "unsupported_transfer_coding",
      "transfer_encoding_in_http_1_0",
      "content_length_with_transfer_encoding",
      "bad_chunk_size",
      "bad_chunk_extension",
      "chunk_line_too_long",
      "bad_chunk_end",
      "bad_trailer",
      "trailers_too_large",
      "body_too_large"};
};
