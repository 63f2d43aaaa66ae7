// SPDX-License-Identifier: Apache-2.0
// Takes the chunked coding off a body, in place: chunk lines go, data bytes close up at the front.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/errc.hpp>
#include <callgate/http/parse_status.hpp>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace callgate::http {

// The caller's buffer, before and after each feed():
//     [0, decoded_size())      the body so far, contiguous
//     [.., raw_begin)          free
//     [raw_begin, raw_end)     received, not decoded yet
// Everything fed is taken (a chunk line's state is kept here, not in the buffer), up to the end of
// the message. So the next bytes may be received at decoded_size() or anywhere behind it, and the
// buffer needs no more room than the body and one read. What follows the message stays untouched
// at raw_consumed().
// Resumable: the result does not depend on how the bytes were split.
// Errors: bare_line_feed, bare_carriage_return, those named for chunked bodies in errc.
// Threads: one at a time. Cost: data bytes are moved once, others looked at once; no allocation.
// Source: RFC 9112 7.1. Trailers are checked and dropped: nothing here may depend on them.
class chunked_decoder {
 public:
  // Units: bytes after decoding; body_too_large comes with the size of the chunk that goes beyond.
  explicit chunked_decoder(std::size_t max_decoded_bytes = limits::max_body_bytes) noexcept
      : max_decoded_(max_decoded_bytes) {}

  // decoded_size() <= raw_begin <= raw_end <= buffer.size(); the decoded bytes are where the last
  // call left them, `buffer` itself may have moved.
  parse_status feed(std::span<char> buffer, std::size_t raw_begin, std::size_t raw_end) noexcept {
    assert(decoded_ <= raw_begin && raw_begin <= raw_end && raw_end <= buffer.size());
    consumed_ = raw_begin;
    while (status_ == parse_status::need_more && consumed_ < raw_end) {
      if (place_ == place::data)
        take_data(buffer, raw_end);
      else
        take(buffer[consumed_++]);
    }
    return status_;
  }

  [[nodiscard]] parse_status status() const noexcept { return status_; }
  [[nodiscard]] std::size_t decoded_size() const noexcept { return decoded_; }

  // Position in the last feed()'s buffer of the first byte that was not taken: raw_end, or once
  // complete, where the next request begins.
  [[nodiscard]] std::size_t raw_consumed() const noexcept { return consumed_; }

  [[nodiscard]] errc error() const noexcept {
    return assert(status_ == parse_status::error), error_;
  }

  // Ready for the next body.
  void reset(std::size_t max_decoded_bytes) noexcept { *this = chunked_decoder{max_decoded_bytes}; }

 private:
  enum class place : std::uint8_t {
    size_begin,  // the first digit of a chunk's size
    size_digits,
    before_extension,  // white space, then a semicolon
    extension_begin,   // white space, then a name
    extension_name,
    before_value,  // white space behind a name, then '=' or a semicolon
    value_begin,   // white space, then a token or a quoted string
    value,
    quoted,
    quoted_pair,
    quotes_end,
    size_line_feed,
    data,
    data_end,  // the CR behind the data
    data_line_feed,
    trailer_begin,  // of a line: a field, or the empty line
    trailer_name,
    trailer_value,
    trailer_line_feed,
    last_line_feed,
    nowhere,  // a byte that may not be there
  };

  static constexpr unsigned max_size_digits = 16;  // 64 bits

