// SPDX-License-Identifier: Apache-2.0
// From received bytes to one whole request: small bodies beside the head, large ones in a leased
// buffer.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/http/chunked_decoder.hpp>
#include <callgate/http/errc.hpp>
#include <callgate/http/request.hpp>
#include <callgate/http/request_parser.hpp>
#include <callgate/net/buffer_pool.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace callgate::net {

enum class read_status : std::uint8_t {
  need_more,      // read into room() and tell received()
  head_complete,  // request() is there; admit() decides about its body
  complete,       // body() is there too; both stay where they are until next()
  refused,        // error() says why; nothing after it can be trusted
  no_memory,      // no buffer for the body: answer 503
};

// Sans-I/O. Pipelined bytes behind a request stay where they are until next().
// Lifetime: request() and body() view into this object or its leased buffer, until next().
class request_reader {
 public:
  explicit request_reader(buffer_pool& buffers) noexcept : buffers_(buffers) {}
  request_reader(const request_reader&) = delete;
  request_reader& operator=(const request_reader&) = delete;

  // Where the next bytes go; never empty while need_more.
  [[nodiscard]] std::span<char> room() noexcept {
    switch (place_) {
      case place::sized_lease: {
        const std::span<char> lease = large_.bytes();
        return lease.first(std::min(lease.size(), wanted_)).subspan(body_size_);
      }
      case place::chunked: {
        const std::span<char> free = large_.bytes().subspan(chunks_.decoded_size());
        return free.first(
            std::min(free.size(), small_.size()));  // so that what follows fits into small_
      }
      default: return std::span<char>(small_).subspan(used_);
    }
  }

  read_status received(std::size_t bytes) noexcept {
    switch (place_) {
      case place::sized_lease: body_size_ += bytes; return status_of_sized_lease();
      case place::chunked: return decode(chunks_.decoded_size(), chunks_.decoded_size() + bytes);
      case place::sized_small: used_ += bytes; return status_of_sized_small();
      case place::head: break;
    }
    used_ += bytes;
    return parse_head();
  }

  // Looks at what is there already: after next(), for a pipelined request.
  read_status pending() noexcept { return used_ == 0 ? read_status::need_more : parse_head(); }

  // After head_complete: reads on, bodies up to max_body_bytes.
  read_status admit(std::size_t max_body_bytes) noexcept {
    const http::request& head = parser_.request();
    switch (head.framing) {
      case http::body_framing::none:
        place_ = place::sized_small;
        wanted_ = 0;
        return read_status::complete;
      case http::body_framing::chunked: return admit_chunked(max_body_bytes);
      case http::body_framing::content_length: break;
    }
    if (head.content_length > max_body_bytes) return refuse(http::errc::body_too_large);
    wanted_ = static_cast<std::size_t>(head.content_length);
    if (wanted_ <= small_.size() - parser_.head_size()) {
      place_ = place::sized_small;
      return status_of_sized_small();
    }
    large_ = buffers_.lease(std::min(wanted_, first_lease_bytes));
    if (!large_) return read_status::no_memory;
    place_ = place::sized_lease;
    body_size_ = move_rest_to_lease();
    return status_of_sized_lease();
  }

  // Drops the request; what came behind it is the next one's beginning. A request that was never
  // admitted must have no body: bytes of an unread one would be taken for a request.
  void next() noexcept {
    std::string_view rest;
    if (place_ == place::sized_small || (place_ == place::head && has_head())) {
      const std::size_t end = parser_.head_size() + wanted_;
      rest = {small_.data() + end, used_ - end};
    } else if (place_ == place::chunked) {
      rest = {large_.bytes().data() + chunks_.raw_consumed(), raw_end_ - chunks_.raw_consumed()};
    }
    if (!rest.empty()) std::memmove(small_.data(), rest.data(), rest.size());
    used_ = rest.size();
    restart();
  }

  // Forgets everything, for another connection.
  void clear() noexcept {
    used_ = 0;
    restart();
  }

