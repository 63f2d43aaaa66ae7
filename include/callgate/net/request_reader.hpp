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

// Sans-I/O. Pipelined bytes behind a request stay where they are until next(). Between requests
// there is no buffer. Lifetime: request() and body() view into leased buffers, until next().
class request_reader {
 public:
  // receiving: for buffers of limits::receive_buffer_bytes. large: for bodies that do not fit into
  // one.
  request_reader(buffer_pool& receiving, buffer_pool& large) noexcept
      : receiving_(receiving), buffers_(large) {}
  request_reader(const request_reader&) = delete;
  request_reader& operator=(const request_reader&) = delete;

  // Where the next bytes go; empty only if there is no buffer for them.
  [[nodiscard]] std::span<char> room() {
    switch (place_) {
      case place::sized_lease: {
        const std::span<char> lease = large_.bytes();
        return lease.first(std::min(lease.size(), wanted_)).subspan(body_size_);
      }
      case place::chunked: {
        const std::span<char> free = large_.bytes().subspan(chunks_.decoded_size());
        return free.first(std::min(free.size(), max_chunked_read_bytes));
      }
      default: break;
    }
    if (!small_) small_ = receiving_.lease(limits::receive_buffer_bytes);
    return small_.bytes().subspan(end_);
  }

  read_status received(std::size_t bytes) noexcept {
    switch (place_) {
      case place::sized_lease: body_size_ += bytes; return status_of_sized_lease();
      case place::chunked: return decode(chunks_.decoded_size(), chunks_.decoded_size() + bytes);
      case place::sized_small: end_ += bytes; return status_of_sized_small();
      case place::head: break;
    }
    end_ += bytes;
    return parse_head();
  }

  // There was nothing for room().
  void received_nothing() noexcept {
    if (idle()) give_back();
  }

  // Looks at what is there already: after next(), for a pipelined request.
  read_status pending() noexcept { return idle() ? read_status::need_more : parse_head(); }

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
    if (wanted_ <= small_.bytes().size() - begin_ - parser_.head_size()) {
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
    if (place_ == place::sized_small || (place_ == place::head && has_head())) {
      begin_ += parser_.head_size() + wanted_;
    } else if (place_ == place::chunked) {
      const std::string_view rest{large_.bytes().data() + chunks_.raw_consumed(),
                                  raw_end_ - chunks_.raw_consumed()};
      rest.copy(small_.bytes().data(), rest.size());
      begin_ = 0;
      end_ = rest.size();
    } else {
      begin_ = end_;
    }
    restart();
    if (idle()) give_back();
  }

  // Forgets everything, for another connection.
  void clear() noexcept {
    give_back();
    restart();
  }

  // True between requests, when nothing of the next one has come.
  [[nodiscard]] bool idle() const noexcept { return place_ == place::head && begin_ == end_; }
  [[nodiscard]] bool has_head() const noexcept {
    return parser_.status() == http::parse_status::complete;
  }
  [[nodiscard]] const http::request& request() const noexcept { return parser_.request(); }
  [[nodiscard]] std::string_view body() const noexcept {
    switch (place_) {
      case place::sized_lease: return {large_.bytes().data(), wanted_};
      case place::chunked: return {large_.bytes().data(), chunks_.decoded_size()};
      default: return {small_.bytes().data() + begin_ + parser_.head_size(), wanted_};
    }
  }
  // Bytes of the body that are here, before it is complete.
  [[nodiscard]] std::size_t received_of_body() const noexcept {
    switch (place_) {
      case place::sized_lease: return body_size_;
      case place::chunked: return chunks_.decoded_size();
      default: return received_head().size() - parser_.head_size();
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
  // What follows a chunked body must fit beside its head, which stays until next().
  static constexpr std::size_t max_chunked_read_bytes = limits::receive_buffer_bytes / 2;

  [[nodiscard]] std::string_view received_head() const noexcept {
    return {small_.bytes().data() + begin_, end_ - begin_};
  }

  read_status parse_head() noexcept {
    switch (parser_.parse_head(received_head())) {
      case http::parse_status::need_more: return need_more_of_head();
      case http::parse_status::complete: return read_status::head_complete;
      case http::parse_status::error: break;
    }
    return refuse(parser_.error());
  }

  // Whatever stood before it is done with: the rest of the head finds room behind it.
  read_status need_more_of_head() noexcept {
    if (begin_ == 0) return read_status::need_more;
    const std::string_view head = received_head();
    std::memmove(small_.bytes().data(), head.data(), head.size());
    begin_ = 0;
    end_ = head.size();
    parser_.reset();  // its views went with the bytes
    (void)parser_.parse_head(received_head());
    return read_status::need_more;
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
    return large_.bytes().size() - chunks_.decoded_size() < max_chunked_read_bytes
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
    const std::string_view rest = received_head().substr(parser_.head_size());
    rest.copy(large_.bytes().data(), rest.size());
    end_ -= rest.size();
    return rest.size();
  }

  read_status status_of_sized_small() const noexcept {
    return received_head().size() - parser_.head_size() >= wanted_ ? read_status::complete
                                                                   : read_status::need_more;
  }
  read_status status_of_sized_lease() noexcept {
    if (body_size_ == wanted_) return read_status::complete;
    return body_size_ == large_.bytes().size() ? grow(body_size_) : read_status::need_more;
  }

  read_status refuse(http::errc why) noexcept {
    error_ = why;
    return read_status::refused;
  }

  void give_back() noexcept {
    small_.reset();
    begin_ = end_ = 0;
  }

  void restart() noexcept {
    large_.reset();
    parser_.reset();
    place_ = place::head;
    wanted_ = body_size_ = raw_end_ = 0;
  }

  buffer_pool& receiving_;
  buffer_pool& buffers_;
  http::request_parser parser_;
  http::chunked_decoder chunks_;
  buffer_lease large_;
  buffer_lease small_;         // what has been received, but for large bodies
  std::size_t begin_ = 0;      // of the request, in small_
  std::size_t end_ = 0;        // of what has been received, in small_
  std::size_t wanted_ = 0;     // bytes of a body of known length
  std::size_t body_size_ = 0;  // of them that are in large_
  std::size_t raw_end_ = 0;    // of a chunked body's last read
  place place_ = place::head;
  http::errc error_{};
};

}  // namespace callgate::net
