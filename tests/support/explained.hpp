// SPDX-License-Identifier: Apache-2.0
// Compares what explain() says of a body with what the receiver's reader does.
#pragma once

#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/cursor.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/pipeline/explain.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::test {

template <provider P>
std::optional<json::error> refused(std::string_view body) {
  std::vector<std::byte> room(json::created_bytes_needed<typename P::payload>(body.size()));
  arena memory{room};
  auto* const out = memory.create<typename P::payload>();
  json::drops notes;
  return json::parse_into<typename P::payload, P::tolerance>(body, memory, *out, notes);
}

template <provider P>
std::vector<std::string> lines_of(std::string_view body, std::optional<json::error>* first = {}) {
  std::vector<std::byte> room(json::created_bytes_needed<typename P::payload>(body.size()));
  arena memory{room};
  std::vector<std::string> lines;
  const auto good = explain<P>(body, memory, [&](const json::offence& what) {
    std::array<char, 1024> line;
    if (first != nullptr && lines.empty()) *first = what.broken;
    lines.emplace_back(json::describe(what, line));
    return true;
  });
  EXPECT_EQ(good, lines.empty()) << body;
  return lines;
}

// Something is wrong exactly when the reader refuses the body, and the first of it is its error.
template <provider P>
void expect_same_verdict(std::string_view body, std::size_t& refusals) {
  const exact_copy copy{body};
  const auto wanted = refused<P>(copy.view());
  std::optional<json::error> found;
  (void)lines_of<P>(copy.view(), &found);
  ASSERT_EQ(found.has_value(), wanted.has_value()) << body;
  if (!wanted) return;
  ++refusals;
  ASSERT_EQ(enum_name(found->code), enum_name(wanted->code)) << body;
  ASSERT_EQ(found->offset, wanted->offset) << body;
  ASSERT_EQ(found->pointer(), wanted->pointer()) << body;
}

// The text with one byte left out or another put in its place, at every place.
inline std::vector<std::string> damaged_bytes(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    out.emplace_back(text).erase(at, 1);
    for (const char byte : {'"', '0', '}', 'x', '\\'}) out.emplace_back(text)[at] = byte;
  }
  return out;
}

// The text with another value in the place of each value, names included.
inline std::vector<std::string> other_values(std::string_view text) {
  constexpr std::array<std::string_view, 12> values{"null",  "true",   "7",
                                                    "-1",    "0.5",    "1e400",
                                                    R"("")", R"("7")", R"("no\nsuch")",
                                                    "[]",    "{}",     R"([null,{"a":1}])"};
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    json::cursor in{text.substr(at)};
    const char* const begin = in.at;
    if (text.find_first_of("\"{[tfn-0123456789", at) != at) continue;
    if (!json::skip_value(in, json::max_nesting)) continue;
    const auto size = static_cast<std::size_t>(in.at - begin);
    for (const std::string_view value : values) out.emplace_back(text).replace(at, size, value);
    out.emplace_back(text)
        .replace(at, size, text.substr(at, size))
        .insert(at, "[")
        .insert(at + size + 1, "]");
  }
  return out;
}

}  // namespace callgate::test
