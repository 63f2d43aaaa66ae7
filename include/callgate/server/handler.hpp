// SPDX-License-Identifier: Apache-2.0
// What may handle a provider's events: functions and coroutines, and advice for what may not.
#pragma once

#include <callgate/provider/provider.hpp>
#include <callgate/server/event.hpp>

#include <asio/awaitable.hpp>

#include <concepts>
#include <type_traits>

namespace callgate {

// A mount without a handler: callbacks are verified, stored and answered, nothing else.
struct no_handler {};

namespace detail {

// The event is the store's, not the handler's.
template <class P>
using given_event = const event<P>&;

template <class H, class P>
concept takes_event = std::invocable<H&, given_event<P>>;
template <class H, class P>
concept takes_changeable_event =
    !takes_event<H, P> && (std::invocable<H&, event<P>&> || std::invocable<H&, event<P>>);

template <class H, class P, class Result>
concept returns =
    takes_event<H, P> && std::same_as<std::invoke_result_t<H&, given_event<P>>, Result>;

}  // namespace detail

// Called for each event on a thread of the mount's own, at least once, after the sender has its
// answer. Throwing means: try again, later and later, and at last put the event aside as a dead
// letter; effects::permanent_failure puts it aside at once. False is the same as throwing.
template <class H, class P>
concept function_handler_for = std::move_constructible<H> &&  // the server keeps it
    (detail::returns<H, P, void> || detail::returns<H, P, bool>);

// The same, but it may wait without a thread of its own waiting: see coroutine_loop.hpp.
template <class H, class P>
concept coroutine_handler_for = std::move_constructible<H> &&
    (detail::returns<H, P, asio::awaitable<void>> || detail::returns<H, P, asio::awaitable<bool>>);

template <class H, class P>
concept handler_for = function_handler_for<H, P> || coroutine_handler_for<H, P>;

namespace detail {

// One text for one mistake: the ones behind it are asked only of what has not made it.
template <class P, class H, class Given>
consteval bool check_handler() {
  constexpr bool kept = std::move_constructible<H>;
  constexpr bool given = !kept || std::constructible_from<H, Given>;
  constexpr bool takes = takes_event<H, P>;
  constexpr bool changes = takes_changeable_event<H, P>;
  static_assert(kept,
                "mount<P>(handler): the server keeps the handler, so it must be movable: let it "
                "hold what cannot be moved by a std::unique_ptr or a reference");
  static_assert(given,
                "mount<P>(handler): this handler cannot be copied: give it away with std::move()");
  static_assert(!changes,
                "mount<P>(handler): the handler takes an event that it could change, but events "
                "are as they were stored: take (const callgate::event<P>&)");
  static_assert(takes || changes,
                "mount<P>(handler): the handler cannot be called with this provider's event: it "
                "must take (const callgate::event<P>&), and nothing else");
  static_assert(!takes || handler_for<H, P> || !kept,
                "mount<P>(handler): the handler must return void or bool (false: try again), or "
                "as a coroutine asio::awaitable<void> or asio::awaitable<bool>");
  return kept && given && handler_for<H, P>;
}

}  // namespace detail

}  // namespace callgate
