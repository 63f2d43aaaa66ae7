// SPDX-License-Identifier: Apache-2.0
// A handler takes its provider's event.
// expect: mount<P>(handler): the handler cannot be called with this provider's event: it must take
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

#ifdef CALLGATE_COMPILE_FAIL
using taken = callgate::schemas::kie::provider;
#else
using taken = callgate::schemas::suno::provider;
#endif

int main() {
  (void)callgate::mount<callgate::schemas::suno::provider>([](const callgate::event<taken>&) {});
}
