// SPDX-License-Identifier: Apache-2.0
// Puts a certificate and its key into an OpenSSL context, and says what is wrong with them.
#pragma once

#include <callgate/core/result.hpp>
#include <callgate/tls/certificate_files.hpp>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>

namespace callgate::tls {

namespace detail {

// Empty: the file can be read. OpenSSL does not tell a folder from an empty file.
[[nodiscard]] inline std::string why_unreadable(const std::string& path) {
  struct closer {
    void operator()(std::FILE* f) const noexcept { std::fclose(f); }
  };
  const std::unique_ptr<std::FILE, closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) return std::strerror(errno);
  errno = 0;
  if (std::fgetc(file.get()) == EOF) return errno != 0 ? std::strerror(errno) : "it is empty";
  return {};
}

[[nodiscard]] inline std::string unreadable_text(const char* what, const std::string& path) {
  if (path.empty()) return std::string("no ") + what + " file is given: name one";
  const std::string why = why_unreadable(path);
  if (why.empty()) return {};
  return std::string(what) + " file '" + path + "' cannot be read (" + why +
         "): check the path and that this process may read it";
}

// What OpenSSL's queue of errors held, the oldest first: the others say through which of its parts
// that came out.
class openssl_failure {
 public:
  openssl_failure() noexcept {
    for (unsigned long& code : codes_) code = ERR_get_error();
    ERR_clear_error();
  }

  [[nodiscard]] bool has(int library, int reason) const noexcept {
    return std::any_of(codes_.begin(), codes_.end(), [library, reason](unsigned long code) {
      return ERR_GET_LIB(code) == library && ERR_GET_REASON(code) == reason;
    });
  }
  [[nodiscard]] std::string text() const {
    const char* text = ERR_reason_error_string(codes_[0]);
    return text != nullptr ? text : "unknown reason";
  }

 private:
  std::array<unsigned long, 16> codes_;  // as many as the queue holds
};

[[nodiscard]] inline std::string certificate_refusal(const certificate_files& files) {
  const openssl_failure failed;
  const std::string file = "certificate file '" + files.certificate_chain + "' ";
  if (failed.has(ERR_LIB_PEM, PEM_R_NO_START_LINE))
    return file +
           "holds no certificate in PEM form: it must begin with the server's own, between "
           "'-----BEGIN CERTIFICATE-----' and '-----END CERTIFICATE-----'";
  return file + "cannot be used (" + failed.text() +
         "): ask for a new one, with a key of P-256 or of RSA with 2048 bits";
}

[[nodiscard]] inline std::string key_refusal(const certificate_files& files) {
  const openssl_failure failed;
  const std::string file = "private key file '" + files.private_key + "' ";
  if (failed.has(ERR_LIB_PEM, PEM_R_BAD_PASSWORD_READ))
    return file +
           "is encrypted: write it without a pass phrase (openssl pkey -in OLD -out NEW) and let "
           "nobody else read it";
  if (failed.has(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH) ||
      failed.has(ERR_LIB_X509, X509_R_KEY_TYPE_MISMATCH) ||
      failed.has(ERR_LIB_SSL, SSL_R_NO_CERTIFICATE_ASSIGNED))
    return file + "does not belong to certificate file '" + files.certificate_chain +
           "': give the key that this certificate was asked for with, and the certificate first "
           "in its file";
  return file + "holds no usable private key in PEM form (" + failed.text() +
         "): it must hold '-----BEGIN PRIVATE KEY-----'";
}

[[nodiscard]] inline std::string date_text(const ASN1_TIME* at) {
  std::tm parts{};
  char text[16];
  if (ASN1_TIME_to_tm(at, &parts) != 1 || std::strftime(text, sizeof text, "%Y-%m-%d", &parts) == 0)
    return "an unreadable date";
  return text;
}

// Empty: it is valid now.
[[nodiscard]] inline std::string validity_warning(SSL_CTX* context, const std::string& path) {
  const X509* own = SSL_CTX_get0_certificate(context);
  const ASN1_TIME* begin = X509_get0_notBefore(own);
  const ASN1_TIME* end = X509_get0_notAfter(own);
  const std::string file = "certificate file '" + path + "' ";
  if (X509_cmp_current_time(end) < 0)
    return file + "expired on " + date_text(end) + ": clients refuse it; renew it, then reload";
  if (X509_cmp_current_time(begin) > 0)
    return file + "is not valid before " + date_text(begin) +
           ": clients refuse it; is this machine's clock right?";
  return {};
}

}  // namespace detail

// Gives a warning: empty, or that clients will refuse the certificate as of today. That is no
// error: a server that does not start because of it would not be reached by those either who do not
// care. Errors: a text that names the file, what is wrong with it and the remedy.
[[nodiscard]] inline result<std::string, std::string> load_certificate(
    SSL_CTX* context, const certificate_files& files) {
  ERR_clear_error();
  std::string unreadable = detail::unreadable_text("certificate", files.certificate_chain);
  if (unreadable.empty()) unreadable = detail::unreadable_text("private key", files.private_key);
  if (!unreadable.empty()) return failure{unreadable};
  // Nobody is asked for a pass phrase: a server has no terminal.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
  std::string refusal;
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate_chain.c_str()) != 1)
    refusal = detail::certificate_refusal(files);
  else if (SSL_CTX_use_PrivateKey_file(context, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
           SSL_CTX_check_private_key(context) != 1)
    refusal = detail::key_refusal(files);
  ERR_clear_error();
  if (!refusal.empty()) return failure{refusal};
  return detail::validity_warning(context, files.certificate_chain);
}

}  // namespace callgate::tls
