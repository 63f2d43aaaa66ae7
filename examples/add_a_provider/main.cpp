// SPDX-License-Identifier: Apache-2.0
// Receives Acme's callbacks: app [port]
#include <callgate/callgate.hpp>
#include <callgate/schemas/acme.hpp>
#include <callgate/store/memory.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace acme = callgate::schemas::acme;

int main(int argc, char** argv) try {
  callgate::store::memory store;
  callgate::options how;
  if (argc > 1) how.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  callgate::server server(
      how, store, callgate::mount<acme::provider>([](const callgate::event<acme::provider>& event) {
        const acme::render& render = event.payload;
        std::printf("%.*s: %d frames\n", int(render.job.size()), render.job.data(),
                    render.frames.value_or(0));
        std::fflush(stdout);
      }));
  std::printf("listening on port %d\n", server.port());
  std::fflush(stdout);
  return server.run();
} catch (const callgate::startup_error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
