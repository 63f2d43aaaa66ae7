// SPDX-License-Identifier: Apache-2.0
// Whose connection or request it is: an IP address of either kind, without its port.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace callgate::net {

// 16 bytes in network order; IPv4 as ::ffff:a.b.c.d, so that one client is one value on a socket of
// either kind. Without bytes of its own: nobody (a socket without a peer), written "unknown".
class peer_address {
 public:
  static constexpr std::size_t max_text_bytes = INET6_ADDRSTRLEN - 1;

  // The text form. Cost: no allocation.
  class text {
   public:
    [[nodiscard]] std::string_view view() const noexcept { return {characters_.data(), size_}; }

   private:
    friend class peer_address;
    std::array<char, INET6_ADDRSTRLEN> characters_{};
    std::size_t size_ = 0;
  };

  constexpr peer_address() = default;
  constexpr explicit peer_address(const std::array<std::uint8_t, 16>& bytes) noexcept
      : bytes_(bytes) {}

  // What accept() or getpeername() tells. Another family than IPv4 and IPv6 is nobody.
  [[nodiscard]] static peer_address of(const sockaddr_storage& from) noexcept {
    peer_address out;
    if (from.ss_family == AF_INET6) {
      sockaddr_in6 in;
      std::memcpy(&in, &from, sizeof in);
      std::memcpy(out.bytes_.data(), &in.sin6_addr, out.bytes_.size());
    } else if (from.ss_family == AF_INET) {
      sockaddr_in in;
      std::memcpy(&in, &from, sizeof in);
      out.set_v4(&in.sin_addr);
    }
    return out;
  }

  // 192.0.2.7 or 2001:db8::7, without brackets, port and zone. Nothing for any other text.
  [[nodiscard]] static std::optional<peer_address> parse(std::string_view written) noexcept {
    std::array<char, INET6_ADDRSTRLEN> ended{};
    if (written.size() >= ended.size()) return std::nullopt;
    written.copy(ended.data(), written.size());
    if (written.find('\0') != std::string_view::npos) return std::nullopt;
    peer_address out;
    in_addr v4{};
    if (::inet_pton(AF_INET, ended.data(), &v4) == 1) return out.set_v4(&v4), out;
    if (::inet_pton(AF_INET6, ended.data(), out.bytes_.data()) == 1) return out;
    return std::nullopt;
  }

  [[nodiscard]] constexpr bool is_v4() const noexcept {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes_.begin());
  }
  [[nodiscard]] constexpr bool is_known() const noexcept { return *this != peer_address{}; }
  [[nodiscard]] constexpr const std::array<std::uint8_t, 16>& bytes() const noexcept {
    return bytes_;
  }

  // What limits count as one sender: an IPv4 address, or a /64 of IPv6, which is the least that a
  // site is given. Never 0. The IPv4 ones lie in 0:ffff::/32, which is nobody's (RFC 4291 2.4).
  [[nodiscard]] constexpr std::uint64_t network() const noexcept {
    if (is_v4()) return (std::uint64_t{0xffff} << 32) | word(12, 4);
    const std::uint64_t prefix = word(0, 8);
    return prefix != 0 ? prefix : ~std::uint64_t{0};  // ::1 and the like
  }

  // As RFC 5952 wants it; IPv4 with its dots alone.
  [[nodiscard]] text written() const noexcept {
    text out;
    if (is_v4())
      (void)::inet_ntop(AF_INET, bytes_.data() + 12, out.characters_.data(), INET6_ADDRSTRLEN);
    else if (is_known())
      (void)::inet_ntop(AF_INET6, bytes_.data(), out.characters_.data(), INET6_ADDRSTRLEN);
    else
      std::string_view("unknown").copy(out.characters_.data(), max_text_bytes);
    out.size_ = std::strlen(out.characters_.data());
    return out;
  }

  friend constexpr auto operator<=>(const peer_address&, const peer_address&) = default;

 private:
  static constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

  void set_v4(const in_addr* address) noexcept {
    std::copy(v4_prefix.begin(), v4_prefix.end(), bytes_.begin());
    std::memcpy(bytes_.data() + v4_prefix.size(), address, sizeof *address);
  }

  [[nodiscard]] constexpr std::uint64_t word(std::size_t begin, std::size_t count) const noexcept {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < count; ++i) out = (out << 8) | bytes_[begin + i];
    return out;
  }

  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace callgate::net
