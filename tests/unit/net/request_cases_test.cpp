// SPDX-License-Identifier: Apache-2.0
// The requests of tests/http/requests.yaml through the reader that connections have, in pieces.
#include <callgate/net/request_reader.hpp>

#include <tests/support/request_cases.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace callgate::net {
namespace {

using http_test::request_case;
using http_test::understanding;

// Takes every request as a route of the largest body would. False when the connection would close.
bool follow(request_reader& reader, read_status status, understanding& out) {
  while (status != read_status::need_more) {
    if (status == read_status::head_complete) {
      status = reader.admit(limits::max_body_bytes);
      continue;
    }
    if (status != read_status::complete) {
      out.error = status == read_status::refused ? enum_name(reader.error()) : "no memory";
      return false;
    }
    const http::request& r = reader.request();
    out.seen.push_back(http_test::seen_request(r.method, r.target.path, enum_name(r.framing),
                                               r.keep_alive, reader.body()));
    if (!r.keep_alive) return false;
    reader.next();
    status = reader.pending();
  }
  return true;
}

// first: bytes of the first piece; rest: of each that follows.
understanding read(std::string_view bytes, std::size_t first, std::size_t rest) {
  buffer_pool pool(8 << 20);
  request_reader reader(pool, pool);
  understanding out;
  for (std::size_t piece = first; !bytes.empty(); piece = rest) {
    const std::span<char> room = reader.room();
    const std::size_t n = std::min({bytes.size(), piece, room.size()});
    std::copy_n(bytes.data(), n, room.data());
    bytes.remove_prefix(n);
    if (!follow(reader, reader.received(n), out)) return out;
  }
  if (!reader.idle()) out.error = "it ends too early";
  return out;
}

// Long ones at some places only: there are no other states between those, and a pool for each.
std::size_t step_of(std::size_t size) {
  return size < 1000 ? 1 : 97;
}

TEST(RequestCases, AreUnderstoodAsTheyMustHoweverTheyAreSplit) {
  for (const request_case& c : http_test::read_request_cases()) {
    SCOPED_TRACE("requests.yaml:" + std::to_string(c.line) + " " + c.name);
    const understanding got = read(c.bytes, SIZE_MAX, SIZE_MAX);
    EXPECT_EQ(got == http_test::required_of(c), c.pending.empty()) << got.error;
    ASSERT_EQ(read(c.bytes, 1, 1), got) << "byte by byte";
    for (std::size_t at = 1; at < c.bytes.size(); at += step_of(c.bytes.size()))
      ASSERT_EQ(read(c.bytes, at, SIZE_MAX), got) << "split at " << at;
  }
}

}  // namespace
}  // namespace callgate::net
