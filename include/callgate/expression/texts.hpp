// SPDX-License-Identifier: Apache-2.0
// Expressions over texts.
#pragma once

#include <callgate/expression/conditions.hpp>
#include <callgate/expression/scope.hpp>
#include <callgate/provider/code.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate::expression {

// Nothing is an empty text here; so is what is no text.
[[nodiscard]] constexpr std::string_view text_in(const scalar& value) noexcept {
  return value.kind == scalar::type::text ? value.text : std::string_view{};
}

// {length: x}, in code points; 0 when it is absent.
template <class E>
struct length {
  static scalar read(const auto& s) {
    const std::string_view t = text_in(E::read(s));
    std::int64_t starts = 0;
    for (const char c : t) starts += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    return scalar_of(starts);
  }
};

// {contains: [text, part]}
template <class E, class Part>
struct contains {
  static scalar read(const auto& s) {
    const scalar part = Part::read(s);
    return scalar_of(is_there(part) &&
                     text_in(E::read(s)).find(text_in(part)) != std::string_view::npos);
  }
};

// {starts_with: [text, part]}
template <class E, class Part>
struct starts_with {
  static scalar read(const auto& s) {
    const scalar part = Part::read(s);
    return scalar_of(is_there(part) && text_in(E::read(s)).starts_with(text_in(part)));
  }
};

// {ends_with: [text, part]}
template <class E, class Part>
struct ends_with {
  static scalar read(const auto& s) {
    const scalar part = Part::read(s);
    return scalar_of(is_there(part) && text_in(E::read(s)).ends_with(text_in(part)));
  }
};

// {concat: [x, y]}: what is absent adds nothing.
template <class... Es>
struct concat {
  static scalar read(const auto& s) {
    const std::array<std::string_view, sizeof...(Es)> parts{text_in(Es::read(s))...};
    std::size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    if (size == 0) return {};
    const auto room = s.make_room(size);
    if (room.empty()) return {};
    char* at = room.data();
    for (const std::string_view part : parts) at += part.copy(at, part.size());
    return scalar_of(std::string_view(room.data(), size));
  }
};

// {code_message: locale}: what people are told of the callback's code; in the first language of
// that code when there is no such locale.
template <class Locale>
struct code_message {
  static scalar read(const auto& s) {
    const auto texts = s.in.known_code == nullptr ? std::span<const callgate::code_message>{}
                                                  : s.in.known_code->messages;
    if (texts.empty()) return {};
    const std::string_view locale = text_in(Locale::read(s));
    for (const callgate::code_message& each : texts)
      if (each.locale == locale) return scalar_of(each.text);
    return scalar_of(texts.front().text);
  }
};

// {prefix_path: {with: x, value: y}}: "x/y", unless it begins so already or one of them is absent.
template <class With, class Value>
struct prefix_path {
  static scalar read(const auto& s) {
    const scalar value = Value::read(s);
    const std::string_view path = text_in(value);
    const std::string_view with = text_in(With::read(s));
    const bool is_prefixed =
        path.size() > with.size() && path.starts_with(with) && path[with.size()] == '/';
    if (path.empty() || with.empty() || is_prefixed) return value;
    const auto room = s.make_room(with.size() + 1 + path.size());
    if (room.empty()) return {};
    char* at = room.data() + with.copy(room.data(), with.size());
    *at++ = '/';
    path.copy(at, path.size());
    return scalar_of(std::string_view(room.data(), room.size()));
  }
};

}  // namespace callgate::expression
