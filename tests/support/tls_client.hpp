// SPDX-License-Identifier: Apache-2.0
// A TLS client without a socket, and the wire between it and a session.
#pragma once

#include <callgate/tls/context.hpp>
#include <callgate/tls/openssl_handle.hpp>
#include <callgate/tls/session.hpp>
#include <callgate/tls/session_status.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::testing {

using ssl_session = tls::openssl_handle<SSL_SESSION, &SSL_SESSION_free>;

class tls_client {
 public:
  explicit tls_client(int version = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_client_method())), ssl_(SSL_new(context_.get())) {
    SSL_set_bio(ssl(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl());
    SSL_set_min_proto_version(ssl(), version);
    SSL_set_max_proto_version(ssl(), version);
    SSL_set_tlsext_host_name(ssl(), "receiver.test");
  }

  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
  [[nodiscard]] bool is_resumed() const { return SSL_session_reused(ssl()) == 1; }
  [[nodiscard]] bool is_connected() const { return SSL_is_init_finished(ssl()) == 1; }
  [[nodiscard]] ssl_session ticket() const { return ssl_session(SSL_get1_session(ssl())); }
  void resume(const ssl_session& from) { SSL_set_session(ssl(), from.get()); }

  void offer(const std::vector<std::string>& protocols) {
    std::string list;
    for (const std::string& p : protocols) list += static_cast<char>(p.size()) + p;
    SSL_set_alpn_protos(ssl(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* text = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl(), &text, &size);
    return {reinterpret_cast<const char*>(text), size};
  }
  [[nodiscard]] std::string server_name() const {
    const tls::openssl_handle<X509, &X509_free> shown(SSL_get1_peer_certificate(ssl()));
    char name[64] = "";
    if (shown)
      X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name,
                                sizeof name);
    return name;
  }

  // Goes on with the handshake, then reads whatever has come.
  void step() {
    ERR_clear_error();
    std::array<char, 4096> block;
    if (!is_connected() && SSL_do_handshake(ssl()) != 1) return note();
    for (int n; (n = SSL_read(ssl(), block.data(), int{block.size()})) > 0;)
      received.append(block.data(), static_cast<std::size_t>(n));
    note();
  }
  void say(std::string_view text) {
    ERR_clear_error();
    if (SSL_write(ssl(), text.data(), static_cast<int>(text.size())) <= 0) note();
  }
  void close() { SSL_shutdown(ssl()); }

  // The bytes for the server.
  [[nodiscard]] std::string output() {
    std::string bytes(BIO_ctrl_pending(SSL_get_wbio(ssl())), '\0');
    if (!bytes.empty()) BIO_read(SSL_get_wbio(ssl()), bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }
  void input(std::string_view bytes) {
    if (!bytes.empty())
      BIO_write(SSL_get_rbio(ssl()), bytes.data(), static_cast<int>(bytes.size()));
  }

  [[nodiscard]] bool was_told(int alert) const {
    return ERR_GET_REASON(failure) == SSL_AD_REASON_OFFSET + alert;
  }
  [[nodiscard]] bool is_told_the_end() const {
    return (SSL_get_shutdown(ssl()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  std::string received;
  unsigned long failure = 0;  // OpenSSL's code of the first one

 private:
  void note() {
    if (failure == 0) failure = ERR_peek_error();
    ERR_clear_error();
  }

  tls::openssl_handle<SSL_CTX, &SSL_CTX_free> context_;
  tls::openssl_handle<SSL, &SSL_free> ssl_;
};

// How a connection would use a session, with room as small as one likes.
class tls_wire {
 public:
  explicit tls_wire(const tls::context& shared, int version = TLS1_3_VERSION) : client(version) {
    server.start(shared);
  }

  // To and fro until both have nothing more to say.
  tls_wire& run() {
    for (bool is_moving = true; is_moving;) {
      client.step();
      const std::string sent = client.output();
      for (std::size_t at = 0; at < sent.size(); at += chunk_bytes)
        feed(sent.substr(at, chunk_bytes));
      is_moving = !sent.empty() || !to_client.empty();
      client.input(std::exchange(to_client, {}));
    }
    return *this;
  }

  // As one read of the socket gives it.
  tls::session_status feed(std::string_view bytes) {
    std::string room(room_bytes, '\0');
    std::string output(output_bytes, '\0');
    do {
      server.use_output(output);
      const auto got = server.read(bytes, room);
      received.append(room.data(), got.plain_bytes);
      bytes.remove_prefix(got.cipher_bytes);
      last = got.status;
      send();
    } while (last == tls::session_status::need_room || last == tls::session_status::need_output);
    server.use_output({});
    left_bytes = bytes.size();
    return last;
  }

  tls::session_status say(std::vector<std::string_view> pieces) {
    return with_output([&] { return server.write(pieces); });
  }
  tls::session_status close() {
    return with_output([&] { return server.close(); });
  }

  tls::session server;
  tls_client client;
  std::string received;   // by the server
  std::string to_client;  // encrypted
  tls::session_status last = tls::session_status::need_input;
  std::size_t left_bytes = 0;  // of the last feed(), not taken
  std::size_t chunk_bytes = 1 << 20;
  std::size_t room_bytes = 4096;
  std::size_t output_bytes = 4096;

 private:
  template <class F>
  tls::session_status with_output(F f) {
    std::string output(output_bytes, '\0');
    tls::session_status status = tls::session_status::need_output;
    while (status == tls::session_status::need_output) {
      server.use_output(output);
      status = f();
      send();
    }
    server.use_output({});
    return status;
  }
  void send() {
    to_client += server.unsent();
    server.sent(server.unsent().size());
  }
};

}  // namespace callgate::testing
