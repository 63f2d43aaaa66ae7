// SPDX-License-Identifier: Apache-2.0
// Any bytes as a chunked body, cut anywhere and received anywhere behind what is decoded: the same
// body and verdict as of the bytes in one piece, and as a slow reader that splits strings has it.
// The first four bytes say where the rest is cut, and how far behind it is received.
#include <callgate/http/chunked_decoder.hpp>

#include "tests/fuzz/must.hpp"
#include "tests/unit/http/reference_head.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace callgate;
using fuzz::must;

constexpr std::size_t max_body_bytes = 4096;
constexpr std::size_t prefix_bytes = 4;

struct reading {
  http::parse_status status = http::parse_status::need_more;
  http::errc error{};
  std::string body{};
  std::size_t raw_bytes = 0;  // of the message; what follows is not ours

  bool operator==(const reading&) const = default;
};

// How bytes arrive: pieces of these sizes, the last one again and again, each in a block of just
// its size that begins `gap` bytes behind what is decoded.
struct arrival {
  std::array<std::size_t, 3> pieces;
  std::size_t gap;
};

reading read(std::string_view bytes, const arrival& how) {
  reading out;
  http::chunked_decoder decoder{max_body_bytes};
  std::string decoded;
  for (std::size_t n = 0; out.status == http::parse_status::need_more && !bytes.empty(); ++n) {
    const std::size_t size = std::min(bytes.size(), how.pieces[std::min(n, how.pieces.size() - 1)]);
    const std::size_t begin = decoded.size() + how.gap;
    const std::unique_ptr<char[]> block(new char[begin + size]);
    const std::span<char> buffer{block.get(), begin + size};
    std::fill(std::copy(decoded.begin(), decoded.end(), buffer.begin()), buffer.end(), '\n');
    bytes.copy(buffer.data() + begin, size);
    bytes.remove_prefix(size);
    out.status = decoder.feed(buffer, begin, buffer.size());
    must(decoder.raw_consumed() <= buffer.size(), "it takes more than there is");
    must(decoder.decoded_size() <= max_body_bytes, "a body is longer than it may be");
    decoded.assign(buffer.data(), decoder.decoded_size());
    out.raw_bytes += decoder.raw_consumed() - begin;
  }
  if (out.status == http::parse_status::error) return {out.status, decoder.error(), {}, 0};
  out.body = std::move(decoded);
  return out;
}

// --- The slow reader. Source: RFC 9112 7.1. White space before a line's end is refused.

bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  return text.remove_prefix(1), true;
}

// Returns how many there were.
std::size_t skip_any(std::string_view& text, std::string_view of) {
  const std::size_t n = std::min(text.find_first_not_of(of), text.size());
  return text.remove_prefix(n), n;
}

bool is_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

bool skip_quoted(std::string_view& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return text.remove_prefix(i + 1), true;
    if (text[i] == '\\') ++i;
  }
  return false;
}

bool skip_extension(std::string_view& text) {
  skip_any(text, " \t");
  if (!skip(text, ';')) return false;
  skip_any(text, " \t");
  if (skip_any(text, http_test::tchar) == 0) return false;
  const std::string_view behind_name = text;
  skip_any(text, " \t");
  if (!skip(text, '=')) return text = behind_name, true;
  skip_any(text, " \t");
  return skip(text, '"') ? skip_quoted(text) : skip_any(text, http_test::tchar) != 0;
}

// Nothing for a line that is none.
std::optional<std::uint64_t> size_of(std::string_view line) {
  if (!is_text(line)) return std::nullopt;
  const std::string_view whole = line;
  const std::size_t digits = skip_any(line, "0123456789abcdefABCDEF");
  if (digits == 0 || digits > 16) return std::nullopt;
  while (!line.empty())
    if (!skip_extension(line)) return std::nullopt;
  return std::stoull(std::string{whole.substr(0, digits)}, nullptr, 16);
}

bool is_trailer(std::string_view line) {
  if (!is_text(line)) return false;
  return skip_any(line, http_test::tchar) != 0 && skip(line, ':');
}

std::optional<std::string_view> take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  return line;
}

// Whole bodies only.
std::optional<reading> reference(std::string_view bytes) {
  const std::size_t all = bytes.size();
  reading out{.status = http::parse_status::complete};
  for (;;) {
    const auto line = take_line(bytes);
    const auto size = line ? size_of(*line) : std::nullopt;
    if (!size) return std::nullopt;
    if (*size == 0) break;
    if (bytes.size() < 2 || *size > bytes.size() - 2) return std::nullopt;
    out.body += bytes.substr(0, *size);
    bytes.remove_prefix(*size);
    if (!skip(bytes, '\r') || !skip(bytes, '\n')) return std::nullopt;
  }
  for (;;) {
    const auto line = take_line(bytes);
    if (!line || (!line->empty() && !is_trailer(*line))) return std::nullopt;
    if (line->empty()) break;
  }
  out.raw_bytes = all - bytes.size();
  return out;
}

bool is_a_limit(http::errc why) {
  using enum http::errc;
  return why == body_too_large || why == chunk_line_too_long || why == trailers_too_large;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < prefix_bytes) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + prefix_bytes,
                               size - prefix_bytes};
  const auto piece = [data](std::size_t i) -> std::size_t { return data[i] + 1; };

  const reading whole = read(bytes, {{size, size, size}, 0});
  must(read(bytes, {{piece(0), piece(1), piece(2)}, data[3]}) == whole,
       "in pieces it is something else");
  must(read(bytes, {{1, 1, 1}, 0}) == whole, "byte by byte it is something else");
  if (whole.status == http::parse_status::error && is_a_limit(whole.error)) return 0;
  const auto want = reference(bytes);
  must((whole.status == http::parse_status::complete) == want.has_value(),
       want ? "it refuses a body that the reference takes" : "it takes what the reference refuses");
  must(!want || whole == *want, "another body than the reference's, or another end of it");
  return 0;
}
