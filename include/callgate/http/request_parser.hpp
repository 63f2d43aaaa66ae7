// SPDX-License-Identifier: Apache-2.0
// Finds and checks the head of a request: bytes -> lines -> request line and fields -> request.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/detail/control_scan.hpp>
#include <callgate/http/detail/known_fields.hpp>
#include <callgate/http/detail/request_line.hpp>
#include <callgate/http/errc.hpp>
#include <callgate/http/field.hpp>
#include <callgate/http/parse_status.hpp>
#include <callgate/http/request.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::http {

// Resumable: the result does not depend on how the bytes were split. Strict: what two servers could
// read in two ways is refused.
// Lifetime: the request's views point into the bytes given to parse_head().
// Threads: one at a time.
// Cost: each byte is looked at once, however small the pieces; no allocation.
// Source: RFC 9110, RFC 9112; each errc names its section.
class request_parser {
 public:
  // `received`: all bytes since the last reset(), at the same address in every call. A line is
  // judged when it ends, a forbidden byte when it comes. Needs never more than max_head_bytes.
  parse_status parse_head(std::string_view received) noexcept {
    const std::string_view visible = received.substr(0, limits::max_head_bytes);
    detail::control_scan controls(visible, scanned_);
    while (status_ == parse_status::need_more && step(visible, controls)) {
    }
    if (status_ == parse_status::need_more && visible.size() == limits::max_head_bytes)
      fail(place_ == place::fields ? errc::head_too_large : errc::target_too_long);
    return status_;
  }

  [[nodiscard]] parse_status status() const noexcept { return status_; }

  // Bytes up to and including the empty line: where the body, or the next request, begins.
  [[nodiscard]] std::size_t head_size() const noexcept {
    return assert(status_ == parse_status::complete), line_begin_;
  }

  // After an error its method and target may be there, for logs; the rest means nothing then.
  [[nodiscard]] const http::request& request() const noexcept { return request_; }

  [[nodiscard]] errc error() const noexcept {
    return assert(status_ == parse_status::error), error_;
  }

  // Ready for the next request, at any address.
  void reset() noexcept {
    request_.clear();
    known_ = {};
    place_ = place::request_line;
    status_ = parse_status::need_more;
    empty_lines_ = line_begin_ = scanned_ = 0;
  }

 private:
  enum class place : std::uint8_t { request_line, fields };

  static constexpr std::size_t max_empty_lines = 2;  // RFC 9112 2.2 asks for at least one

  // Goes on to the end of one line; false when it has not come yet.
  [[gnu::always_inline]] bool step(std::string_view visible,
                                   detail::control_scan& controls) noexcept {
    scanned_ = controls.next();
    if (scanned_ == visible.size()) return false;
    if (visible[scanned_] != '\r') return step_over(visible[scanned_]);
    if (scanned_ + 1 == visible.size()) return false;
    if (visible[scanned_ + 1] != '\n') return fail(errc::bare_carriage_return);
    (void)controls.next();  // the line feed
    const char* const begin = visible.data() + line_begin_;
    const std::string_view rest{begin, visible.size() - line_begin_};
    const std::string_view line{begin, scanned_ - line_begin_};
    line_begin_ = scanned_ += 2;
    const auto bad = place_ == place::fields ? take_field_line(line, rest) : take_first_line(line);
    return bad ? fail(*bad) : true;
  }

  // HTAB is the one control byte that may stand within a line.
  bool step_over(char c) noexcept {
    if (c == '\t') return true;
    return fail(c == '\n' ? errc::bare_line_feed : errc::control_byte);
  }

  std::optional<errc> take_first_line(std::string_view line) noexcept {
    if (line.empty()) {
      if (++empty_lines_ > max_empty_lines) return errc::too_many_empty_lines;
      return std::nullopt;
    }
    place_ = place::fields;
    return detail::read_request_line(line, request_);
  }

  // rest: the line and all bytes behind it; a name ends within the line, as CR is in no token.
  [[gnu::always_inline]] std::optional<errc> take_field_line(std::string_view line,
                                                             std::string_view rest) noexcept {
    if (line.empty()) {
      status_ = parse_status::complete;
      return known_.finish(request_);
    }
    const std::size_t colon = detail::leading_token(rest);
    if (colon == 0 || rest[colon] != ':')
      return detail::is_space(line.front()) ? errc::obs_fold : errc::bad_field_name;
    const std::string_view name{line.data(), colon};
    const std::string_view value = detail::trim({name.end() + 1, line.size() - colon - 1});
    if (!request_.fields.push_back({name, value})) return errc::too_many_fields;
    return known_.take(name, value, request_);
  }

  bool fail(errc why) noexcept {
    error_ = why;
    status_ = parse_status::error;
    return false;
  }

  http::request request_{};
  detail::known_fields known_{};
  std::size_t scanned_ = 0;     // bytes before it are free of control bytes, line ends apart
  std::size_t line_begin_ = 0;  // of the line that has not ended yet
  std::size_t empty_lines_ = 0;
  place place_ = place::request_line;
  parse_status status_ = parse_status::need_more;
  errc error_{};
};

}  // namespace callgate::http
