// SPDX-License-Identifier: Apache-2.0
// The likeliest slip: the payload's struct where the provider belongs.
// expect: mount<P>: P is no provider. Include <callgate/schemas/NAME.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

namespace suno = callgate::schemas::suno;

#ifdef CALLGATE_COMPILE_FAIL
using mounted = suno::provider::payload;
#else
using mounted = suno::provider;
#endif

int main() {
  (void)callgate::mount<mounted>([](const auto&) {});
}
