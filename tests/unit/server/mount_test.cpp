// SPDX-License-Identifier: Apache-2.0
// The lines of a main().
#include <callgate/server/mount.hpp>

#include <callgate/schemas/suno.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace callgate {
namespace {

using suno = schemas::suno::provider;

TEST(Mount, IsNamedAfterItsProvider) {
  EXPECT_EQ(mount<suno>().name, "suno");
  EXPECT_EQ(mount<suno>([](const event<suno>&) {}).name, "suno");
  static_assert(std::is_same_v<decltype(mount<suno>())::handler_type, no_handler>);
  static_assert(std::is_same_v<decltype(mount<suno>())::provider_type, suno>);
}

void on_event(const event<suno>&) {}

TEST(Mount, KeepsItsHandler) {
  static_assert(
      std::is_same_v<decltype(mount<suno>(on_event))::handler_type, void (*)(const event<suno>&)>);
  EXPECT_EQ(mount<suno>(on_event).handler, &on_event);
  const auto copied = [](const event<suno>&) { return true; };
  static_assert(std::is_same_v<decltype(mount<suno>(copied))::handler_type,
                               std::remove_const_t<decltype(copied)>>);
  auto unique = std::make_unique<int>(7);
  const int* const address = unique.get();
  struct mover {
    std::unique_ptr<int> kept;
    void operator()(const event<suno>&) const {}
  };
  EXPECT_EQ(mount<suno>(mover{std::move(unique)}).handler.kept.get(), address);
}

}  // namespace
}  // namespace callgate
