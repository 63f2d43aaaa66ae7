// SPDX-License-Identifier: Apache-2.0
// 03_coroutine PORT COLLECTOR_PORT: a handler that waits without a thread tells what came.
#include <callgate/callgate.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/memory.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace suno = callgate::schemas::suno;
using asio::ip::tcp;

int main(int argc, char** argv) try {
  if (argc != 3) return std::fputs("03_coroutine PORT COLLECTOR_PORT\n", stderr), 2;
  const auto port = [argv](int i) { return static_cast<std::uint16_t>(std::atoi(argv[i])); };
  const tcp::endpoint collector(asio::ip::address_v4::loopback(), port(2));

  // Where nobody listens, async_connect throws: the event is tried again, later and later.
  const auto tell =
      [collector](const callgate::event<suno::provider>& event) -> asio::awaitable<void> {
    tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(collector, asio::use_awaitable);
    const std::string line = std::string(event.task_id) + ' ' + std::string(event.stage) + '\n';
    co_await asio::async_write(socket, asio::buffer(line), asio::use_awaitable);
  };

  callgate::store::memory store;
  callgate::server server(callgate::options{.port = port(1)}, store,
                          callgate::mount<suno::provider>(tell));
  return server.run();
} catch (const callgate::startup_error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
