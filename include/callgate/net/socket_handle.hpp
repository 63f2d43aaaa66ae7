// SPDX-License-Identifier: Apache-2.0
// Owns a socket.
#pragma once

#include <unistd.h>

#include <utility>

namespace callgate::net {

class socket_handle {
 public:
  socket_handle() = default;
  explicit socket_handle(int descriptor) noexcept : descriptor_(descriptor) {}
  socket_handle(socket_handle&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  socket_handle& operator=(socket_handle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~socket_handle() { close(); }

  void close() noexcept {
    if (is_open()) ::close(std::exchange(descriptor_, -1));
  }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
};

}  // namespace callgate::net
