// SPDX-License-Identifier: Apache-2.0
// Any bytes, cut anywhere, as what comes on a connection: the same requests, bodies and verdict as
// of the bytes in one piece, and heads as the reference has them. The first four bytes say where
// the rest is cut, and how much of a body is taken.
#include <callgate/net/request_reader.hpp>

#include "tests/fuzz/must.hpp"
#include "tests/support/exact_copy.hpp"
#include "tests/unit/http/reference_head.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace callgate;
using fuzz::must;
using net::read_status;

constexpr std::size_t max_pool_bytes = 8 << 20;
constexpr std::size_t prefix_bytes = 4;

// What came of a connection: a text for each request, then how it ended.
struct reading {
  std::vector<std::string> requests{};
  read_status end = read_status::need_more;
  http::errc error{};
  bool idle = true;

  bool operator==(const reading&) const = default;
};

// How bytes arrive: pieces of these sizes, the last one again and again.
struct arrival {
  std::array<std::size_t, 3> pieces;
  std::size_t max_body_bytes;
};

std::string text_of(const http::request& r, std::string_view body) {
  std::string out{r.method};
  out.append(" ").append(r.target.path).append("?").append(r.target.query);
  out.append(" ").append(r.host).append(" ").append(r.content_type);
  out += " 1." + std::to_string(r.minor_version) + (r.keep_alive ? " open" : " close") +
         (r.expect_continue ? " expects " : " ") + std::to_string(static_cast<int>(r.framing));
  for (const http::field& f : r.fields)
    out.append("\n").append(f.name).append(": ").append(f.value);
  return out.append("\n\n").append(body);
}

class connection {
 public:
  // Bytes of a connection that was here before: they must mean nothing.
  void leave_behind(std::string_view bytes) {
    (void)read(bytes, {{4096, 4096, 4096}, 1 << 20});
    reader_.clear();
    must(reader_.idle(), "it is not idle once it is cleared");
  }

  reading read(std::string_view bytes, const arrival& how) {
    reading out;
    const std::size_t most = bytes.size();
    for (std::size_t n = 0; !bytes.empty(); ++n) {
      const std::span<char> room = reader_.room();
      must(!room.empty(), "a read into no room would spin");
      const std::size_t wanted = how.pieces[std::min(n, how.pieces.size() - 1)];
      const std::size_t size = std::min({bytes.size(), wanted, room.size()});
      std::copy_n(bytes.data(), size, room.data());
      bytes.remove_prefix(size);
      if (!follow(reader_.received(size), how.max_body_bytes, out)) break;
      must(out.requests.size() <= most, "it sees more requests than there are bytes");
    }
    out.idle = reader_.idle();
    return out;
  }

 private:
  // False when the connection would close.
  bool follow(read_status status, std::size_t max_body_bytes, reading& out) {
    while (status != read_status::need_more) {
      if (status == read_status::head_complete) status = reader_.admit(max_body_bytes);
      if (status == read_status::need_more) break;
      if (status != read_status::complete) {
        out.end = status;
        if (status == read_status::refused) out.error = reader_.error();
        return false;
      }
      out.requests.push_back(text_of(reader_.request(), reader_.body()));
      reader_.next();
      status = reader_.pending();
    }
    return true;
  }

  net::buffer_pool pool_{max_pool_bytes};
  net::request_reader reader_{pool_, pool_};
};

bool is_a_limit(http::errc why) {
  using enum http::errc;
  return why == head_too_large || why == target_too_long || why == too_many_fields ||
         why == too_many_empty_lines;
}

// The head at the front of bytes that end where forbidden memory begins.
void compare_with_reference(std::string_view bytes) {
  const test::exact_copy copy{bytes};
  http::request_parser parser;
  const http::parse_status status = parser.parse_head(copy.view());
  if (status == http::parse_status::error && is_a_limit(parser.error())) return;
  const auto want = http_test::reference_head(std::string{bytes});
  must((status == http::parse_status::complete) == want.has_value(),
       want ? "it refuses a head that the reference takes" : "it takes what the reference refuses");
  if (!want) return;
  const http::request& r = parser.request();
  must(parser.head_size() == want->size && r.method == want->method, "another size or method");
  must(r.framing == want->framing && r.content_length == want->content_length, "another framing");
  must(r.keep_alive == want->keep_alive, "another idea of what becomes of the connection");
  must(std::equal(r.fields.begin(), r.fields.end(), want->fields.begin(), want->fields.end(),
                  [](const http::field& f, const auto& w) {
                    return f.name == w.first && f.value == w.second;
                  }),
       "other fields");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < prefix_bytes) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + prefix_bytes,
                               size - prefix_bytes};
  const std::size_t max_body_bytes = data[3] == 0 ? limits::max_body_bytes : data[3];
  const auto piece = [data](std::size_t i) -> std::size_t { return data[i] + 1; };

  const reading whole = connection{}.read(bytes, {{size, size, size}, max_body_bytes});
  connection used;
  used.leave_behind(bytes.substr(bytes.size() / 2));
  must(used.read(bytes, {{piece(0), piece(1), piece(2)}, max_body_bytes}) == whole,
       "in pieces, on a connection's slot that was used before, it is something else");
  must(connection{}.read(bytes, {{1, 1, 1}, max_body_bytes}) == whole,
       "byte by byte it is something else");
  compare_with_reference(bytes);
  return 0;
}
