// SPDX-License-Identifier: Apache-2.0
// The lines of a main().
#include <callgate/server/mount.hpp>

#include <callgate/schemas/suno.hpp>

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

namespace callgate {
namespace {

using suno = schemas::suno::provider;

TEST(Mount, IsNamedAfterItsProvider) {
  EXPECT_EQ(mount<suno>().name, "suno");
  EXPECT_EQ(mount<suno>([](const event<suno>&) {}).name, "suno");
  static_assert(std::is_same_v<decltype(mount<suno>())::handler_type, no_handler>);
  static_assert(std::is_same_v<decltype(mount<suno>())::provider_type, suno>);
}

// Those that do not fit are refused by a static_assert with advice: tests/compile_fail.
TEST(Mount, TakesHandlersThatReturnNothingOrABoolean) {
  const auto nothing = [](const event<suno>&) {};
  const auto boolean = [](const event<suno>&) { return true; };
  const auto number = [](const event<suno>&) { return std::string(); };
  const auto other = [](int) {};
  static_assert(handler_for<decltype(nothing), suno>);
  static_assert(handler_for<decltype(boolean), suno>);
  static_assert(!handler_for<decltype(number), suno>);
  static_assert(!handler_for<decltype(other), suno>);
  static_assert(!handler_for<int, suno>);
}

}  // namespace
}  // namespace callgate
