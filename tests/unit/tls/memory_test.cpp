// SPDX-License-Identifier: Apache-2.0
// What sessions take of memory, and what they do where there is none.
#include <callgate/tls/session.hpp>

#include <tests/support/counted_heap.hpp>
#include <tests/support/openssl_heap.hpp>
#include <tests/support/tls_client.hpp>
#include <tests/support/tls_files.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::testing {
namespace {

using tls::errc;
using tls::session_status;

class TlsMemory : public ::testing::TestWithParam<int> {
 protected:
  TlsMemory() : context(files.make().names()) {}

  tls_files files;
  tls::context context;
};
INSTANTIATE_TEST_SUITE_P(Versions, TlsMemory, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(TlsMemory, IsNeverTakenByUs) {
  tls_client client(GetParam());
  tls::session server;
  std::array<char, 16 << 10> output;
  std::array<char, 4096> room;
  std::size_t allocations = 0;
  const auto counted = [&](auto f) {
    const std::size_t before = counted_heap::allocations;
    f();
    allocations += counted_heap::allocations - before;
  };
  std::size_t plain_bytes = 0;
  const auto feed = [&](const std::string& bytes) {
    counted([&] {
      server.use_output(output);
      plain_bytes += server.read(bytes, room).plain_bytes;
    });
    client.input(server.unsent());
    counted([&] { server.sent(server.unsent().size()); });
    client.step();
  };
  counted([&] { server.start(context); });
  client.step();
  for (int i = 0; i < 3; ++i) feed(client.output());
  ASSERT_TRUE(server.established());
  client.say("ping");
  feed(client.output());
  std::array<std::string_view, 2> pieces{"po", "ng"};
  counted([&] { EXPECT_EQ(server.write(pieces), session_status::done); });
  client.close();
  counted([&] { EXPECT_EQ(server.close(), session_status::done); });
  counted([&] { EXPECT_EQ(server.end_of_input(), session_status::failed); });
  counted([&] { server.reset(); });
  EXPECT_EQ(plain_bytes, 4u);
  EXPECT_EQ(allocations, 0u);
  counted([] { ::operator delete(::operator new(4)); });
  EXPECT_EQ(allocations, 1u);  // it counts
}

TEST_P(TlsMemory, IsLittleForAnIdleSessionAndNoneBeforeItsFirstByte) {
  ASSERT_TRUE(openssl_heap::is_counted);
  {
    tls_wire warm(context, GetParam());
    warm.run();
  }
  tls_wire wire(context, GetParam());
  const std::size_t before = openssl_heap::bytes;
  wire.feed({});
  EXPECT_EQ(openssl_heap::bytes, before);
  // The client's memory is counted, too: it is known only after the session's has gone.
  wire.run();
  wire.client.say("ping");
  wire.run();
  ASSERT_EQ(wire.say({"pong"}), session_status::done);
  wire.run();
  const std::size_t both = openssl_heap::bytes;
  wire.server.reset();
  const std::size_t idle_bytes = both - openssl_heap::bytes;
  RecordProperty("idle_bytes", static_cast<int>(idle_bytes));
  EXPECT_GT(idle_bytes, 1024u);
  EXPECT_LT(idle_bytes, 16u << 10);
}

TEST_P(TlsMemory, WhereThereIsNoneEndsTheSessionAndNothingElse) {
  std::size_t failures = 0;
  std::size_t successes_in_a_row = 0;
  for (std::size_t n = 0; successes_in_a_row < 3; ++n) {
    ASSERT_LT(n, 5000u);
    tls_wire wire(context, GetParam());
    wire.client.step();
    const std::string hello = wire.client.output();
    std::string room(4096, '\0');
    std::string output(16 << 10, '\0');
    wire.server.use_output(output);
    openssl_heap::fails_after = n;
    const auto got = wire.server.read(hello, room);
    const bool was_enough = openssl_heap::fails_after != 0;
    openssl_heap::fails_after = SIZE_MAX;
    successes_in_a_row = was_enough ? successes_in_a_row + 1 : 0;
    EXPECT_TRUE(!was_enough || got.status == session_status::need_input) << n;
    if (got.status != session_status::failed) continue;
    ++failures;
    EXPECT_EQ(wire.server.error(), errc::internal_error) << n << ' ' << wire.server.reason();
  }
  EXPECT_GT(failures, 10u);
  tls_wire wire(context, GetParam());
  wire.run();
  EXPECT_TRUE(wire.server.established());
}

}  // namespace
}  // namespace callgate::testing
