// SPDX-License-Identifier: Apache-2.0
#include <callgate/tls/ticket_keys.hpp>

#include <callgate/tls/openssl_handle.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace callgate::testing {
namespace {

using namespace std::chrono_literals;
using tls::ticket_keys;
using answer = ticket_keys::answer;

using mac_algorithm = tls::openssl_handle<EVP_MAC, &EVP_MAC_free>;

// OpenSSL's part: the contexts that the keys are put into.
struct ticket_contexts {
  tls::openssl_handle<EVP_CIPHER_CTX, &EVP_CIPHER_CTX_free> cipher{EVP_CIPHER_CTX_new()};
  mac_algorithm hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  tls::openssl_handle<EVP_MAC_CTX, &EVP_MAC_CTX_free> mac{EVP_MAC_CTX_new(hmac.get())};

  // Of the cipher, then of the MAC.
  std::string result_of(std::string_view text) {
    std::string out(text.size() + 64, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    const auto* from = reinterpret_cast<const unsigned char*>(text.data());
    int size = 0;
    EVP_CipherUpdate(cipher.get(), bytes, &size, from, static_cast<int>(text.size()));
    std::size_t mac_size = 0;
    EXPECT_EQ(EVP_MAC_init(mac.get(), nullptr, 0, nullptr), 1);
    EVP_MAC_update(mac.get(), from, text.size());
    EVP_MAC_final(mac.get(), bytes + size, &mac_size, 32);
    out.resize(static_cast<std::size_t>(size) + mac_size);
    return out;
  }
};

struct sealed {
  std::array<unsigned char, 16> name{};
  std::array<unsigned char, 16> iv{};
  std::string result;
};

sealed seal(ticket_keys& keys, ticket_keys::clock::time_point now) {
  sealed out;
  ticket_contexts with;
  EXPECT_EQ(keys.seal(out.name, out.iv.data(), with.cipher.get(), with.mac.get(), now),
            answer::good);
  out.result = with.result_of("sixteen bytes...");
  return out;
}

answer open(ticket_keys& keys, const sealed& s, ticket_keys::clock::time_point now) {
  ticket_contexts with;
  return keys.open(s.name, s.iv.data(), with.cipher.get(), with.mac.get(), now);
}

const ticket_keys::clock::time_point start = ticket_keys::clock::now();

TEST(TicketKeys, AreGoodForTheirLifetimeThenForATicketsThenGone) {
  ticket_keys keys;
  const sealed first = seal(keys, start);
  EXPECT_EQ(open(keys, first, start), answer::good);
  EXPECT_EQ(open(keys, first, start + 2h - 1s), answer::good);
  EXPECT_EQ(open(keys, first, start + 2h), answer::good_but_renew);
  EXPECT_EQ(open(keys, first, start + 4h - 1s), answer::good_but_renew);
  EXPECT_EQ(open(keys, first, start + 4h), answer::unknown);
}

TEST(TicketKeys, AreReplacedInOrder) {
  ticket_keys keys;
  const sealed first = seal(keys, start);
  const sealed same = seal(keys, start + 1h);
  const sealed second = seal(keys, start + 3h);
  const sealed third = seal(keys, start + 5h);
  EXPECT_EQ(first.name, same.name);
  EXPECT_NE(first.name, second.name);
  EXPECT_NE(second.name, third.name);
  EXPECT_EQ(open(keys, first, start + 5h), answer::unknown);
  EXPECT_EQ(open(keys, second, start + 5h), answer::good_but_renew);
  EXPECT_EQ(open(keys, third, start + 5h), answer::good);
}

TEST(TicketKeys, AreForgottenAfterALongRestWhoeverComesFirst) {
  ticket_keys keys;
  const sealed old = seal(keys, start);
  EXPECT_EQ(open(keys, old, start + 100h), answer::unknown);
  EXPECT_EQ(open(keys, seal(keys, start + 101h), start + 101h), answer::good);
}

TEST(TicketKeys, OpenWhatTheySealed) {
  ticket_keys keys;
  const sealed s = seal(keys, start);
  ticket_contexts with;
  ASSERT_EQ(keys.open(s.name, s.iv.data(), with.cipher.get(), with.mac.get(), start), answer::good);
  EVP_CIPHER_CTX_set_padding(with.cipher.get(), 0);
  EXPECT_EQ(with.result_of(s.result.substr(0, 16)).substr(0, 16), "sixteen bytes...");
  ticket_contexts again;
  ASSERT_EQ(keys.open(s.name, s.iv.data(), again.cipher.get(), again.mac.get(), start),
            answer::good);
  const std::string mac = again.result_of("sixteen bytes...");
  EXPECT_EQ(mac.substr(mac.size() - 32), s.result.substr(s.result.size() - 32));
}

TEST(TicketKeys, AreNobodyElses) {
  ticket_keys keys;
  ticket_keys others;
  EXPECT_EQ(open(others, seal(keys, start), start), answer::unknown);
  EXPECT_NE(seal(keys, start).name, seal(others, start).name);
  // No key has been made yet: the name of nothing.
  ticket_keys fresh;
  EXPECT_EQ(open(fresh, sealed{}, start), answer::unknown);
}

TEST(TicketKeys, ShareNothingButTheirForm) {
  ticket_keys keys;
  ticket_keys others;
  sealed one = seal(keys, start);
  const sealed other = seal(others, start);
  const auto mac_of = [](const sealed& s) { return s.result.substr(s.result.size() - 32); };
  EXPECT_NE(mac_of(one), mac_of(other));
  EXPECT_EQ(mac_of(one), mac_of(seal(keys, start)));  // of the same text
  one.name = other.name;
  ticket_contexts with;
  ASSERT_EQ(others.open(one.name, one.iv.data(), with.cipher.get(), with.mac.get(), start),
            answer::good);
  EVP_CIPHER_CTX_set_padding(with.cipher.get(), 0);
  EXPECT_NE(with.result_of(one.result.substr(0, 16)).substr(0, 16), "sixteen bytes...");
}

TEST(TicketKeys, TakeAnotherInitialVectorForEveryTicket) {
  ticket_keys keys;
  EXPECT_NE(seal(keys, start).iv, seal(keys, start).iv);
}

}  // namespace
}  // namespace callgate::testing
