// SPDX-License-Identifier: Apache-2.0
// A task is registered with a mount of its provider.
// expect: register_task<P>: P is not mounted here
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/server/server.hpp>
#include <callgate/store/memory.hpp>

int main() {
  using callgate::schemas::suno::provider;
  callgate::store::memory store;
  callgate::server server(callgate::options{}, store, callgate::mount<provider>());
#ifdef CALLGATE_COMPILE_FAIL
  (void)server.register_task<callgate::schemas::kie::provider>({.task_id = "t1"});
#else
  (void)server.register_task<provider>({.task_id = "t1"});
#endif
}
