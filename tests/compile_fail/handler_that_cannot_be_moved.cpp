// SPDX-License-Identifier: Apache-2.0
// The server keeps the handler.
// expect: mount<P>(handler): the server keeps the handler, so it must be movable: let it hold what
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

#include <memory>
#include <mutex>

using suno = callgate::schemas::suno::provider;

struct handler {
#ifdef CALLGATE_COMPILE_FAIL
  std::mutex mutex;
#else
  std::unique_ptr<std::mutex> mutex;
#endif
  void operator()(const callgate::event<suno>&) {}
};

int main() {
  (void)callgate::mount<suno>(handler{});
}
