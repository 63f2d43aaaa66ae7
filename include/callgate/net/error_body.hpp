// SPDX-License-Identifier: Apache-2.0
// The body of an answer to what is no callback: {"error":"not_found"}.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace callgate::net {

// name: an identifier of ours, at most 64 bytes; nothing in it needs escaping.
class error_body {
 public:
  explicit error_body(std::string_view name) noexcept {
    for (const std::string_view piece :
         {std::string_view(R"({"error":")"), name.substr(0, 64), std::string_view(R"("})")})
      size_ += piece.copy(text_.data() + size_, text_.size() - size_);
  }

  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 80> text_{};
  std::size_t size_ = 0;
};

}  // namespace callgate::net
