// SPDX-License-Identifier: Apache-2.0
// The address that senders know a receiver by, which a proxy may make another than the one it
// listens on.
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/http/detail/ascii.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace callgate {

// https://hooks.example.com, or with a port or a path: https://example.com:8443/hooks. Of a path
// the proxy in front takes that part off. Empty: none.
class public_url {
 public:
  static constexpr std::size_t max_bytes = 1024;

  public_url() = default;

  // A '/' at the end is dropped. Errors: startup_error for any other text, also for one with a
  // query, a fragment or a user.
  explicit public_url(std::string_view text) : text_(text) {
    while (text_.ends_with('/')) text_.pop_back();
    if (!text.empty() && !is_base(text_))
      throw startup_error("'" + std::string(text.substr(0, max_bytes)) +
                          "' is no base URL: give one such as https://hooks.example.com with "
                          "--public-url, without a query");
  }

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  // path: begins with '/'.
  [[nodiscard]] std::string of(std::string_view path) const { return text_ + std::string(path); }

 private:
  static bool is_base(std::string_view text) noexcept {
    if (text.size() > max_bytes) return false;
    const std::size_t scheme = text.find("://");
    const std::string_view name = text.substr(0, scheme);
    if (!http::detail::equals_ignoring_case(name, "https") &&
        !http::detail::equals_ignoring_case(name, "http"))
      return false;
    if (scheme == std::string_view::npos) return false;
    text.remove_prefix(scheme + 3);
    for (const char c : text)
      if (!http::detail::is_visible(c) ||
          std::string_view("\"<>\\^`{|}?#@").find(c) != std::string_view::npos)
        return false;
    return is_authority(text.substr(0, text.find('/')));
  }

  // A host, and digits where there is a port. What the host is made of, DNS knows.
  static bool is_authority(std::string_view text) noexcept {
    const std::size_t bracket = text.find(']');
    const std::size_t from = text.starts_with('[') ? bracket : 0;
    if (from == std::string_view::npos) return false;
    const std::size_t colon = text.find(':', from);
    if (colon == 0 || text.empty() || text == "[]") return false;
    if (colon == std::string_view::npos) return true;
    const std::string_view port = text.substr(colon + 1);
    return !port.empty() && port.size() <= 5 &&
           port.find_first_not_of("0123456789") == std::string_view::npos;
  }

  std::string text_;
};

}  // namespace callgate
