// SPDX-License-Identifier: Apache-2.0
// Names a provider, and what to do with its events: the lines of a main().
#pragma once

#include <callgate/effects/retry_policy.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/server/handler.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace callgate {

template <class P, class Handler>
struct mounted {
  using provider_type = P;
  using handler_type = Handler;

  std::string name;  // of the mount; part of every key, a column of the history
  Handler handler;
  effects::retry_policy retries{};

  // For a second account of one provider. Empty: what the schema says.
  std::string path{};        // instead of the schema's first route, the only one then
  std::string secret_env{};  // the environment variable of its secret (NAME_FILE names a file)
};

namespace detail {

template <class P>
constexpr void check_provider() {
  static_assert(provider<P>,
                "mount<P>: P is no provider. Include <callgate/schemas/NAME.hpp> and use "
                "callgate::schemas::NAME::provider; "
                "NAME.yaml must be listed in callgate_add_providers() of a target that you link");
  if constexpr (provider<P>) {
    static_assert(!has_hole(P::answers),
                  "mount<P>: an outcome has no answer: give it one in the schema's answers, or "
                  "start from a preset (strict, always_200)");
    static_assert(!acknowledges_unstored(P::answers),
                  "mount<P>: a 2xx would acknowledge what is not stored: give queue_full, "
                  "store_error, deadline and the like an error status");
  }
}

}  // namespace detail

template <class P>
[[nodiscard]] auto mount() {
  detail::check_provider<P>();
  return mounted<P, no_handler>{std::string(P::name), {}};
}

// The handler: see handler.hpp.
template <class P, class Handler>
[[nodiscard]] auto mount(Handler&& handler) {
  detail::check_provider<P>();
  using kept = std::decay_t<Handler>;
  if constexpr (provider<P>) {
    if constexpr (detail::check_handler<P, kept, Handler>())
      return mounted<P, kept>{std::string(P::name), std::forward<Handler>(handler)};
  }
}

}  // namespace callgate
