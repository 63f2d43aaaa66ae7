// SPDX-License-Identifier: Apache-2.0
// What is mounted must be a provider, and who gets it wrong is told where providers come from.
// expect: mount<P>: P is no provider. Include <callgate/schemas/NAME.hpp>
// expect: NAME.yaml must be listed in callgate_add_providers()
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

int main() {
#ifdef CALLGATE_COMPILE_FAIL
  (void)callgate::mount<int>();
#else
  (void)callgate::mount<callgate::schemas::suno::provider>();
#endif
}
