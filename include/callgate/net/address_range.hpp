// SPDX-License-Identifier: Apache-2.0
// A block of addresses: 10.0.0.0/8, 2001:db8::/32, or one address alone.
#pragma once

#include <callgate/net/peer_address.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace callgate::net {

// IPv4 and IPv6 apart: ::/0 has no IPv4 address in it, though those are kept as IPv6 ones.
class address_range {
 public:
  // Nothing for any other text, also for one whose address has bits behind the prefix: 10.0.0.1/8
  // may mean one machine or sixteen million. Source: RFC 4632 3.1, RFC 4291 2.3.
  [[nodiscard]] static std::optional<address_range> parse(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    const auto first = peer_address::parse(text.substr(0, slash));
    if (!first) return std::nullopt;
    address_range out;
    out.first_ = *first;
    if (slash == std::string_view::npos) return out;
    const unsigned family_bits = first->is_v4() ? 32 : 128;
    const auto bits = number(text.substr(slash + 1));
    if (!bits || *bits > family_bits) return std::nullopt;
    out.bits_ = 128 - family_bits + *bits;
    if (out.masked(*first) != first->bytes()) return std::nullopt;
    return out;
  }

  [[nodiscard]] constexpr bool contains(const peer_address& address) const noexcept {
    return address.is_v4() == first_.is_v4() && masked(address) == first_.bytes();
  }

 private:
  constexpr address_range() = default;

  static std::optional<unsigned> number(std::string_view digits) noexcept {
    unsigned out = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, out);
    if (digits.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return out;
  }

  [[nodiscard]] constexpr std::array<std::uint8_t, 16> masked(
      const peer_address& address) const noexcept {
    std::array<std::uint8_t, 16> out = address.bytes();
    for (unsigned i = 0; i < out.size(); ++i) {
      const unsigned kept = bits_ > 8 * i ? std::min(8U, bits_ - 8 * i) : 0;
      out[i] = static_cast<std::uint8_t>(out[i] & (0xff00U >> kept));
    }
    return out;
  }

  peer_address first_{};
  unsigned bits_ = 128;
};

}  // namespace callgate::net
