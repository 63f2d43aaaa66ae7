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

void print(const char* what, std::string_view text) {
  std::fputs(what, stdout), std::fwrite(text.data(), 1, text.size(), stdout), std::puts("");
}

int main(int argc, char** argv) {
  std::FILE* const file = argc > 1 ? std::fopen(argv[1], "rb") : stdin;
  static std::array<char, max_text_bytes + 1> in;
  const std::string_view text{in.data(), file ? std::fread(in.data(), 1, in.size(), file) : 0};
  if (!file || std::ferror(file)) return std::perror("cannot read"), 2;
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
