// SPDX-License-Identifier: Apache-2.0
// The bytes of one connection's messages, in and out: through TLS, or as they are.
//
//   socket -> [cipher text -> session] -> receive();  send() -> [session -> cipher text] -> socket
#pragma once

#include <callgate/net/backlog.hpp>
#include <callgate/net/buffer_pool.hpp>
#include <callgate/net/cipher_buffers.hpp>
#include <callgate/net/socket_handle.hpp>
#include <callgate/net/stream.hpp>
#include <callgate/tls/context.hpp>
#include <callgate/tls/errc.hpp>
#include <callgate/tls/session.hpp>
#include <callgate/tls/session_status.hpp>

#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace callgate::net {

// Threads: one. Cost: no allocation of ours; a buffer of the pool only for cipher text that waits.
class channel {
 public:
  // shared: used within a call only. waiting: for what the peer does not take, or what there was no
  // room for.
  channel(cipher_buffers& shared, buffer_pool& waiting) noexcept
      : shared_(shared), unread_(waiting), unsent_(waiting) {}
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;

  // secure: nullptr without TLS. Lifetime: outlives the connection.
  void open(socket_handle socket, const tls::context* secure) noexcept {
    stream_.open(std::move(socket));
    is_secure_ = secure != nullptr;
    has_ended_ = has_pending_ = session_has_failed_ = false;
    if (is_secure_) session_.start(*secure);
  }

  void close() noexcept {
    stream_.close();
    session_.reset();
    unread_.clear();
    unsent_.clear();
  }

  [[nodiscard]] int descriptor() const noexcept { return stream_.descriptor(); }

  // Whether messages can be exchanged: not while TLS still shakes hands.
  [[nodiscard]] bool established() const noexcept { return !is_secure_ || session_.established(); }

  // After receive() has failed: true once if the peer has spoken HTTP without TLS. From then on it
  // is answered so.
  [[nodiscard]] bool falls_back() noexcept {
    const bool is_plain =
        is_secure_ && session_has_failed_ && session_.error() == tls::errc::plain_http;
    if (is_plain) is_secure_ = false;
    return is_plain;
  }

  // done with no bytes: something has come, but nothing of a message yet.
  [[nodiscard]] transferred receive(std::span<char> room) {
    return is_secure_ ? receive_secure(room) : stream_.receive(room);
  }

  // bytes: of the pieces. Cipher text of theirs may still have to wait: has_unsent(); send() with
  // or without more goes on with it.
  [[nodiscard]] transferred send(std::string_view head, std::string_view tail) {
    return is_secure_ ? send_secure(head, tail) : stream_.send(head, tail);
  }
  [[nodiscard]] bool has_unsent() const noexcept { return !unsent_.empty(); }

  // Whether the peer has not confirmed all of what was sent.
  [[nodiscard]] bool is_on_its_way() const noexcept { return stream_.is_on_its_way(); }

  // Tells the peer that nothing more comes.
  void end() {
    if (is_secure_ && !has_unsent() && session_.unsent().empty()) {
      session_.use_output(shared_.output());
      (void)session_.close();
      (void)push();
    }
    stream_.end();
  }

 private:
  transferred receive_secure(std::span<char> room) {
    if (has_ended_) return {transfer::ended};
    if (has_pending_) return decrypt(unread_.view(), room, false);
    const transferred got = stream_.receive(shared_.input());
    if (got.how != transfer::done) return got;  // an end without notice: messages tell their own
    return decrypt({shared_.input().data(), got.bytes}, room, got.is_all);
  }

  // is_all: nothing more had come than this cipher text.
  transferred decrypt(std::string_view cipher, std::span<char> room, bool is_all) {
    session_.use_output(shared_.output());
    const auto read = session_.read(cipher, room);
    const bool is_pushed = push();
    session_has_failed_ = read.status == tls::session_status::failed;
    if (session_has_failed_ || !is_pushed) return {transfer::failed};
    if (!keep_unread(cipher.substr(read.cipher_bytes))) return {transfer::failed};
    has_ended_ = read.status == tls::session_status::closed;
    has_pending_ = !has_ended_ && read.status != tls::session_status::need_input;
    if (has_ended_ && read.plain_bytes == 0) return {transfer::ended};
    return {transfer::done, read.plain_bytes, is_all && !has_pending_ && !has_ended_};
  }

  // rest: of unread_, or of bytes that have just come.
  bool keep_unread(std::string_view rest) {
    if (unread_.empty()) return unread_.append(rest);
    unread_.remove_prefix(unread_.view().size() - rest.size());
    return true;
  }

  transferred send_secure(std::string_view head, std::string_view tail) {
    if (const transfer rest = send_unsent(); rest != transfer::done) return {rest};
    if (head.empty() && tail.empty()) return {transfer::done};
    if (!session_.established()) return {transfer::failed};
    std::array<std::string_view, 2> pieces{head, tail};
    for (auto status = tls::session_status::need_output;
         status == tls::session_status::need_output && !has_unsent();) {
      session_.use_output(shared_.output());
      status = session_.write(pieces);
      if (status == tls::session_status::failed || !push()) return {transfer::failed};
    }
    return {transfer::done, head.size() + tail.size() - pieces[0].size() - pieces[1].size()};
  }

  transfer send_unsent() {
    while (has_unsent()) {
      const transferred t = stream_.send(unsent_.view(), {});
      if (t.how != transfer::done) return t.how;
      unsent_.remove_prefix(t.bytes);
    }
    return transfer::done;
  }

  // What the session has for the socket goes out, or waits. False: the connection is broken, or
  // there is no buffer.
  bool push() {
    while (!session_.unsent().empty()) {
      const std::string_view cipher = session_.unsent();
      const transferred t =
          has_unsent() ? transferred{transfer::blocked} : stream_.send(cipher, {});
      if (t.how == transfer::failed) return false;
      const bool waits = t.how == transfer::blocked;
      if (waits && !unsent_.append(cipher)) return false;
      session_.sent(waits ? cipher.size() : t.bytes);
    }
    return true;
  }

  cipher_buffers& shared_;
  stream stream_;
  tls::session session_;
  backlog unread_;  // cipher text
  backlog unsent_;  // cipher text
  bool is_secure_ = false;
  bool has_ended_ = false;    // the peer has said that it sends no more
  bool has_pending_ = false;  // there was no room for all that has come
  bool session_has_failed_ = false;
};

}  // namespace callgate::net