  // True between requests, when nothing of the next one has come.
  [[nodiscard]] bool idle() const noexcept { return place_ == place::head && used_ == 0; }
  [[nodiscard]] bool has_head() const noexcept {
    return parser_.status() == http::parse_status::complete;
  }
  [[nodiscard]] const http::request& request() const noexcept { return parser_.request(); }
  [[nodiscard]] std::string_view body() const noexcept {
    switch (place_) {
      case place::sized_lease: return {large_.bytes().data(), wanted_};
      case place::chunked: return {large_.bytes().data(), chunks_.decoded_size()};
      default: return {small_.data() + parser_.head_size(), wanted_};
    }
  }
  [[nodiscard]] http::errc error() const noexcept { return error_; }

 private:
  enum class place : std::uint8_t {
    head,         // collecting the head in small_
    sized_small,  // a body of known length, behind the head in small_
    sized_lease,  // a body of known length in large_
    chunked,      // a chunked body, decoded in large_
  };

  // Of any large body: it grows as bytes come, so that announcing a length alone pins little.
  static constexpr std::size_t first_lease_bytes = 16 * 1024;

  read_status parse_head() noexcept {
    switch (parser_.parse_head({small_.data(), used_})) {
      case http::parse_status::need_more: return read_status::need_more;
      case http::parse_status::complete: return read_status::head_complete;
      case http::parse_status::error: break;
    }
    return refuse(parser_.error());
  }

  read_status admit_chunked(std::size_t max_body_bytes) noexcept {
    chunks_.reset(max_body_bytes);
    large_ = buffers_.lease(first_lease_bytes);
    if (!large_) return read_status::no_memory;
    place_ = place::chunked;
    return decode(0, move_rest_to_lease());
  }

  read_status decode(std::size_t begin, std::size_t end) noexcept {
    raw_end_ = end;
    switch (chunks_.feed(large_.bytes(), begin, end)) {
      case http::parse_status::complete: return read_status::complete;
      case http::parse_status::error: return refuse(chunks_.error());
      case http::parse_status::need_more: break;
    }
    return large_.bytes().size() - chunks_.decoded_size() < small_.size()
               ? grow(chunks_.decoded_size())
               : read_status::need_more;
  }

  // Room behind the bytes that are to be kept.
  read_status grow(std::size_t kept) noexcept {
    buffer_lease larger = buffers_.lease(2 * large_.bytes().size());
    if (!larger) return read_status::no_memory;
    std::memcpy(larger.bytes().data(), large_.bytes().data(), kept);
    large_ = std::move(larger);
    return read_status::need_more;
  }

  // Copies what came behind the head. Returns its size.
  std::size_t move_rest_to_lease() noexcept {
    const std::size_t rest = used_ - parser_.head_size();
    std::memcpy(large_.bytes().data(), small_.data() + parser_.head_size(), rest);
    used_ = parser_.head_size();
    return rest;
  }

  read_status status_of_sized_small() const noexcept {
    return used_ - parser_.head_size() >= wanted_ ? read_status::complete : read_status::need_more;
  }
  read_status status_of_sized_lease() noexcept {
    if (body_size_ == wanted_) return read_status::complete;
    return body_size_ == large_.bytes().size() ? grow(body_size_) : read_status::need_more;
  }

  read_status refuse(http::errc why) noexcept {
    error_ = why;
    return read_status::refused;
  }

  void restart() noexcept {
    large_.reset();
    parser_.reset();
    place_ = place::head;
    wanted_ = body_size_ = raw_end_ = 0;
  }

  buffer_pool& buffers_;
  http::request_parser parser_;
  http::chunked_decoder chunks_;
  buffer_lease large_;
  std::array<char, limits::max_head_bytes> small_;
  std::size_t used_ = 0;       // of small_
  std::size_t wanted_ = 0;     // bytes of a body of known length
  std::size_t body_size_ = 0;  // of them that are in large_
  std::size_t raw_end_ = 0;    // of a chunked body's last read
  place place_ = place::head;
  http::errc error_{};
};

}  // namespace callgate::net
