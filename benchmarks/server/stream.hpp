// SPDX-License-Identifier: Apache-2.0
// The bytes of a connection, in the clear or by TLS 1.3: what the load and the floor send and
// receive.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

namespace server_benchmark {

// Made once, for all connections. Errors: std::runtime_error.
class tls_context {
 public:
  // A client, who believes any server: it is on this machine.
  tls_context() : made_(SSL_CTX_new(TLS_client_method())) { set(); }

  // A server. PEM files.
  tls_context(const char* certificate, const char* key) : made_(SSL_CTX_new(TLS_server_method())) {
    set();
    if (SSL_CTX_use_certificate_file(made_.get(), certificate, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(made_.get(), key, SSL_FILETYPE_PEM) != 1)
      throw std::runtime_error(std::string("no certificate or key: ") + certificate + ", " + key);
    SSL_CTX_set_num_tickets(made_.get(), 0);  // nobody resumes
  }

  [[nodiscard]] SSL_CTX* get() const noexcept { return made_.get(); }

 private:
  struct free {
    void operator()(SSL_CTX* c) const noexcept { SSL_CTX_free(c); }
  };

  void set() {
    if (!made_ || SSL_CTX_set_min_proto_version(made_.get(), TLS1_3_VERSION) != 1)
      throw std::runtime_error("no TLS 1.3");
    SSL_CTX_set_read_ahead(made_.get(), 1);  // a record is one recv(), not two
    SSL_CTX_set_mode(made_.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }

  std::unique_ptr<SSL_CTX, free> made_;
};

// Owns its descriptor. receive() and send() say what recv() and send() would: -1 with EAGAIN when
// it is not the time, 0 at the end.
class stream {
 public:
  stream() = default;
  explicit stream(int fd) noexcept : fd_(fd) {}
  stream(stream&& other) noexcept : fd_(other.fd_), tls_(std::move(other.tls_)) { other.fd_ = -1; }
  stream& operator=(stream&& other) noexcept {
    close();
    std::swap(fd_, other.fd_);
    std::swap(tls_, other.tls_);
    return *this;
  }
  ~stream() { close(); }

  // From here on by TLS. The socket blocks: shakes hands at once. Else with the first bytes.
  // Errors: std::runtime_error when nobody shakes hands.
  void connect_tls(const tls_context& how) {
    use(how);
    if (SSL_connect(tls_.get()) != 1) throw std::runtime_error("the server speaks no TLS 1.3");
  }
  void accept_tls(const tls_context& how) {
    use(how);
    SSL_set_accept_state(tls_.get());
  }

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] bool is_tls() const noexcept { return tls_ != nullptr; }

  // Bytes that have left the socket, and wait to be received.
  [[nodiscard]] bool holds_bytes() const noexcept {
    return tls_ && SSL_has_pending(tls_.get()) == 1;
  }

  ssize_t receive(char* to, std::size_t room) {
    if (!tls_) return ::recv(fd_, to, room, 0);
    ERR_clear_error();
    return told(SSL_read(tls_.get(), to, static_cast<int>(room)));
  }

  ssize_t send(const char* from, std::size_t bytes) {
    if (!tls_) return ::send(fd_, from, bytes, MSG_NOSIGNAL);
    ERR_clear_error();
    return told(SSL_write(tls_.get(), from, static_cast<int>(bytes)));
  }

  void close() noexcept {
    tls_.reset();
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  struct free {
    void operator()(SSL* s) const noexcept { SSL_free(s); }
  };

  void use(const tls_context& how) {
    tls_.reset(SSL_new(how.get()));
    if (!tls_ || SSL_set_fd(tls_.get(), fd_) != 1) throw std::runtime_error("no session");
  }

  ssize_t told(int result) const {
    if (result > 0) return result;
    const int why = SSL_get_error(tls_.get(), result);
    if (why == SSL_ERROR_ZERO_RETURN) return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return -1;
  }

  int fd_ = -1;
  std::unique_ptr<SSL, free> tls_;
};

}  // namespace server_benchmark
