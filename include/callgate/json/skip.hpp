// SPDX-License-Identifier: Apache-2.0
// Goes over any JSON value and checks every byte of it.
#pragma once

#include <callgate/json/cursor.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/string.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace callgate::json {

// The deepest nesting that any max_depth may allow.
inline constexpr std::size_t max_nesting = 1024;

namespace detail {

// One bit per open container: is it an object?
class nesting {
 public:
  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
  [[nodiscard]] bool in_object() const noexcept { return (inner_ & 1) != 0; }

  void push(bool object) noexcept {
    if (is_full()) outer_[depth_ / 64 - 1] = inner_;
    inner_ = inner_ << 1 | std::uint64_t{object};
    ++depth_;
  }
  void pop() noexcept {
    --depth_;
    inner_ >>= 1;
    if (is_full()) inner_ = outer_[depth_ / 64 - 1];
  }

 private:
  [[nodiscard]] bool is_full() const noexcept { return depth_ % 64 == 0 && depth_ != 0; }

  std::uint64_t inner_ = 0;  // a bit for each of the innermost 64, the lowest for the innermost
  std::size_t depth_ = 0;
  // 64 each. Written before they are read, so not zeroed for each value that is skipped.
  std::array<std::uint64_t, max_nesting / 64 - 1> outer_;
};

inline bool skip_scalar(cursor& in) noexcept {
  string_token string;
  number_token number;
  switch (in.peek()) {
    case '"': return scan_string(in, string);
    case 't': return in.literal("true");
    case 'f': return in.literal("false");
    case 'n': return in.literal("null");
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return scan_number(in, number);
    case '+':
    case '.':
    case 'N':
    case 'I': return in.fail(errc::bad_number);  // +1, .5, NaN, Infinity
    default: return in.fail_here(errc::unexpected_byte);
  }
}

// Closes what ends here and goes to the next value of what does not; `done` when everything is
// closed.
inline bool skip_to_next(cursor& in, nesting& open, bool first, bool& done) noexcept {
  while (open.depth() != 0) {
    bool more = false;
    if (!in.next_item(open.in_object() ? '}' : ']', first, more)) return false;
    first = false;
    if (!more) {
      open.pop();
      continue;
    }
    string_token key;
    return done = false, !open.in_object() || (scan_string(in, key) && in.colon());
  }
  return done = true, true;
}

inline bool skip_containers(cursor& in, std::size_t max_depth) noexcept {
  nesting open;
  for (bool done = false; !done;) {
    const bool container = in.peek() == '{' || in.peek() == '[';
    if (container) {
      if (open.depth() == max_depth) return in.fail(errc::depth_exceeded);
      open.push(*in.at == '{');
      ++in.at;
    } else if (!skip_scalar(in)) {
      return false;
    }
    if (!skip_to_next(in, open, container, done)) return false;
  }
  return true;
}

}  // namespace detail

// Goes over the value that begins here. It may open `depth` containers within each other, at most
// max_nesting. Cost: one pass, no recursion, 136 bytes of stack.
inline bool skip_value(cursor& in, std::size_t depth) noexcept {
  const char first = in.peek();
  if (first != '{' && first != '[') return detail::skip_scalar(in);
  return detail::skip_containers(in, depth < max_nesting ? depth : max_nesting);
}

}  // namespace callgate::json
