// SPDX-License-Identifier: Apache-2.0
// Certificates and keys that tests make for themselves, in a folder that goes away.
#pragma once

#include <callgate/tls/certificate_files.hpp>
#include <callgate/tls/openssl_handle.hpp>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace callgate::testing {

using evp_key = tls::openssl_handle<EVP_PKEY, &EVP_PKEY_free>;

inline evp_key make_ec_key() {
  return evp_key(EVP_EC_gen("P-256"));
}

// One for all tests of a program: making it takes long.
inline const evp_key& rsa_key() {
  static const evp_key made(EVP_RSA_gen(2048));
  return made;
}

struct certificate_wish {
  std::string name = "receiver.test";
  long from_seconds = -3600;  // from now
  long to_seconds = 24 * 3600;
};

// A folder of PEM files.
class tls_files {
 public:
  tls_files() {
    std::string pattern = std::filesystem::temp_directory_path() / "callgate-tls-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  tls_files(const tls_files&) = delete;
  tls_files& operator=(const tls_files&) = delete;
  ~tls_files() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] tls::certificate_files names() const {
    return {path("chain.pem"), path("key.pem")};
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
  }

  // chain.pem and key.pem, self-signed.
  const tls_files& make(const certificate_wish& wish = {}) const {
    return make(make_ec_key(), wish);
  }
  const tls_files& make(const evp_key& key, const certificate_wish& wish = {}) const {
    write_certificate("chain.pem", key, wish);
    write_key("key.pem", key);
    return *this;
  }

  void write_key(const std::string& name, const evp_key& key, const char* pass = nullptr) const {
    std::FILE* file = std::fopen(path(name).c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), pass != nullptr ? EVP_aes_128_cbc() : nullptr, nullptr, 0,
                         nullptr, const_cast<char*>(pass));
    std::fclose(file);
  }

  // More than once: one after another in the file.
  void write_certificate(const std::string& name, const evp_key& key, const certificate_wish& wish,
                         int count = 1) const {
    const tls::openssl_handle<X509, &X509_free> made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), wish.from_seconds);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), wish.to_seconds);
    X509_set_pubkey(made.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(made.get());
    const auto* text = reinterpret_cast<const unsigned char*>(wish.name.c_str());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(made.get(), subject);
    X509_sign(made.get(), key.get(), EVP_sha256());
    std::FILE* file = std::fopen(path(name).c_str(), "w");
    for (int i = 0; i < count; ++i) PEM_write_X509(file, made.get());
    std::fclose(file);
  }

 private:
  std::string folder_;
};

}  // namespace callgate::testing
