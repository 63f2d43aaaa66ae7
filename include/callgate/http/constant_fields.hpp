// SPDX-License-Identifier: Apache-2.0
// Header fields that are known when compiling: checked then, written in one piece.
#pragma once

#include <callgate/http/detail/ascii.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::http {

namespace detail {

// The fields that response_writer is in charge of.
[[nodiscard]] constexpr bool is_framing(std::string_view name) noexcept {
  switch (name.size()) {
    case 10: return equals_ignoring_case(name, "connection");
    case 14: return equals_ignoring_case(name, "content-length");
    case 17: return equals_ignoring_case(name, "transfer-encoding");
    default: return false;
  }
}

}  // namespace detail

// Shape: ("Name: value" CRLF)*, as it is sent.
// Errors: a text that is not of this shape, a name that is no token, a value with a control byte
// and a field that response_writer is in charge of do not compile.
class constant_fields {
 public:
  template <std::size_t Size>
  consteval constant_fields(const char (&literal)[Size]) : text_(literal, Size - 1) {
    for (std::string_view rest = text_; !rest.empty();) rest.remove_prefix(checked_line(rest));
  }

  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

 private:
  // Bytes of the first line. What is thrown here is a message of the compiler's.
  static consteval std::size_t checked_line(std::string_view text) {
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos) throw "a field does not end in CRLF";
    const std::size_t colon = text.substr(0, end).find(": ");
    if (colon == std::string_view::npos) throw "a field has no ': '";
    const std::string_view name = text.substr(0, colon);
    if (!detail::is_token(name)) throw "the name of a field is no token";
    if (detail::is_framing(name)) throw "response_writer is in charge of this field";
    for (const char c : text.substr(colon, end - colon))
      if (detail::is_control(c)) throw "the value of a field has a control byte";
    return end + 2;
  }

  std::string_view text_;
};

}  // namespace callgate::http
