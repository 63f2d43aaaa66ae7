// SPDX-License-Identifier: Apache-2.0
// A copy of a text in a heap block of just its size, so that AddressSanitizer sees every read
// beyond it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

namespace callgate::test {

class exact_copy {
 public:
  explicit exact_copy(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
    std::copy(text.begin(), text.end(), bytes_.get());
  }

  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

}  // namespace callgate::test
