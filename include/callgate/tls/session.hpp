// SPDX-License-Identifier: Apache-2.0
// The server's side of one connection's TLS, without a socket: bytes in, bytes out.
//     readable: bytes of the socket -> read() -> plain text, and unsent() bytes for the socket
//     writable: plain text -> write() -> unsent() bytes for the socket
#pragma once

#include <callgate/tls/cipher_bio.hpp>
#include <callgate/tls/context.hpp>
#include <callgate/tls/errc.hpp>
#include <callgate/tls/openssl_handle.hpp>
#include <callgate/tls/session_status.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

namespace callgate::tls {

// How a connection uses it:
//   accepted   start(context). No memory is taken before the first byte has come.
//   readable   recv into a buffer; use_output(a buffer of some KiB, 16 at best); read() as its
//              status says; send unsent(), then sent(). The handshake goes on in read(), too: give
//              it a deadline until established(), as it makes no plain text.
//   answer     use_output(); write() as its status says.
//   closing    after the last write: close(), send unsent(), shut the socket's sending side down.
//   end        the socket's end of input: end_of_input() tells a truncated stream from a whole one.
//   gone       reset(); the object serves the next connection.
// An output is lent until the next use_output(), which needs unsent() to be empty: an idle session
// holds none. Without an output a call says need_output, and an alert may get lost.
//
// Lifetime: stays where it is while it is started. Threads: one at a time.
// Cost: no allocation of ours; OpenSSL's own per connection, and per record one of 17 KiB, freed.
class session {
 public:
  struct read_result {
    std::size_t plain_bytes;   // put into the room
    std::size_t cipher_bytes;  // taken from the input
    session_status status;
  };

  session() = default;
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  void start(const context& shared) noexcept {
    reset();
    context_ = &shared;
  }

  void reset() noexcept {
    ssl_.reset();
    bytes_ = {};
    sent_bytes_ = 0;
    context_ = nullptr;
    reason_ = "";
    has_failed_ = false;
    is_established_ = false;
  }

  void use_output(std::span<char> room) noexcept {
    assert(unsent().empty());
    bytes_.out = room;
    bytes_.out_end = sent_bytes_ = 0;
  }

  // What is to be sent. Lifetime: until the next call of anything else.
  [[nodiscard]] std::string_view unsent() const noexcept {
    return {bytes_.out.data() + sent_bytes_, bytes_.out_end - sent_bytes_};
  }

  void sent(std::size_t bytes) noexcept {
    assert(bytes <= unsent().size());
    sent_bytes_ += bytes;
    if (sent_bytes_ == bytes_.out_end) bytes_.out_end = sent_bytes_ = 0;
  }

  // Needs a room of one byte at least. Shakes hands, decrypts, answers what TLS itself asks. The
  // plain text that it gives is genuine whatever the status is.
  [[nodiscard]] read_result read(std::span<const char> cipher, std::span<char> room) noexcept {
    assert(context_ != nullptr && !room.empty());
    if (cipher.empty() && !ssl_ && !has_failed_) return {0, 0, session_status::need_input};
    if (has_failed_ || (!ssl_ && !begin(cipher.front()))) return {0, 0, session_status::failed};
    bytes_.in = cipher;
    ERR_clear_error();  // the queue is the thread's: another session may have left something there
    std::size_t plain_bytes = 0;
    session_status status = session_status::need_room;
    while (status == session_status::need_room && plain_bytes < room.size())
      status = read_some(room, plain_bytes);
    if (SSL_is_init_finished(ssl_.get()) != 0)
      is_established_ = true;
    else if (is_established_ && is_tls_1_2() && !has_failed_)
      status = fail(errc::protocol_error, "renegotiation");
    bytes_.is_guarded = !is_established_;
    const std::size_t left_bytes = std::exchange(bytes_.in, {}).size();
    return {plain_bytes, cipher.size() - left_bytes, status};
  }

  // Encrypts the pieces one after another, small ones together; takes away from them what is done.
  // Needs established(), and that no close() was called.
  [[nodiscard]] session_status write(std::span<std::string_view> pieces) noexcept {
    assert(has_failed_ || established());
    if (has_failed_) return session_status::failed;
    ERR_clear_error();
    for (;;) {
      pieces = without_empty(pieces);
      if (pieces.empty()) return session_status::done;
      std::array<char, gathered_bytes> block;
      const std::string_view next = gather(pieces, block);
      std::size_t taken = 0;
      if (SSL_write_ex(ssl_.get(), next.data(), next.size(), &taken) != 1) return not_written();
      take_away(pieces, taken);
    }
  }

  // Says that nothing more is written (RFC 8446 6.1). The last write must be done; reading may go
  // on.
  [[nodiscard]] session_status close() noexcept {
    if (has_failed_) return session_status::failed;
    if (!established()) return session_status::done;  // there is nothing to end yet
    ERR_clear_error();
    if (SSL_shutdown(ssl_.get()) >= 0) return session_status::done;
    const session_status status = stopped();
    return status == session_status::need_input ? session_status::done : status;  // said already
  }

