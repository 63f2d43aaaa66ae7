// SPDX-License-Identifier: Apache-2.0
// What the server bounds so that its operator is always served: questions that wait for the store,
// connections to the address of administration.
#include <callgate/server/server.hpp>

#include <callgate/core/limits.hpp>
#include <callgate/schemas/suno.hpp>
#include <tests/support/fake_store.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/request_texts.hpp>
#include <tests/support/signed_request.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace callgate {
namespace {

using namespace std::chrono_literals;
using suno = schemas::suno::provider;
using testing::body_of;
using testing::raw_client;
using testing::status_line;

// Of a host that the API believes to be its own.
constexpr std::string_view history = "GET /api/history HTTP/1.1\r\nHost: localhost\r\n\r\n";

// Answers nobody's question for the history before it is opened.
class slow_store : public testing::fake_store {
 public:
  [[nodiscard]] answer<store::history_page> history(const store::history_query& query) {
    opened_.wait();
    return fake_store::history(query);
  }
  void open() {
    if (!std::exchange(is_open_, true)) gate_.set_value();
  }

  // A server's end waits for what it asked the store.
  struct opened_at_the_end {
    slow_store& store;
    ~opened_at_the_end() { store.open(); }
  };

 private:
  bool is_open_ = false;
  std::promise<void> gate_;
  std::shared_future<void> opened_ = gate_.get_future().share();
};

class ServerBounds : public ::testing::Test {
 protected:
  ServerBounds() {
    setenv("SUNO_WEBHOOK_SECRET", std::string(testing::test_secret).c_str(), 1);
    how_.port = 0;
    how_.threads = 1;
  }
  options how_;
};

TEST_F(ServerBounds, QuestionsThatWaitForTheStore) {
  slow_store store;
  server running(how_, store, mount<suno>());
  running.start();
  const slow_store::opened_at_the_end whatever_happens{store};
  std::vector<raw_client> asking;
  for (std::size_t i = 0; i < limits::max_api_requests; ++i) {
    asking.emplace_back(running.port());
    ASSERT_TRUE(asking.back().send(history));
    // The answer to the one behind says that this one has been read.
    ASSERT_EQ(status_line(raw_client(running.port()).exchange(testing::get("/health"))),
              "HTTP/1.1 200 OK");
  }
  raw_client over(running.port());
  const std::string refused = over.exchange(history);
  EXPECT_EQ(status_line(refused), "HTTP/1.1 503 Service Unavailable");
  EXPECT_NE(body_of(refused).find(R"("error":"busy")"), std::string::npos) << refused;
  EXPECT_EQ(status_line(over.exchange(testing::get("/health"))), "HTTP/1.1 200 OK");
  store.open();
  for (raw_client& each : asking) EXPECT_EQ(status_line(each.answer()), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_line(over.exchange(history)), "HTTP/1.1 200 OK");
}

TEST_F(ServerBounds, ConnectionsToTheAdministration) {
  testing::fake_store store;
  how_.admin_listen = "127.0.0.1:0";
  server running(how_, store, mount<suno>());
  running.start();
  const std::string at = running.admin_address();
  const auto port = static_cast<std::uint16_t>(std::stoi(at.substr(at.rfind(':') + 1)));
  std::vector<raw_client> open;
  for (std::size_t i = 0; i < limits::max_admin_connections; ++i) {
    open.emplace_back(port);
    ASSERT_EQ(status_line(open.back().exchange(testing::get("/health"))), "HTTP/1.1 200 OK") << i;
  }
  raw_client over(port);
  ASSERT_TRUE(over.send(testing::get("/health")));
  std::this_thread::sleep_for(300ms);
  EXPECT_FALSE(over.has_input()) << "it waits in the kernel's queue";
  EXPECT_EQ(status_line(raw_client(running.port()).exchange(testing::get("/health"))),
            "HTTP/1.1 200 OK")
      << "callbacks have connections of their own";
  open.pop_back();
  EXPECT_EQ(status_line(over.answer()), "HTTP/1.1 200 OK");
}

}  // namespace
}  // namespace callgate
