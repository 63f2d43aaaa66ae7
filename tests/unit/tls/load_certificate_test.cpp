// SPDX-License-Identifier: Apache-2.0
// What is said of certificate_files that cannot be used.
#include <callgate/tls/load_certificate.hpp>

#include <callgate/tls/openssl_handle.hpp>
#include <tests/support/tls_files.hpp>

#include <gtest/gtest.h>

#include <string>

#include <sys/stat.h>

namespace callgate::testing {
namespace {

std::string replaced(std::string text, const tls_files& files) {
  for (std::size_t at; (at = text.find(files.path(""))) != std::string::npos;)
    text.erase(at, files.path("").size());
  return text;
}

// The error or the warning, without the folder.
std::string said(const tls_files& files, const tls::certificate_files& names) {
  const tls::openssl_handle<SSL_CTX, &SSL_CTX_free> context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_security_level(context.get(), 2);
  const auto loaded = tls::load_certificate(context.get(), names);
  EXPECT_EQ(ERR_peek_error(), 0u);
  return replaced(loaded ? "warning: " + *loaded : loaded.error(), files);
}
std::string said(const tls_files& files) {
  return said(files, files.names());
}

TEST(LoadCertificate, SaysNothingOfGoodOnes) {
  const tls_files files;
  EXPECT_EQ(said(files.make()), "warning: ");
  EXPECT_EQ(said(files.make(rsa_key())), "warning: ");
}

TEST(LoadCertificate, TakesAChain) {
  const tls_files files;
  const evp_key key = make_ec_key();
  files.write_certificate("chain.pem", key, {}, 3);
  files.write_key("key.pem", key);
  EXPECT_EQ(said(files), "warning: ");
}

TEST(LoadCertificate, NamesAMissingFile) {
  const tls_files files;
  files.make();
  EXPECT_EQ(said(files, {files.path("none.pem"), files.path("key.pem")}),
            "certificate file 'none.pem' cannot be read (No such file or directory): check the "
            "path and that this process may read it");
  EXPECT_EQ(said(files, {files.path("chain.pem"), files.path("none.pem")}),
            "private key file 'none.pem' cannot be read (No such file or directory): check the "
            "path and that this process may read it");
  EXPECT_EQ(said(files, {files.path("chain.pem"), ""}), "no private key file is given: name one");
  EXPECT_EQ(said(files, {"", files.path("key.pem")}), "no certificate file is given: name one");
}

TEST(LoadCertificate, NamesAFolderAndAnEmptyFile) {
  const tls_files files;
  files.make();
  ::mkdir(files.path("folder").c_str(), 0700);
  files.write("empty.pem", "");
  EXPECT_EQ(said(files, {files.path("folder"), files.path("key.pem")}),
            "certificate file 'folder' cannot be read (Is a directory): check the path and that "
            "this process may read it");
  EXPECT_EQ(said(files, {files.path("chain.pem"), files.path("empty.pem")}),
            "private key file 'empty.pem' cannot be read (it is empty): check the path and that "
            "this process may read it");
}

TEST(LoadCertificate, NamesWhatIsNotPem) {
  const tls_files files;
  files.make();
  files.write("text.pem", "not at all\n");
  EXPECT_EQ(said(files, {files.path("text.pem"), files.path("key.pem")}),
            "certificate file 'text.pem' holds no certificate in PEM form: it must begin with the "
            "server's own, between '-----BEGIN CERTIFICATE-----' and '-----END CERTIFICATE-----'");
  EXPECT_TRUE(said(files, {files.path("chain.pem"), files.path("text.pem")})
                  .starts_with("private key file 'text.pem' holds no usable private key in PEM "
                               "form ("));
}

TEST(LoadCertificate, NamesFilesThatWereMixedUp) {
  const tls_files files;
  files.make();
  EXPECT_TRUE(said(files, {files.path("key.pem"), files.path("chain.pem")})
                  .starts_with("certificate file 'key.pem' holds no certificate"));
}

TEST(LoadCertificate, NamesADamagedCertificate) {
  const tls_files files;
  files.make();
  files.write("chain.pem",
              "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmg\n-----END CERTIFICATE-----\n");
  EXPECT_TRUE(said(files).starts_with("certificate file 'chain.pem' cannot be used ("));
}

TEST(LoadCertificate, NamesAKeyOfAnotherCertificate) {
  const tls_files files;
  files.make();
  const std::string text =
      "private key file 'key.pem' does not belong to certificate file 'chain.pem': give the key "
      "that this certificate was asked for with, and the certificate first in its file";
  files.write_key("key.pem", make_ec_key());
  EXPECT_EQ(said(files), text);
  files.write_key("key.pem", rsa_key());  // not even of its kind
  EXPECT_EQ(said(files), text);
}

TEST(LoadCertificate, AsksNobodyForAPassPhrase) {
  const tls_files files;
  const evp_key key = make_ec_key();
  files.make(key).write_key("key.pem", key, "secret");
  EXPECT_EQ(said(files),
            "private key file 'key.pem' is encrypted: write it without a pass phrase (openssl pkey "
            "-in OLD -out NEW) and let nobody else read it");
}

TEST(LoadCertificate, RefusesShortKeys) {
  const tls_files files;
  files.make(evp_key(EVP_RSA_gen(1024)));
  EXPECT_EQ(said(files),
            "certificate file 'chain.pem' cannot be used (ee key too small): ask for a new one, "
            "with a key of P-256 or of RSA with 2048 bits");
}

TEST(LoadCertificate, WarnsOfDatesThatClientsRefuse) {
  const tls_files files;
  const long year = 365 * 24 * 3600L;
  const std::string expired = said(files.make({.from_seconds = -year, .to_seconds = -60}));
  EXPECT_TRUE(expired.starts_with("warning: certificate file 'chain.pem' expired on 20"));
  EXPECT_TRUE(expired.ends_with(": clients refuse it; renew it, then reload"));
  const std::string early = said(files.make({.from_seconds = 3600, .to_seconds = year}));
  EXPECT_TRUE(early.starts_with("warning: certificate file 'chain.pem' is not valid before 20"));
}

}  // namespace
}  // namespace callgate::testing
