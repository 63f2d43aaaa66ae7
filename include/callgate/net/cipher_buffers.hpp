// SPDX-License-Identifier: Apache-2.0
// Where cipher text is while one connection's TLS works on it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace callgate::net {

// One per I/O thread, for a call at a time: connections need none of their own. Threads: one.
// Cost: memory only where TLS is spoken; pages that are never used take none.
class cipher_buffers {
 public:
  // Never more than a request_reader has room for, most of the time: plain text is shorter.
  [[nodiscard]] std::span<char> input() const noexcept { return {bytes_.get(), input_bytes}; }
  // Of some records: one write to the socket for a long body's.
  [[nodiscard]] std::span<char> output() const noexcept {
    return {bytes_.get() + input_bytes, output_bytes};
  }

 private:
  static constexpr std::size_t input_bytes = 16 * 1024;
  static constexpr std::size_t output_bytes = 72 * 1024;

  std::unique_ptr<char[]> bytes_ =
      std::make_unique_for_overwrite<char[]>(input_bytes + output_bytes);
};

}  // namespace callgate::net
