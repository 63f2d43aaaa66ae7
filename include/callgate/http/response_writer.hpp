// SPDX-License-Identifier: Apache-2.0
// Writes one response into fixed memory: start, fields, then body(), body_follows() or stream().
#pragma once

#include <callgate/http/constant_fields.hpp>
#include <callgate/http/date.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/response_context.hpp>
#include <callgate/http/status.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace callgate::http {

// Never writes beyond its memory, never writes a second line where one field was asked for.
// Lifetime: borrows `out` until the last call of text().
// Errors: overflowed() when the response does not fit, refused_fields() when some were left out.
// Cost: one copy of each byte; no allocation.
class response_writer {
 public:
  explicit response_writer(std::span<char> out) noexcept : out_(out) {}

  // The status line; what was written before is dropped. A status outside 200..999 is a mistake
  // and goes out as 500 (interim responses are not written here: continue_response).
  void start(std::uint16_t status, response_context context) noexcept {
    size_ = refused_ = 0;
    overflowed_ = ended_ = false;
    status_ = status >= 200 && status <= 999 ? status : std::uint16_t{500};
    context_ = context;
    const std::array<char, 3> digits{detail::digit(status_ / 100), detail::digit(status_ / 10 % 10),
                                     detail::digit(status_ % 10)};
    put("HTTP/1.1 ", digits, " ", reason_phrase(status_), "\r\n");
  }

  // Left out and counted: a name that is no token, a value with a control byte other than HTAB
  // (CR and LF would split the response), and the fields that this class is in charge of.
  void field(std::string_view name, std::string_view value) noexcept {
    assert(!ended_);
    if (!detail::is_token(name) || !is_value(value) || detail::is_framing(name)) {
      ++refused_;
      return;
    }
    put(name, ": ", value, "\r\n");
  }

  // Nothing of them is left to check.
  void fields(constant_fields constant) noexcept {
    assert(!ended_);
    put(constant.text());
  }

  void content_type(std::string_view value) noexcept { field("Content-Type", value); }

  // As format_imf_fixdate() gives it: nothing is left to check.
  void date(const imf_fixdate& when) noexcept {
    assert(!ended_);
    put("Date: ", when.text, "\r\n");
  }

  // Content-Length, Connection as far as the client needs it, the end of the head and the bytes.
  // HEAD gets the same head without them; 204, 205 and 304 have no content and drop them.
  void body(std::string_view bytes) noexcept {
    if (body_follows(bytes.size())) put(bytes);
  }

  // The same head for content of that many bytes, which the caller sends itself, behind text().
  // False: nothing follows, as this is the response to HEAD or a status that has no content.
  [[nodiscard]] bool body_follows(std::size_t bytes) noexcept {
    const bool has_content = status_ != 204 && status_ != 205 && status_ != 304;
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, has_content ? bytes : 0).ptr;
    const std::string_view length{digits, static_cast<std::size_t>(end - digits)};
    if (has_content || status_ == 205)  // RFC 9110 8.6, 15.3.6: none for 204, zero for 205
      put("Content-Length: ", length, "\r\n");
    end_head(context_.keep_alive);
    return has_content && !context_.head_request;
  }

  // Ends the head of a response whose body the caller sends (not to HEAD) until it closes the
  // connection: nothing else shows the client its end, so Connection is close in any case.
  void stream() noexcept { end_head(false); }

  // What was written, once the head has ended; empty if it overflowed.
  [[nodiscard]] std::string_view text() const noexcept {
    return overflowed_ || !ended_ ? std::string_view{} : std::string_view{out_.data(), size_};
  }

  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
  [[nodiscard]] std::size_t refused_fields() const noexcept { return refused_; }

 private:
  [[nodiscard]] static bool is_value(std::string_view value) noexcept {
    return detail::find_control(value) == value.size();
  }

  void end_head(bool keep_alive) noexcept {
    assert(!ended_);
    if (!keep_alive)
      put("Connection: close\r\n\r\n");
    else if (context_.http_1_0)
      put("Connection: keep-alive\r\n\r\n");
    else
      put("\r\n");
    ended_ = true;
  }

  // Literals and arrays have a size that is known when compiling: they become a few moves.
  template <std::size_t Bytes>
  static constexpr std::size_t size_of(const char (&)[Bytes]) noexcept {
    return Bytes - 1;
  }
  template <std::size_t Bytes>
  static constexpr std::size_t size_of(const std::array<char, Bytes>&) noexcept {
    return Bytes;
  }
  static constexpr std::size_t size_of(std::string_view text) noexcept { return text.size(); }

  // All pieces or none.
  template <class... Pieces>
  void put(const Pieces&... pieces) noexcept {
    const std::size_t bytes = (size_of(pieces) + ...);
    if (overflowed_ || bytes > out_.size() - size_) {
      overflowed_ = true;
      return;
    }
    char* to = out_.data() + size_;
    ((to = std::copy_n(std::data(pieces), size_of(pieces), to)), ...);
    size_ += bytes;
  }

  std::span<char> out_;
  std::size_t size_ = 0;
  std::size_t refused_ = 0;
  std::uint16_t status_ = 200;
  response_context context_{};
  bool overflowed_ = false;
  bool ended_ = false;
};

}  // namespace callgate::http
