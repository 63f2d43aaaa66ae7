// SPDX-License-Identifier: Apache-2.0
// Bounds the handshake messages that OpenSSL takes memory for as soon as it has seen their length.
#pragma once

#include <cstddef>
#include <cstdint>

namespace callgate::tls {

// Follows the records of one client's handshake, as far as they are not encrypted. OpenSSL takes a
// ClientHello of up to 128 KiB, and the memory when its first four bytes are there: a thousand
// clients that send no more than that would hold 128 MB.
// Source: RFC 8446 4 (messages), 5.1 (records), D.4 (the change_cipher_spec between two hellos).
class handshake_guard {
 public:
  static constexpr std::size_t max_message_bytes = 16 << 10;

  // False: a message says that it is longer. is_tls_1_2: this version was chosen.
  [[nodiscard]] bool take(const char* bytes, std::size_t count, bool is_tls_1_2) noexcept {
    for (std::size_t i = 0; i < count && !is_encrypted_;) {
      if (record_left_bytes_ == 0) {
        take_record_header(static_cast<unsigned char>(bytes[i++]), is_tls_1_2);
      } else if (!is_handshake_ || message_left_bytes_ != 0) {
        i += skip(count - i);
      } else if (!take_message_header(static_cast<unsigned char>(bytes[i++]))) {
        return false;
      }
    }
    return true;
  }

 private:
  static constexpr unsigned change_cipher_spec = 20;
  static constexpr unsigned handshake = 22;
  static constexpr unsigned record_header_bytes = 5;   // type, version, length
  static constexpr unsigned message_header_bytes = 4;  // type, length

  void take_record_header(unsigned char byte, bool is_tls_1_2) noexcept {
    if (record_header_read_ == 0) {
      // What follows it is encrypted in TLS 1.2; in TLS 1.3 it means nothing.
      if (byte == change_cipher_spec && is_tls_1_2) is_encrypted_ = true;
      is_handshake_ = byte == handshake;
    }
    record_length_ = static_cast<std::uint16_t>(record_length_ << 8 | byte);
    if (++record_header_read_ < record_header_bytes) return;
    record_header_read_ = 0;
    record_left_bytes_ = record_length_;
  }

  bool take_message_header(unsigned char byte) noexcept {
    --record_left_bytes_;
    message_length_ = message_length_ << 8 | byte;
    if (++message_header_read_ < message_header_bytes) return true;
    message_header_read_ = 0;
    message_left_bytes_ = message_length_ & 0xffffff;
    return message_left_bytes_ <= max_message_bytes;
  }

  std::size_t skip(std::size_t available) noexcept {
    std::size_t bytes = record_left_bytes_ < available ? record_left_bytes_ : available;
    if (is_handshake_ && message_left_bytes_ < bytes) bytes = message_left_bytes_;
    record_left_bytes_ -= bytes;
    if (is_handshake_) message_left_bytes_ -= bytes;
    return bytes;
  }

  std::size_t record_left_bytes_ = 0;
  std::size_t message_left_bytes_ = 0;
  std::uint32_t message_length_ = 0;
  std::uint16_t record_length_ = 0;  // of the header's last two bytes, when all five are there
  unsigned record_header_read_ = 0;
  unsigned message_header_read_ = 0;
  bool is_handshake_ = false;
  bool is_encrypted_ = false;
};

}  // namespace callgate::tls
