// SPDX-License-Identifier: Apache-2.0
// A handler returns nothing, or whether it worked.
// expect: mount<P>(handler): the handler must take (const callgate::event<P>&) and return void or
// bool
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

#include <string_view>

using suno = callgate::schemas::suno::provider;

int main() {
#ifdef CALLGATE_COMPILE_FAIL
  using result = std::string_view;
#else
  using result = bool;
#endif
  (void)callgate::mount<suno>([](const callgate::event<suno>&) { return result{}; });
}
