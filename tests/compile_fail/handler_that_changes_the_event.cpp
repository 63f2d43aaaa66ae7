// SPDX-License-Identifier: Apache-2.0
// Events are as they were stored: no handler changes one.
// expect: mount<P>(handler): the handler takes an event that it could change, but events are as
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

using suno = callgate::schemas::suno::provider;

int main() {
#ifdef CALLGATE_COMPILE_FAIL
  using taken = callgate::event<suno>&;
#else
  using taken = const callgate::event<suno>&;
#endif
  (void)callgate::mount<suno>([](taken) {});
}