  void take_data(std::span<char> buffer, std::size_t raw_end) noexcept {
    const std::size_t there = raw_end - consumed_;
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, there));
    char* const from = buffer.data() + consumed_;
    char* const to = buffer.data() + decoded_;
    if (from != to) std::memmove(to, from, n);
    consumed_ += n;
    decoded_ += n;
    chunk_left_ -= n;
    if (chunk_left_ == 0) place_ = place::data_end;
  }

  void take(char c) noexcept {
    if (place_ <= place::size_line_feed) return take_size_line(c);
    if (place_ >= place::trailer_begin) return take_trailer(c);
    if (c != (place_ == place::data_end ? '\r' : '\n')) return fail(errc::bad_chunk_end);
    if (place_ == place::data_end) {
      place_ = place::data_line_feed;
    } else {
      begin_size_line();
    }
  }

  void begin_size_line() noexcept {
    place_ = place::size_begin;
    line_bytes_ = digits_ = 0;
    chunk_left_ = 0;
  }

  void take_size_line(char c) noexcept {
    if (++line_bytes_ > limits::max_chunk_line_bytes) return fail(errc::chunk_line_too_long);
    switch (place_) {
      case place::size_begin:
      case place::size_digits: return take_size(c);
      case place::size_line_feed:
        if (c != '\n') return fail(errc::bare_carriage_return);
        place_ = chunk_left_ == 0 ? place::trailer_begin : place::data;
        return;
      default: return take_extension(c);
    }
  }

  void take_size(char c) noexcept {
    const int digit = detail::hex_value(c);
    if (digit >= 0) {
      if (++digits_ > max_size_digits) return fail(errc::bad_chunk_size);
      chunk_left_ = chunk_left_ * 16 + static_cast<std::uint64_t>(digit);
      place_ = place::size_digits;
      return;
    }
    if (place_ == place::size_begin) return fail(errc::bad_chunk_size);
    if (c == '\n') return fail(errc::bare_line_feed);
    if (c != '\r' && c != ';' && !detail::is_space(c)) return fail(errc::bad_chunk_size);
    if (chunk_left_ > max_decoded_ - decoded_) return fail(errc::body_too_large);
    place_ = c == '\r'  ? place::size_line_feed
             : c == ';' ? place::extension_begin
                        : place::before_extension;
  }

  // Extensions mean nothing to us. All of a body's are bounded together, or one-byte chunks could
  // make a small body cost many reads.
  void take_extension(char c) noexcept {
    if (++extension_bytes_ > limits::max_head_bytes) return fail(errc::chunk_line_too_long);
    if (c == '\n') return fail(errc::bare_line_feed);
    const place next = after_extension_byte(c);
    if (next == place::nowhere) return fail(errc::bad_chunk_extension);
    place_ = next;
  }

  // Quotes must close on their line: who reads them could look for the line's end behind them.
  [[nodiscard]] place after_extension_byte(char c) const noexcept {
    const bool token = detail::is_token_byte(c);
    switch (place_) {
      case place::before_extension: return c == '\r' ? place::nowhere : behind_extension(c);
      case place::extension_begin:
        if (detail::is_space(c)) return place_;
        return token ? place::extension_name : place::nowhere;
      case place::extension_name: return token ? place_ : behind_name(c);
      case place::before_value: return c == '\r' ? place::nowhere : behind_name(c);
      case place::value_begin:
        if (detail::is_space(c)) return place_;
        if (c == '"') return place::quoted;
        return token ? place::value : place::nowhere;
      case place::value: return token ? place_ : behind_extension(c);
      case place::quoted:
        if (c == '"') return place::quotes_end;
        if (c == '\\') return place::quoted_pair;
        [[fallthrough]];
      case place::quoted_pair: return detail::is_control(c) ? place::nowhere : place::quoted;
      default: return behind_extension(c);
    }
  }

  [[nodiscard]] static place behind_name(char c) noexcept {
    if (c == '=') return place::value_begin;
    return detail::is_space(c) ? place::before_value : behind_extension(c);
  }

  [[nodiscard]] static place behind_extension(char c) noexcept {
    if (c == '\r') return place::size_line_feed;
    if (c == ';') return place::extension_begin;
    return detail::is_space(c) ? place::before_extension : place::nowhere;
  }

  void take_trailer(char c) noexcept {
    if (++trailer_bytes_ > limits::max_head_bytes) return fail(errc::trailers_too_large);
    switch (place_) {
      case place::trailer_begin:
        if (c == '\r') return go(place::last_line_feed);
        [[fallthrough]];
      case place::trailer_name:
        if (c == ':' && place_ == place::trailer_name) return go(place::trailer_value);
        return detail::is_token_byte(c) ? go(place::trailer_name) : fail(errc::bad_trailer);
      case place::trailer_value:
        if (c == '\r') return go(place::trailer_line_feed);
        if (detail::is_control(c)) fail(errc::bad_trailer);
        return;
      default: return take_trailer_end(c);
    }
  }

  void take_trailer_end(char c) noexcept {
    if (c != '\n') return fail(errc::bad_trailer);
    if (place_ == place::last_line_feed) status_ = parse_status::complete;
    place_ = place::trailer_begin;
  }

  void go(place next) noexcept { place_ = next; }

  void fail(errc why) noexcept {
    error_ = why;
    status_ = parse_status::error;
  }

  std::size_t max_decoded_;
  std::size_t decoded_ = 0;
  std::size_t consumed_ = 0;
  std::uint64_t chunk_left_ = 0;  // data bytes still to come of this chunk
  std::size_t line_bytes_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  unsigned digits_ = 0;
  place place_ = place::size_begin;
  parse_status status_ = parse_status::need_more;
  errc error_{};
};

}  // namespace callgate::http
