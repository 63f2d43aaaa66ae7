// SPDX-License-Identifier: Apache-2.0
// What all TLS connections of a server share: certificate, rules of the handshake, ticket keys.
#pragma once

#include <callgate/core/result.hpp>
#include <callgate/core/startup_error.hpp>
#include <callgate/tls/certificate_files.hpp>
#include <callgate/tls/cipher_bio.hpp>
#include <callgate/tls/load_certificate.hpp>
#include <callgate/tls/openssl_handle.hpp>
#include <callgate/tls/ticket_keys.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <chrono>
#include <mutex>
#include <span>
#include <string>
#include <utility>

namespace callgate::tls {

// TLS 1.2 and 1.3, forward secrecy and AEAD only (RFC 9325 4.2), no renegotiation, no compression,
// no early data, no client certificates. ALPN: http/1.1, or none. Resumption by tickets alone, so
// that nothing is kept per client.
// Lifetime: must outlive the sessions that started with it. Threads: any.
class context {
 public:
  using reference = openssl_handle<SSL_CTX, &SSL_CTX_free>;

  // Errors: startup_error, which names the file, what is wrong with it and the remedy.
  explicit context(certificate_files files)
      : files_(std::move(files)), bio_method_(cipher_bio_method()) {
    if (!bio_method_) throw startup_error("OpenSSL has no memory for TLS: give the process more");
    if (auto read = reload(); !read) throw startup_error(read.error());
  }

  // Reads the files again. Sessions that begin from now on use what was read; others go on as they
  // are, and tickets remain good. Cost: reads files; not for an I/O thread.
  // Errors: a text as above; the old certificate stays in use.
  [[nodiscard]] result<void, std::string> reload() {
    reference made(SSL_CTX_new(TLS_server_method()));
    if (!made || !set_rules(made.get()))
      return failure{"OpenSSL cannot make a TLS context (" + detail::openssl_failure().text() +
                     "): check its installation and configuration file"};
    auto loaded = load_certificate(made.get(), files_);
    if (!loaded) return failure{loaded.error()};
    const std::lock_guard lock(mutex_);
    current_.swap(made);
    warning_.swap(*loaded);
    return {};
  }

  // For the log, after start and after each reload: empty, or why clients refuse the certificate.
  [[nodiscard]] std::string warning() const {
    const std::lock_guard lock(mutex_);
    return warning_;
  }

  // What the next session uses, kept alive by it.
  [[nodiscard]] reference acquire() const noexcept {
    const std::lock_guard lock(mutex_);
    SSL_CTX_up_ref(current_.get());
    return reference(current_.get());
  }

  [[nodiscard]] const BIO_METHOD* bio_kind() const noexcept { return bio_method_.get(); }

 private:
  static constexpr const char* tls_1_2_suites =
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
      "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
      "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
  // No P-521: a client could ask for it only to make us compute.
  static constexpr const char* groups = "X25519:P-256:P-384";
  static constexpr int security_level = 2;  // 112 bits: RSA from 2048, no SHA-1

  bool set_rules(SSL_CTX* made) {
    SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                  SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // Released buffers: an idle connection keeps none of OpenSSL's 17 KiB ones. Partial writes: a
    // slow reader's progress shows record by record.
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                               SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_security_level(made, security_level);
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(made, std::chrono::seconds(ticket_keys::ticket_lifetime).count());
    SSL_CTX_set_app_data(made, &keys_);
    SSL_CTX_set_alpn_select_cb(made, &context::on_alpn, nullptr);
    return SSL_CTX_set_tlsext_ticket_key_evp_cb(made, &context::on_ticket) == 1 &&
           SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(made, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(made, tls_1_2_suites) == 1 &&
           SSL_CTX_set1_groups_list(made, groups) == 1;
  }

  // RFC 7301 3.2: who offers protocols, none of them ours, must not be answered with ours.
  static int on_alpn(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                     const unsigned char* offered, unsigned offered_size, void*) {
    static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, chosen_size, ours, sizeof ours, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
  }

  static int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                       EVP_MAC_CTX* mac, int is_sealing) {
    auto& keys = *static_cast<ticket_keys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const auto now = ticket_keys::clock::now();
    const std::span<unsigned char, 16> key_name(name, 16);
    return static_cast<int>(is_sealing != 0 ? keys.seal(key_name, iv, cipher, mac, now)
                                            : keys.open(key_name, iv, cipher, mac, now));
  }

  certificate_files files_;
  bio_method bio_method_;
  ticket_keys keys_;  // not of one SSL_CTX: a reload must not forget them
  mutable std::mutex mutex_;
  reference current_;
  std::string warning_;
};

}  // namespace callgate::tls
