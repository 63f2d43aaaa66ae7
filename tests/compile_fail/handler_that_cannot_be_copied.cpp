// SPDX-License-Identifier: Apache-2.0
// A handler that owns something is given away.
// expect: mount<P>(handler): this handler cannot be copied: give it away with std::move()
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

#include <memory>
#include <utility>

using suno = callgate::schemas::suno::provider;

int main() {
  auto handler = [owned = std::make_unique<int>()](const callgate::event<suno>&) {};
#ifdef CALLGATE_COMPILE_FAIL
  (void)callgate::mount<suno>(handler);
#else
  (void)callgate::mount<suno>(std::move(handler));
#endif
}
