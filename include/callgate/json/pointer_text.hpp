// SPDX-License-Identifier: Apache-2.0
// A JSON Pointer (RFC 6901) in a fixed buffer, built from its last token to its first.
#pragma once

#include <callgate/core/limits.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace callgate::json {

// Shape: octets[0..limits::max_pointer_bytes]. What does not fit is cut from the end: the outer
// members stay. Names come from the sender: they may hold any code point, control characters
// included.
class pointer_text {
 public:
  // Only constant evaluation needs bytes that nobody reads: every reading of a text has one of
  // these.
  constexpr pointer_text() noexcept {
    if (std::is_constant_evaluated()) text_ = {};
  }

  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text_.data(), size_}; }
  constexpr void clear() noexcept { size_ = 0; }

  // `name` as it stands in the document, not escaped; valid UTF-8.
  constexpr void prepend(std::string_view name) noexcept {
    std::array<char, limits::max_pointer_bytes> token{'/'};
    std::size_t n = 1;
    std::size_t i = 0;
    for (; i < name.size(); ++i) {
      const bool escaped = name[i] == '~' || name[i] == '/';
      if (n + (escaped ? 2 : 1) > token.size()) break;
      token[n++] = escaped ? '~' : name[i];
      if (escaped) token[n++] = name[i] == '~' ? '0' : '1';
    }
    if (i < name.size())
      for (; is_tail(name[i]); --i) --n;
    insert({token.data(), n});
  }

  constexpr void prepend(std::size_t index) noexcept {
    std::array<char, 20> digits{};
    std::size_t n = digits.size();
    do digits[--n] = static_cast<char>('0' + index % 10);
    while ((index /= 10) != 0);
    prepend(std::string_view{digits.data() + n, digits.size() - n});
  }

 private:
  // A byte within a UTF-8 sequence, not its first.
  static constexpr bool is_tail(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
  }

  // Cuts neither a character nor an escape in two.
  constexpr void insert(std::string_view token) noexcept {
    std::size_t kept = std::min(size_, text_.size() - token.size());
    if (kept < size_) {
      while (kept > 0 && is_tail(text_[kept])) --kept;
      if (kept > 0 && text_[kept - 1] == '~') --kept;
    }
    std::copy_backward(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(kept),
                       text_.begin() + static_cast<std::ptrdiff_t>(kept + token.size()));
    std::copy(token.begin(), token.end(), text_.begin());
    size_ = kept + token.size();
  }

  std::array<char, limits::max_pointer_bytes> text_;
  std::size_t size_ = 0;
};

}  // namespace callgate::json
