// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include <callgate/json/offence.hpp>
#include <callgate/json/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

// A pointer, an expectation and a value: each is bounded, and this holds them.
constexpr std::size_t max_line_bytes = 1024;
constexpr std::size_t max_lines = 200;  // each is counted to from the body's start

void print(const callgate::json::offence& what, std::string_view body) {
  std::array<char, max_line_bytes> room;
  const std::string line(callgate::json::describe(what, room));
  const std::string_view before = body.substr(0, what.broken.offset);
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::string_view in_line = before.substr(before.rfind('\n') + 1);
  std::printf("%s, line %zu, column %zu\n", line.c_str(), lines + 1,
              callgate::json::count_code_points(in_line) + 1);
}

}  // namespace

int explain(const callback_input& what) {
  const catalog_entry& provider = find_provider(what.provider);
  const std::string body = read_body(what, provider);
  std::size_t told = 0;
  const bool good = provider.explain(body, [&](const callgate::json::offence& found) {
    if (told++ == max_lines) return std::printf("and more\n"), false;
    return print(found, body), true;
  });
  if (good) std::printf("nothing is wrong\n");
  return good ? 0 : 1;
}
