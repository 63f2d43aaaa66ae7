// SPDX-License-Identifier: Apache-2.0
// What counts as a handler. The advice that others get: tests/compile_fail/handler_*.cpp.
#include <callgate/server/handler.hpp>

#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate {
namespace {

using suno = schemas::suno::provider;
using kie = schemas::kie::provider;

// No more than a concept asks for.
template <class Result>
struct archetype {
  archetype() = delete;
  archetype(archetype&&) = default;
  archetype& operator=(archetype&&) = delete;
  Result operator()(const event<suno>&);
};

struct immovable : archetype<void> {
  immovable(immovable&&) = delete;
};

template <class Parameter>
using takes = void (*)(Parameter);
template <class Result>
using gives = Result (*)(const event<suno>&);

TEST(Handler, IsAFunctionOfTheEvent) {
  static_assert(function_handler_for<archetype<void>, suno>);
  static_assert(function_handler_for<archetype<bool>, suno>);
  static_assert(function_handler_for<takes<event<suno>>, suno>, "a copy is its own");
  static_assert(!coroutine_handler_for<archetype<void>, suno>);
}

TEST(Handler, IsACoroutineOfTheEvent) {
  static_assert(coroutine_handler_for<archetype<asio::awaitable<void>>, suno>);
  static_assert(coroutine_handler_for<archetype<asio::awaitable<bool>>, suno>);
  static_assert(!function_handler_for<archetype<asio::awaitable<bool>>, suno>);
  static_assert(handler_for<archetype<asio::awaitable<void>>, suno>);
}

TEST(Handler, ReturnsNothingOrABoolean) {
  static_assert(!handler_for<gives<int>, suno>, "0 would be a failure, which nobody means");
  static_assert(!handler_for<gives<const void*>, suno>);
  static_assert(!handler_for<gives<std::string>, suno>);
  static_assert(!handler_for<gives<const bool&>, suno>);
  static_assert(!handler_for<gives<asio::awaitable<int>>, suno>);
  static_assert(!handler_for<gives<asio::awaitable<std::string>>, suno>);
}

TEST(Handler, TakesTheEventOfItsProviderAsItIs) {
  static_assert(!handler_for<takes<const event<kie>&>, suno>);
  static_assert(!handler_for<takes<int>, suno>);
  static_assert(!handler_for<void (*)(), suno>);
  static_assert(!handler_for<int, suno>);
  static_assert(!handler_for<takes<event<suno>&>, suno>);
  static_assert(!handler_for<takes<event<suno>&&>, suno>);
  static_assert(detail::takes_changeable_event<takes<event<suno>&>, suno>);
  static_assert(detail::takes_changeable_event<takes<event<suno>&&>, suno>);
  static_assert(!detail::takes_changeable_event<takes<const event<kie>&>, suno>);
  static_assert(!detail::takes_changeable_event<archetype<void>, suno>);
}

TEST(Handler, IsMovable) {
  static_assert(!handler_for<immovable, suno>);
}

}  // namespace
}  // namespace callgate
