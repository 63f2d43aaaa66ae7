// SPDX-License-Identifier: Apache-2.0
// Receives Suno's callbacks and says what came. Everything else is the default.
#include <callgate/callgate.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/sqlite.hpp>

#include <cstdio>

namespace suno = callgate::schemas::suno;

int main() try {
  callgate::store::sqlite store({.folder = "callgate-data"});
  callgate::server server(
      callgate::options{.port = 8080}, store,
      callgate::mount<suno::provider>([](const callgate::event<suno::provider>& event) {
        std::printf("%.*s: %.*s\n", int(event.task_id.size()), event.task_id.data(),
                    int(event.stage.size()), event.stage.data());
      }));
  return server.run();
} catch (const callgate::startup_error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
