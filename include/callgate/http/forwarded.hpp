// SPDX-License-Identifier: Apache-2.0
// For whom proxies say that they forward: the nodes of Forwarded and of X-Forwarded-For.
#pragma once

#include <callgate/core/static_vector.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/fields.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::http {

// Everything here was written by somebody: it is worth as much as who wrote it.
// Lifetime: nodes view into the request. Cost: no allocation; one pass over the fields.
class forwarded {
 public:
  static constexpr std::size_t max_nodes = 32;  // over it: malformed

  enum class status : std::uint8_t {
    absent,     // no such field
    complete,   // nodes() has all of them, the client's first, the last proxy's client last
    malformed,  // nothing of it can be relied upon
  };

  // Source: RFC 7239 4. An element without a `for` is an empty node.
  [[nodiscard]] status read_forwarded(const http::fields& from) noexcept {
    return read(from, "Forwarded", &forwarded::add_elements);
  }

  // The field that proxies have sent since before there was a standard: a list of addresses.
  [[nodiscard]] status read_x_forwarded_for(const http::fields& from) noexcept {
    return read(from, "X-Forwarded-For", &forwarded::add_list);
  }

  [[nodiscard]] const static_vector<std::string_view, max_nodes>& nodes() const noexcept {
    return nodes_;
  }

  // The address within a node, without brackets and port: "[2001:db8::7]:4711" has 2001:db8::7.
  // Empty: it has none ("unknown", "_hidden", what is malformed). Source: RFC 7239 6.
  [[nodiscard]] static constexpr std::string_view address_of(std::string_view node) noexcept {
    if (node.starts_with('[')) {
      const std::size_t end = node.find(']');
      if (end == std::string_view::npos || !is_port(node.substr(end + 1))) return {};
      return node.substr(1, end - 1);
    }
    const std::size_t colon = node.find(':');
    if (colon == std::string_view::npos || node.find(':', colon + 1) != std::string_view::npos)
      return node;  // IPv4 alone, or IPv6 as X-Forwarded-For has it
    return is_port(node.substr(colon)) ? node.substr(0, colon) : std::string_view{};
  }

 private:
  using adder = bool (forwarded::*)(std::string_view) noexcept;

  // Several fields of one name are one list (RFC 9110 5.3).
  status read(const http::fields& from, std::string_view name, adder add) noexcept {
    nodes_.clear();
    status out = status::absent;
    for (const field& each : from) {
      if (!detail::equals_ignoring_case(each.name, name)) continue;
      if (!(this->*add)(each.value)) return status::malformed;
      out = status::complete;
    }
    return out;
  }

  bool add_list(std::string_view list) noexcept {
    while (!list.empty()) {
      const std::string_view element = detail::next_element(list);
      if (!element.empty() && !nodes_.push_back(element)) return false;
    }
    return true;
  }

  bool add_elements(std::string_view text) noexcept {
    for (;;) {
      skip_spaces(text);
      if (!text.empty() && text.front() != ',' && !add_element(text)) return false;
      if (text.empty()) return true;
      if (text.front() != ',') return false;
      text.remove_prefix(1);
    }
  }

  // Pairs up to a comma: for=192.0.2.43;proto=https
  bool add_element(std::string_view& text) noexcept {
    std::string_view node;
    bool has_node = false;
    for (;;) {
      std::string_view name, value;
      if (!take_pair(text, name, value)) return false;
      if (detail::equals_ignoring_case(name, "for")) {
        if (has_node) return false;  // each parameter once (RFC 7239 4)
        node = value, has_node = true;
      }
      skip_spaces(text);
      if (text.empty() || text.front() != ';') return nodes_.push_back(node);
      text.remove_prefix(1);
      skip_spaces(text);
    }
  }

  static bool take_pair(std::string_view& text, std::string_view& name,
                        std::string_view& value) noexcept {
    name = take_token(text);
    if (name.empty() || !text.starts_with('=')) return false;
    text.remove_prefix(1);
    if (text.starts_with('"')) return take_quoted(text, value);
    value = take_token(text);
    return !value.empty();
  }

  static std::string_view take_token(std::string_view& text) noexcept {
    std::size_t size = 0;
    while (size < text.size() && detail::is_token_byte(text[size])) ++size;
    const std::string_view out = text.substr(0, size);
    text.remove_prefix(size);
    return out;
  }

  // An escape stays as it is: no address has one.
  static bool take_quoted(std::string_view& text, std::string_view& value) noexcept {
    std::size_t at = 1;
    while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
    if (at >= text.size()) return false;
    value = text.substr(1, at - 1);
    text.remove_prefix(at + 1);
    return true;
  }

  static void skip_spaces(std::string_view& text) noexcept {
    while (!text.empty() && detail::is_space(text.front())) text.remove_prefix(1);
  }

  // ":" and 1 to 5 digits, or an obfuscated port ("_a"), or nothing.
  static constexpr bool is_port(std::string_view text) noexcept {
    if (text.empty()) return true;
    if (text.front() != ':' || text.size() == 1) return false;
    text.remove_prefix(1);
    if (text.front() == '_') return detail::is_token(text);
    if (text.size() > 5) return false;
    for (const char c : text)
      if (!detail::is_digit(c)) return false;
    return true;
  }

  static_vector<std::string_view, max_nodes> nodes_{};
};

}  // namespace callgate::http
