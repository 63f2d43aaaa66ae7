// SPDX-License-Identifier: Apache-2.0
// Writes JSON into a sink: what writer and string_writer share.
#pragma once

#include <callgate/json/escape.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::json {

// Sink: append(std::string_view). Commas and colons come by themselves; that objects hold pairs and
// that brackets match is up to the caller. No white space is written.
template <class Sink>
class basic_writer {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(std::string_view name) {
    separate();
    quote(name);
    sink_.append(":");
    comma_ = false;
  }

  // Escaped; what is not UTF-8 becomes U+FFFD.
  void string(std::string_view text) {
    separate();
    quote(text);
  }

  void integer(std::int64_t value) { digits(value); }
  void unsigned_integer(std::uint64_t value) { digits(value); }

  // The shortest text that reads back as the same Float; null for what JSON cannot say (NaN,
  // infinities).
  template <std::floating_point Float>
  void number(Float value) {
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
    escape(text, [this](std::string_view piece) { sink_.append(piece); });
  }

 protected:
  explicit basic_writer(Sink sink) : sink_(sink) {}
  ~basic_writer() = default;
  basic_writer(const basic_writer&) = default;
  basic_writer& operator=(const basic_writer&) = default;

  [[nodiscard]] const Sink& sink() const noexcept { return sink_; }

 private:
  // Before a key or a value.
  void separate() {
    if (comma_) sink_.append(",");
    comma_ = true;
  }
  void open(char bracket) {
    separate();
    sink_.append({&bracket, 1});
    comma_ = false;
  }
  void close(char bracket) {
    sink_.append({&bracket, 1});
    comma_ = true;
  }
  void quote(std::string_view text) {
    sink_.append("\"");
    escape(text, [this](std::string_view piece) { sink_.append(piece); });
    sink_.append("\"");
  }
  template <class Number>
  void digits(Number value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    raw({text, static_cast<std::size_t>(end - text)});
  }

  Sink sink_;
  bool comma_ = false;
};

}  // namespace callgate::json
