// SPDX-License-Identifier: Apache-2.0
// Reads a JSON file, or standard input, into the struct of a schema: the parser, without a server.
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/caret.hpp>
#include <callgate/json/parse.hpp>
#include <callgate/schemas/job_worker.hpp>

#include <array>
#include <cstddef>
#include <cstdio>
#include <string_view>

namespace json = callgate::json;
using job = callgate::schemas::job_worker::job_callback;

constexpr std::size_t max_text_bytes = 64 * 1024;

int print(const char* what, std::string_view text) {
  return std::printf("%s%.*s\n", what, int(text.size()), text.data());
}

int main(int argc, char** argv) {
  std::FILE* const file = argc > 1 ? std::fopen(argv[1], "rb") : stdin;
  if (file == nullptr) return std::perror(argv[1]), 2;
  static std::array<char, max_text_bytes + 1> bytes;
  const std::string_view text{bytes.data(), std::fread(bytes.data(), 1, bytes.size(), file)};
  if (text.size() > max_text_bytes) return std::fputs("more than 64 KiB\n", stderr), 2;

  // Room that no text of this size can exhaust. What the parser finds are views of it and of text.
  static std::array<std::byte, json::arena_bytes_needed<job>(max_text_bytes)> room;
  callgate::arena memory{room};
  const callgate::result<job, json::error> found = json::parse<job>(text, memory);
  if (!found) {
    std::array<char, json::max_located_bytes> line;
    return print("", json::describe_with_caret<job>(found.error(), text, line)), 1;
  }
  print("job ", found->job_id.value_or("without an id"));
  if (found->image_urls)
    for (const std::string_view url : *found->image_urls) print("image ", url);
}
