// SPDX-License-Identifier: Apache-2.0
// A request's head, parsed from text, for tests of what works on requests.
#pragma once

#include <callgate/http/request_parser.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace callgate::testing {

// fields: lines such as "X-A: b\r\n". Lifetime: request() views into this object.
class sample_request {
 public:
  explicit sample_request(std::string_view target = "/", std::string_view fields = "",
                          std::string_view method = "POST")
      : text_(std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" +
              std::string(fields) + "\r\n") {
    if (parser_.parse_head(text_) != http::parse_status::complete)
      throw std::runtime_error("no request: " + text_);
  }
  sample_request(const sample_request&) = delete;
  sample_request& operator=(const sample_request&) = delete;

  [[nodiscard]] const http::request& request() const { return parser_.request(); }
  operator const http::request&() const { return request(); }

 private:
  std::string text_;
  http::request_parser parser_;
};

}  // namespace callgate::testing
