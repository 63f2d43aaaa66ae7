// SPDX-License-Identifier: Apache-2.0
// A handler returns nothing, or whether it worked: an int could mean either by its zero.
// expect: mount<P>(handler): the handler must return void or bool (false: try again), or as a
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

using suno = callgate::schemas::suno::provider;

int main() {
#ifdef CALLGATE_COMPILE_FAIL
  using result = int;
#else
  using result = bool;
#endif
  (void)callgate::mount<suno>([](const callgate::event<suno>&) { return result{}; });
}
