// SPDX-License-Identifier: Apache-2.0
// Where an answer ends and which status it has. Only what the measured servers send:
// Content-Length.
#pragma once

#include <strings.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace server_benchmark {

struct response {
  std::size_t bytes = 0;  // 0: it is not all there yet
  int status = 0;
};

// Most heads are the one before, byte for byte: those are not read again.
class response_reader {
 public:
  // Errors: std::runtime_error when this is no answer, or one without a length.
  response read(std::string_view from) {
    if (head_bytes_ == 0 || from.size() < head_bytes_ ||
        std::memcmp(from.data(), head_.data(), head_bytes_) != 0) {
      if (!read_head(from)) return {};
    }
    if (from.size() < head_bytes_ + body_bytes_) return {};
    return {head_bytes_ + body_bytes_, status_};
  }

 private:
  bool read_head(std::string_view from) {
    const std::size_t end = from.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    const std::string_view head = from.substr(0, end + 2);
    if (head.size() + 2 > head_.size() || !head.starts_with("HTTP/1.1 "))
      throw std::runtime_error("this is no answer: " + std::string(head));
    status_ = int(number(head.substr(9, 3)));
    body_bytes_ = number(field(head, "\r\ncontent-length:"));
    head_bytes_ = head.size() + 2;
    std::memcpy(head_.data(), from.data(), head_bytes_);
    return true;
  }

  static std::string_view field(std::string_view head, std::string_view name) {
    for (std::size_t at = head.find('\r'); at + name.size() < head.size();
         at = head.find('\r', at + 1))
      if (strncasecmp(head.data() + at, name.data(), name.size()) == 0) {
        const std::string_view value = head.substr(at + name.size());
        return value.substr(value.find_first_not_of(' '));
      }
    throw std::runtime_error("an answer without Content-Length: " + std::string(head));
  }

  static std::size_t number(std::string_view text) {
    std::size_t out = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), out).ec != std::errc{})
      throw std::runtime_error("no number: " + std::string(text));
    return out;
  }

  std::array<char, 2048> head_{};
  std::size_t head_bytes_ = 0;  // 0: none was read yet
  std::size_t body_bytes_ = 0;
  int status_ = 0;
};

}  // namespace server_benchmark
