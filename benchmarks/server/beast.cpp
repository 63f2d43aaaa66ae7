// SPDX-License-Identifier: Apache-2.0
// Boost.Beast as people use it: asynchronous, one thread, a session for each connection, one HMAC()
// a request. It verifies and answers; it parses and stores nothing. beast [port]
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

// As in the header: "sha256=" and hexadecimal digits.
std::string signature_of(const std::string& body, const std::string& secret) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), int(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac.data(), &size);
  std::string out = "sha256=";
  for (unsigned i = 0; i < size; ++i) {
    out += "0123456789abcdef"[mac[i] >> 4];
    out += "0123456789abcdef"[mac[i] & 15];
  }
  return out;
}

class session : public std::enable_shared_from_this<session> {
 public:
  session(tcp::socket socket, const std::string& secret)
      : stream_(std::move(socket)), secret_(secret) {}

  void read() {
    request_ = {};
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](beast::error_code failed, std::size_t) {
                       if (!failed) self->answer();
                     });
  }

 private:
  http::status check() const {
    if (request_.method() != http::verb::post || request_.target() != "/callbacks/suno")
      return http::status::not_found;
    const std::string wanted = signature_of(request_.body(), secret_);
    const auto sent = request_["X-Suno-Signature"];
    const bool is_right =
        sent.size() == wanted.size() && CRYPTO_memcmp(sent.data(), wanted.data(), sent.size()) == 0;
    return is_right ? http::status::ok : http::status::unauthorized;
  }

  void answer() {
    const http::status status = check();
    response_ = {status, request_.version()};
    response_.set(http::field::content_type, "application/json");
    response_.keep_alive(request_.keep_alive());
    response_.body() = status == http::status::ok ? "{\"ok\":true}" : "{\"ok\":false}";
    response_.prepare_payload();
    http::async_write(stream_, response_,
                      [self = shared_from_this()](beast::error_code failed, std::size_t) {
                        if (failed) return;
                        if (self->response_.keep_alive()) return self->read();
                        beast::error_code ignored;
                        self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
                      });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
  const std::string& secret_;
};

void accept(tcp::acceptor& from, const std::string& secret) {
  from.async_accept([&](beast::error_code failed, tcp::socket socket) {
    if (!failed) {
      beast::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      std::make_shared<session>(std::move(socket), secret)->read();
    }
    accept(from, secret);
  });
}

}  // namespace

int main(int count, char** words) try {
  const char* const secret = std::getenv("SUNO_WEBHOOK_SECRET");
  if (secret == nullptr) throw std::runtime_error("SUNO_WEBHOOK_SECRET is not set");
  const std::string key = secret;
  const int port = count > 1 ? std::atoi(words[1]) : 0;
  asio::io_context context{1};
  tcp::acceptor acceptor(context,
                         {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)});
  accept(acceptor, key);
  std::printf("listening on port %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  context.run();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "beast: %s\n", error.what());
  return 2;
}
