// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include <callgate/json/caret.hpp>
#include <callgate/json/offence.hpp>
#include <callgate/json/text_place.hpp>

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

// A pointer, an expectation and a value: each is bounded, and this holds them.
constexpr std::size_t max_line_bytes = 1024;
constexpr std::size_t max_told = 200;  // each is counted to from the body's start

void print(const callgate::json::offence& what, std::string_view body, bool hides) {
  const auto [line, column] = callgate::json::place_of(body, what.broken.offset);
  std::array<char, max_line_bytes> room;
  const std::string_view said = callgate::json::describe(what, room);
  std::printf("%zu:%zu: %.*s\n", line, column, static_cast<int>(said.size()), said.data());
  if (hides) return;
  const std::string_view shown = callgate::json::caret(body, what.broken.offset, room);
  std::printf("%.*s\n", static_cast<int>(shown.size()), shown.data());
}

}  // namespace

int explain(const callback_input& what) {
  const catalog_entry& provider = find_provider(what.provider);
  const std::string body = read_body(what, provider);
  std::size_t told = 0;
  const bool good = provider.explain(body, [&](const callgate::json::offence& found) {
    if (told++ == max_told) return std::printf("and more\n"), false;
    return print(found, body, provider.has_sensitive), true;
  });
  if (good) std::printf("nothing is wrong\n");
  return good ? 0 : 1;
}
