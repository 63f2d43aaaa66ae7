// SPDX-License-Identifier: Apache-2.0
// Feeds bytes to the parsers as a connection would, cut into pieces, and keeps all that came of it.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/http/chunked_decoder.hpp>
#include <callgate/http/request_parser.hpp>

#include <tests/support/request_cases.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http_test {

namespace http = callgate::http;

// Everything observable, copied, so that two runs can be compared.
struct reading {
  http::parse_status status = http::parse_status::need_more;
  std::optional<http::errc> error{};
  std::string method{}, path{}, query{}, host{}, content_type{};
  int minor_version = -1;
  bool keep_alive = false, expect_continue = false;
  http::body_framing framing = http::body_framing::none;
  std::uint64_t content_length = 0;
  std::size_t head_size = 0;
  std::vector<std::pair<std::string, std::string>> fields{};
  std::string body{};
  std::string rest{};  // what follows the message

  bool operator==(const reading&) const = default;
};

inline constexpr std::size_t max_test_body_bytes = callgate::limits::max_body_bytes;

inline void copy_head(const http::request_parser& parser, reading& out) {
  const http::request& r = parser.request();
  out.method = r.method, out.path = r.target.path, out.query = r.target.query;
  out.host = r.host, out.content_type = r.content_type;
  out.minor_version = r.minor_version;
  out.keep_alive = r.keep_alive, out.expect_continue = r.expect_continue;
  out.framing = r.framing, out.content_length = r.content_length;
  out.head_size = parser.head_size();
  for (const http::field& f : r.fields) out.fields.emplace_back(f.name, f.value);
}

// Reads each piece `gap` bytes behind what is decoded already, as a connection may.
inline void read_chunked(const std::vector<std::string_view>& pieces, std::size_t gap,
                         reading& out) {
  http::chunked_decoder decoder{max_test_body_bytes};
  std::vector<char> buffer;
  for (const std::string_view piece : pieces) {
    if (decoder.status() != http::parse_status::need_more) {
      out.rest += piece;
      continue;
    }
    const std::size_t begin = decoder.decoded_size() + gap;
    buffer.resize(begin + piece.size());
    piece.copy(buffer.data() + begin, piece.size());
    out.status = decoder.feed(buffer, begin, buffer.size());
    out.rest.assign(buffer.data() + decoder.raw_consumed(), buffer.size() - decoder.raw_consumed());
  }
  out.status = decoder.status();
  if (out.status == http::parse_status::error) {
    out.error = decoder.error();
    out.rest.clear();
  }
  out.body.assign(buffer.data(), decoder.decoded_size());
}

inline void read_counted(std::string_view bytes, reading& out) {
  const std::size_t n = std::min<std::size_t>(bytes.size(), out.content_length);
  out.body = bytes.substr(0, n);
  out.rest = bytes.substr(n);
  if (n < out.content_length) out.status = http::parse_status::need_more;
}

// `cuts`: ascending positions at which `bytes` are cut.
inline reading read_message(std::string_view bytes, const std::vector<std::size_t>& cuts,
                            std::size_t gap = 0) {
  std::vector<char> memory(bytes.begin(), bytes.end());
  const std::string_view all{memory.data(), memory.size()};
  http::request_parser parser;
  reading out;
  std::vector<std::size_t> ends = cuts;
  ends.push_back(all.size());
  std::size_t i = 0;
  do out.status = parser.parse_head(all.substr(0, ends[i]));
  while (out.status == http::parse_status::need_more && ++i < ends.size());
  if (out.status == http::parse_status::error) out.error = parser.error();
  if (out.status != http::parse_status::complete) return out;
  copy_head(parser, out);
  if (out.framing == http::body_framing::chunked) {
    std::vector<std::string_view> pieces;
    for (std::size_t begin = out.head_size; i < ends.size(); begin = ends[i++])
      pieces.push_back(all.substr(begin, ends[i] - begin));
    read_chunked(pieces, gap, out);
  } else {
    read_counted(all.substr(out.head_size), out);
  }
  return out;
}

// One message after the other, as they come on a connection.
inline understanding read_stream(std::string_view bytes, std::vector<std::size_t> cuts,
                                 std::size_t gap = 0) {
  understanding out;
  while (!bytes.empty()) {
    reading one = read_message(bytes, cuts, gap);
    if (one.content_length > max_test_body_bytes) one.error = http::errc::body_too_large;
    if (one.error) out.error = callgate::enum_name(*one.error);
    if (!one.error && one.status == http::parse_status::need_more) out.error = "it ends too early";
    if (!out.error.empty()) break;
    out.seen.push_back(seen_request(one.method, one.path, callgate::enum_name(one.framing),
                                    one.keep_alive, one.body));
    if (!one.keep_alive) break;
    const std::size_t taken = bytes.size() - one.rest.size();
    bytes.remove_prefix(taken);
    std::erase_if(cuts, [&](std::size_t cut) { return cut <= taken; });
    for (std::size_t& cut : cuts) cut -= taken;
  }
  return out;
}

inline std::vector<std::size_t> every_position(std::size_t size) {
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < size; ++i) cuts.push_back(i);
  return cuts;
}

}  // namespace http_test
