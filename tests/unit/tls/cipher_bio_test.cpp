// SPDX-License-Identifier: Apache-2.0
#include <callgate/tls/cipher_bio.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace callgate::testing {
namespace {

class CipherBio : public ::testing::Test {
 protected:
  CipherBio() : bio(BIO_new(method.get())) {
    bytes.is_guarded = false;
    BIO_set_data(bio.get(), &bytes);
    BIO_set_init(bio.get(), 1);
  }

  tls::cipher_bytes bytes;
  tls::bio_method method = tls::cipher_bio_method();
  tls::openssl_handle<BIO, &BIO_free> bio;
  std::array<char, 8> room{};
};

TEST_F(CipherBio, GivesTheInputAsItIsAskedFor) {
  bytes.in = std::string_view("abcdef");
  EXPECT_EQ(BIO_read(bio.get(), room.data(), 4), 4);
  EXPECT_EQ(BIO_read(bio.get(), room.data() + 4, 4), 2);
  EXPECT_EQ(std::string_view(room.data(), 6), "abcdef");
  EXPECT_EQ(BIO_read(bio.get(), room.data(), 4), -1);
  EXPECT_TRUE(BIO_should_read(bio.get()));
  EXPECT_FALSE(BIO_eof(bio.get()));  // the next bytes are only not here yet
}

TEST_F(CipherBio, FillsTheOutputThenAsksForAnother) {
  bytes.out = room;
  EXPECT_EQ(BIO_write(bio.get(), "abcdef", 6), 6);
  EXPECT_EQ(BIO_write(bio.get(), "ghijkl", 6), 2);
  EXPECT_EQ(std::string_view(room.data(), 8), "abcdefgh");
  EXPECT_EQ(BIO_write(bio.get(), "ijkl", 4), -1);
  EXPECT_TRUE(BIO_should_write(bio.get()));
  EXPECT_EQ(bytes.out_end, 8u);
  bytes.out_end = 0;
  EXPECT_EQ(BIO_write(bio.get(), "ijkl", 4), 4);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_EQ(BIO_flush(bio.get()), 1);
}

}  // namespace
}  // namespace callgate::testing