  // The connection ended: closed, or failed with errc::truncated. A connection on which nothing was
  // ever sent is closed, too.
  [[nodiscard]] session_status end_of_input() noexcept {
    if (has_failed_) return session_status::failed;
    if (!ssl_ || (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0)
      return session_status::closed;
    return fail(errc::truncated, "no close_notify");
  }

  // Whether the handshake is done.
  [[nodiscard]] bool established() const noexcept { return is_established_; }

  // After `failed`. reason() is for the log: a short English text of OpenSSL, or of this header.
  [[nodiscard]] errc error() const noexcept { return error_; }
  [[nodiscard]] std::string_view reason() const noexcept { return reason_; }

 private:
  static constexpr std::size_t gathered_bytes = 4 << 10;  // a usual answer: one record, not two

  // The first byte decides: OpenSSL knows fewer methods, and would answer with an alert, which no
  // client without TLS understands.
  bool begin(char first) noexcept {
    constexpr char tls_handshake = 22;
    const bool is_letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
    if (is_letter) return refuse(errc::plain_http, "HTTP without TLS");
    if (first != tls_handshake) return refuse(errc::not_tls, "neither TLS nor HTTP");
    const context::reference rules = context_->acquire();
    ssl_.reset(SSL_new(rules.get()));
    BIO* bio = ssl_ ? BIO_new(context_->bio_kind()) : nullptr;
    if (bio == nullptr) {
      ssl_.reset();
      return refuse(errc::internal_error, "no memory");
    }
    bytes_.owner = ssl_.get();
    BIO_set_data(bio, &bytes_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
    return true;
  }

  bool refuse(errc error, const char* reason) noexcept {
    fail(error, reason);
    return false;
  }

  session_status read_some(std::span<char> room, std::size_t& plain_bytes) noexcept {
    std::size_t got = 0;
    const std::span<char> free = room.subspan(plain_bytes);
    if (SSL_read_ex(ssl_.get(), free.data(), free.size(), &got) != 1) return stopped();
    plain_bytes += got;
    return is_exhausted() ? session_status::need_input : session_status::need_room;
  }

  [[nodiscard]] bool is_exhausted() const noexcept {
    return bytes_.in.empty() && SSL_pending(ssl_.get()) == 0;
  }

  // OpenSSL waits for input only when the client has sent a part of a handshake message.
  session_status not_written() noexcept {
    const session_status status = stopped();
    if (status != session_status::need_input) return status;
    return fail(errc::protocol_error, "half a handshake message");
  }

  [[nodiscard]] bool is_tls_1_2() const noexcept {
    return SSL_version(ssl_.get()) == TLS1_2_VERSION;
  }

  // Why OpenSSL's last call did not succeed.
  session_status stopped() noexcept {
    switch (SSL_get_error(ssl_.get(), 0)) {
      case SSL_ERROR_WANT_READ: return session_status::need_input;
      case SSL_ERROR_WANT_WRITE: return session_status::need_output;
      case SSL_ERROR_ZERO_RETURN: return session_status::closed;
      default: break;
    }
    if (bytes_.is_refused) return fail(errc::message_too_large, "handshake message too large");
    unsigned long last = 0;  // the others are why OpenSSL's own parts failed
    bool has_no_memory = false;
    for (unsigned long code; (code = ERR_get_error()) != 0; last = code)
      has_no_memory = has_no_memory || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    const char* text = ERR_reason_error_string(last);
    return fail(has_no_memory ? errc::internal_error : error_of(last),
                text != nullptr ? text : "unknown reason");
  }

  static errc error_of(unsigned long code) noexcept {
    constexpr int alert_reasons = SSL_AD_REASON_OFFSET;  // reasons above are alerts of the peer
    if (code == 0 || ERR_COMMON_ERROR(code)) return errc::internal_error;
    if (ERR_GET_LIB(code) != ERR_LIB_SSL) return errc::protocol_error;
    const int reason = ERR_GET_REASON(code);
    if (reason > alert_reasons) return errc::peer_alert;
    switch (reason) {
      case SSL_R_UNSUPPORTED_PROTOCOL:
      case SSL_R_VERSION_TOO_LOW: return errc::no_common_version;
      case SSL_R_NO_SHARED_CIPHER:
      case SSL_R_NO_SHARED_GROUPS:
      case SSL_R_NO_SUITABLE_GROUPS:
      case SSL_R_NO_SUITABLE_KEY_SHARE:
      case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
      case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM: return errc::no_common_algorithm;
      case SSL_R_NO_APPLICATION_PROTOCOL: return errc::no_common_protocol;
      default: return errc::protocol_error;
    }
  }

  session_status fail(errc error, const char* reason) noexcept {
    has_failed_ = true;
    error_ = error;
    reason_ = reason;
    return session_status::failed;
  }

  static std::span<std::string_view> without_empty(std::span<std::string_view> pieces) noexcept {
    while (!pieces.empty() && pieces.front().empty()) pieces = pieces.subspan(1);
    return pieces;
  }

  // What the next record is made of. Depends on the pieces alone: a call that is repeated because
  // the output was full must offer OpenSSL the same bytes again.
  static std::string_view gather(std::span<std::string_view> pieces,
                                 std::span<char> block) noexcept {
    if (pieces.size() == 1 || pieces.front().size() >= block.size()) return pieces.front();
    std::size_t bytes = 0;
    for (const std::string_view piece : pieces) {
      const std::size_t count = std::min(piece.size(), block.size() - bytes);
      if (count != 0) std::memcpy(block.data() + bytes, piece.data(), count);
      bytes += count;
    }
    return {block.data(), bytes};
  }

  static void take_away(std::span<std::string_view> pieces, std::size_t bytes) noexcept {
    for (std::string_view& piece : pieces) {
      const std::size_t count = std::min(bytes, piece.size());
      piece.remove_prefix(count);
      bytes -= count;
    }
  }

  const context* context_ = nullptr;
  cipher_bytes bytes_;
  openssl_handle<SSL, &SSL_free> ssl_;  // after the bytes that its BIO refers to
  std::size_t sent_bytes_ = 0;          // of the output
  const char* reason_ = "";
  errc error_{};
  bool has_failed_ = false;
  bool is_established_ = false;  // OpenSSL says no again while it changes keys
};

}  // namespace callgate::tls
