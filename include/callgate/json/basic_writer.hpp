// SPDX-License-Identifier: Apache-2.0
// Writes JSON into a sink: what writer and string_writer share.
#pragma once

#include <callgate/config.hpp>
#include <callgate/json/escape.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

namespace callgate::json {

namespace detail {

// A sink to write into: room() is free, take(end) keeps what was written into it.
template <class Sink>
concept sink_with_room = requires(Sink sink, char* end) {
  { sink.room() } -> std::same_as<std::span<char>>;
  sink.take(end);
};

}  // namespace detail

// Sink: append(std::string_view), maybe a sink_with_room, too. Commas and colons come by
// themselves; that objects hold pairs and that brackets match is up to the caller. No white space
// is written.
template <class Sink>
class basic_writer {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(std::string_view name) { quote(name, true); }

  // Escaped; what is not UTF-8 becomes U+FFFD.
  void string(std::string_view text) { quote(text, false); }

  void integer(std::int64_t value) { digits(value); }
  void unsigned_integer(std::uint64_t value) { digits(value); }

  // The shortest text that reads back as the same Float; null for what JSON cannot say (NaN,
  // infinities).
  template <std::floating_point Float>
  requires(sizeof(Float) <= sizeof(double)) void number(Float value) {
    if (std::isfinite(value))
      digits(value);
    else
      null();
  }

  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }

  // Demands: one JSON value.
  void raw(std::string_view json) {
    separate();
    sink_.append(json);
  }

  // For templates: constant bytes between values, as they are, without commas of ours.
  void fragment(std::string_view text) {
    sink_.append(text);
    comma_ = false;
  }

  // For templates: escaped text within a string that a fragment has opened.
  void escaped(std::string_view text) {
    if constexpr (detail::sink_with_room<Sink>) {
      const char* const end = text.data() + text.size();
      const auto done = escape_into_room({text.data(), sink_.room().data()}, end);
      if (done.in == end) return sink_.take(done.out);
    }
    escape(text, [this](std::string_view piece) { sink_.append(piece); });
  }

 protected:
  explicit basic_writer(Sink sink) : sink_(sink) {}
  ~basic_writer() = default;
  basic_writer(const basic_writer&) = default;
  basic_writer& operator=(const basic_writer&) = default;

  [[nodiscard]] const Sink& sink() const noexcept { return sink_; }

 private:
  static constexpr std::size_t max_digits = 32;  // an integer has 20 at most, a double 24

  // Before a key or a value.
  void separate() {
    if (comma_) sink_.append(",");
    comma_ = true;
  }
  void open(char bracket) {
    short_value([bracket](char* out) { return *out = bracket, out + 1; });
    comma_ = false;
  }
  void close(char bracket) {
    sink_.append({&bracket, 1});
    comma_ = true;
  }
  template <class Number>
  void digits(Number value) {
    short_value([value](char* out) { return std::to_chars(out, out + max_digits, value).ptr; });
  }

  // Writes a comma, if one is due, and what `write` puts behind it: at most max_digits bytes.
  template <class Write>
  void short_value(Write write) {
    const bool comma = std::exchange(comma_, true);
    if constexpr (detail::sink_with_room<Sink>) {
      if (const std::span<char> room = sink_.room(); room.size() > max_digits) {
        room.front() = ',';
        return sink_.take(write(room.data() + comma));
      }
    }
    char text[1 + max_digits];
    text[0] = ',';
    const char* const end = write(text + comma);
    sink_.append({text, end});
  }

  // A comma, if one is due, and the text in quotes; the colon behind a key, and no comma after it.
  CALLGATE_NOINLINE void quote(std::string_view text, bool is_key) {
    if constexpr (detail::sink_with_room<Sink>) {
      if (!quote_into_room(text, is_key)) quote_what_fits(text, is_key);
    } else {
      quote_in_pieces(text, is_key);
    }
    comma_ = !is_key;
  }

  [[nodiscard]] detail::escape_place escape_into_room(detail::escape_place at, const char* end) {
    const std::span<char> room = sink_.room();
    return detail::escape_blocks<detail::text_block>(at, end, room.data() + room.size());
  }

  // All or nothing; nothing also where it is not certain before that it fits.
  bool quote_into_room(std::string_view text, bool is_key) {
    const std::span<char> room = sink_.room();
    if (room.size() < detail::min_escape_room) return false;
    const char* const end = text.data() + text.size();
    const auto done = escape_into_room({text.data(), open_quote(room.data())}, end);
    if (done.in == end) sink_.take(close_quote(done.out, is_key));
    return done.in == end;
  }
  void quote_what_fits(std::string_view text, bool is_key) {
    separate();
    sink_.append("\"");
    escape(text, [this](std::string_view piece) { sink_.append(piece); });
    sink_.append(is_key ? "\":" : "\"");
  }

  // As few pieces as there can be, mostly one.
  void quote_in_pieces(std::string_view text, bool is_key) {
    char piece[detail::escape_piece_bytes];
    const char* const end = text.data() + text.size();
    detail::escape_place at{text.data(), open_quote(piece)};
    for (;;) {
      at = detail::escape_blocks<detail::text_block>(at, end, std::end(piece));
      if (at.in == end) break;
      sink_.append({piece, at.out});
      at.out = piece;
    }
    sink_.append({piece, close_quote(at.out, is_key)});
  }

  char* open_quote(char* out) const noexcept {
    out[0] = ',';
    out[comma_] = '"';
    return out + comma_ + 1;
  }
  static char* close_quote(char* out, bool is_key) noexcept {
    out[0] = '"';
    out[1] = ':';
    return out + 1 + is_key;
  }

  Sink sink_;
  bool comma_ = false;
};

}  // namespace callgate::json
