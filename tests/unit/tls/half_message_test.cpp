// SPDX-License-Identifier: Apache-2.0
// A client that no library can play: it sends handshake messages in parts after the handshake.
#include <callgate/tls/session.hpp>

#include <callgate/auth/digest_openssl.hpp>
#include <tests/support/tls_client.hpp>
#include <tests/support/tls_files.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace callgate::testing {
namespace {

using tls::errc;
using tls::session_status;

thread_local std::string traffic_secret;

void keep_secret(const SSL*, const char* line) {
  const std::string_view text = line;
  if (!text.starts_with("CLIENT_TRAFFIC_SECRET_0 ")) return;
  traffic_secret.clear();
  for (std::size_t at = text.rfind(' ') + 1; at + 1 < text.size(); at += 2)
    traffic_secret += static_cast<char>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16));
}

// RFC 8446 7.1: HKDF-Expand-Label without context, of no more than one block.
std::string expanded(std::string_view label, char bytes) {
  std::string info{'\0', bytes};
  info += static_cast<char>(6 + label.size());
  info += "tls13 " + std::string(label) + std::string("\0\1", 2);
  const auto block = auth::hmac_sha256(traffic_secret).mac(info);
  return {block.begin(), block.begin() + bytes};
}

// RFC 8446 5.2, with TLS_AES_128_GCM_SHA256.
std::string record(unsigned char number, std::string content, char type) {
  content += type;
  const std::string head{23, 3, 3, 0, static_cast<char>(content.size() + 16)};
  const std::string key = expanded("key", 16);
  std::string nonce = expanded("iv", 12);
  nonce.back() = static_cast<char>(nonce.back() ^ number);
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  std::string out(content.size() + 16, '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  const tls::openssl_handle<EVP_CIPHER_CTX, &EVP_CIPHER_CTX_free> gcm(EVP_CIPHER_CTX_new());
  int n = 0;
  EVP_EncryptInit_ex(gcm.get(), EVP_aes_128_gcm(), nullptr, bytes(key), bytes(nonce));
  EVP_EncryptUpdate(gcm.get(), nullptr, &n, bytes(head), static_cast<int>(head.size()));
  EVP_EncryptUpdate(gcm.get(), to, &n, bytes(content), static_cast<int>(content.size()));
  EVP_EncryptFinal_ex(gcm.get(), to + n, &n);
  EVP_CIPHER_CTX_ctrl(gcm.get(), EVP_CTRL_AEAD_GET_TAG, 16, to + content.size());
  return head + out;
}

class TlsHalfMessage : public ::testing::Test {
 protected:
  TlsHalfMessage() : context(files.make().names()), wire(context) {
    SSL_CTX_set_keylog_callback(SSL_get_SSL_CTX(wire.client.ssl()), &keep_secret);
    SSL_set_ciphersuites(wire.client.ssl(), "TLS_AES_128_GCM_SHA256");
    wire.run();
  }

  static constexpr char application_data = 23;
  static constexpr char handshake = 22;

  tls_files files;
  tls::context context;
  tls_wire wire;
};

TEST_F(TlsHalfMessage, IsSealedAsTheSessionExpects) {
  EXPECT_EQ(wire.feed(record(0, "ping", application_data)), session_status::need_input);
  EXPECT_EQ(wire.received, "ping");
}

TEST_F(TlsHalfMessage, OfAKeyUpdateEndsTheSessionOnlyWhenSomethingIsToBeSaid) {
  const std::string key_update{24, 0, 0, 1, 0};
  EXPECT_EQ(wire.feed(record(0, key_update.substr(0, 4), handshake)), session_status::need_input);
  EXPECT_EQ(wire.say({"pong"}), session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::protocol_error);
}

TEST_F(TlsHalfMessage, IsNoneWhenItsRestComes) {
  const std::string key_update{24, 0, 0, 1, 0};
  EXPECT_EQ(wire.feed(record(0, key_update.substr(0, 4), handshake)), session_status::need_input);
  EXPECT_EQ(wire.feed(record(1, key_update.substr(4), handshake)), session_status::need_input);
  EXPECT_EQ(wire.say({"pong"}), session_status::done);
}

TEST_F(TlsHalfMessage, OfAHugeOneIsRefused) {
  EXPECT_EQ(wire.feed(record(0, std::string{24, 1, 0, 0}, handshake)), session_status::failed);
  EXPECT_EQ(wire.server.error(), errc::protocol_error);
}

}  // namespace
}  // namespace callgate::testing
