// SPDX-License-Identifier: Apache-2.0
// What a scheme says about itself.
#include <callgate/auth/scheme.hpp>

#include <gtest/gtest.h>

#include <array>

namespace callgate::auth {
namespace {

constexpr method mac{.kind = primitive::hmac_sha256};
constexpr method shared{.kind = primitive::token};
constexpr method open{.kind = primitive::none};

TEST(Scheme, CoversTheBodyOnlyIfEveryWayInDoes) {
  constexpr std::array only_mac{mac};
  constexpr std::array two_macs{mac, mac};
  constexpr std::array mac_or_token{mac, shared};
  constexpr std::array token_or_mac{shared, mac};
  constexpr std::array mac_or_nothing{mac, open};
  static_assert(covers_body({.any_of = only_mac}));
  static_assert(covers_body({.any_of = two_macs}));
  static_assert(!covers_body({.any_of = mac_or_token}), "the weakest branch counts");
  static_assert(!covers_body({.any_of = token_or_mac}));
  static_assert(!covers_body({.any_of = mac_or_nothing}));
  static_assert(!covers_body({}), "no method proves nothing");
}

TEST(Scheme, RefusesToStartWithoutASecretUnlessToldOtherwise) {
  static_assert(scheme{}.on_missing_secret == missing_secret::refuse_start);
  static_assert(method{}.kind == primitive::none);
}

}  // namespace
}  // namespace callgate::auth
