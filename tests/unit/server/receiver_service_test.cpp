// SPDX-License-Identifier: Apache-2.0
// What senders and the log are told while the store takes no more.
#include <callgate/server/receiver_service.hpp>

#include <callgate/core/limits.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/server/server.hpp>
#include <tests/support/echo_server.hpp>
#include <tests/support/fake_store.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/signed_request.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <future>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

using namespace std::chrono_literals;
using suno = schemas::suno::provider;
using job_worker = schemas::job_worker::provider;
using testing::body_of;
using testing::fake_store;
using testing::raw_client;
using testing::status_line;

std::string callback(std::string_view path, std::string_view credential) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         std::string(credential) + "Content-Length: 2\r\n\r\n{}";
}

// What the log tells of callbacks, and of one mount's only. Threads: any.
class told_lines {
 public:
  void add(const callback_record& record) {
    const std::string task(record.known.task_id.value_or(""));
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::string(record.known.mount) + ": " +
                     std::string(enum_name(record.known.result)) + ", " +
                     std::to_string(record.status) + " to " +
                     std::string(record.client.written().view()) + ", body " +
                     std::to_string(record.body_bytes) + (task.empty() ? "" : " of " + task) +
                     (record.late ? ", late" : ""));
  }
  std::vector<std::string> of(std::string_view mount) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const std::string& line : lines_)
      if (line.starts_with(std::string(mount) + ": ")) out.push_back(line);
    return out;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// A callback that is refused lets all others wait for a tick, and then some of them are refused,
// too: whoever has many before it waits longer than it may.
TEST(ReceiverService, RefusesByTheMountsTableWhatWaitedForTheStoreInVain) {
  setenv("SUNO_WEBHOOK_SECRET", std::string(testing::test_secret).c_str(), 1);
  setenv("JOB_CALLBACK_TOKEN", "token", 1);
  fake_store store;
  store.reply = store::submission::full;
  told_lines told;
  options how;
  how.port = 0, how.threads = 1;
  how.connections.body_timeout = 1s;
  how.on_callback = [&](const callback_record& record) { told.add(record); };
  auto other = mount<suno>();
  other.name = "other", other.path = "/other";
  server running(how, store, mount<job_worker>(), other);
  running.start();
  const std::string before = callback("/callbacks/job", "Authorization: Bearer token\r\n");
  raw_client first(running.port()), waiting(running.port());
  EXPECT_EQ(status_line(first.exchange(before)), "HTTP/1.1 503 Service Unavailable");
  std::vector<raw_client> many;
  for (std::size_t i = 0; i < 20 * limits::max_group; ++i)
    ASSERT_TRUE(many.emplace_back(running.port()).send(before));
  const auto begin = std::chrono::steady_clock::now();
  const std::string answer = waiting.exchange(callback("/other", testing::suno_signature("{}")));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s) << "it did not wait";
  EXPECT_EQ(status_line(answer), "HTTP/1.1 503 Service Unavailable");
  EXPECT_EQ(body_of(answer), R"({"ok":false,"error":"queue_full"})");
  for (const char* field : {"Retry-After: 5", "Connection: close"})
    EXPECT_NE(answer.find("\r\n" + std::string(field) + "\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(waiting.ended());
  for (raw_client& each : many) each.reset();
  running.stop();
  EXPECT_EQ(told.of("other"),
            std::vector<std::string>{"other: queue_full, 503 to 127.0.0.1, body 0"});
}

struct hurried : suno {
  static constexpr std::array<route, 1> routes{
      {{.path = "/callbacks/suno",
        .method = "POST",
        .content_types = suno::content_types,
        .respond_within = std::chrono::milliseconds{200}}}};
};

std::string callback_of(std::string_view task) {
  const std::string body = R"({"code":200,"msg":"ok","data":{"callbackType":"text","task_id":")" +
                           std::string(task) + R"(","data":null}})";
  return "POST /callbacks/suno HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" +
         testing::suno_signature(body) + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// Callbacks of one turn find the store full: each tick refuses one, the others meet their deadline
// before they were looked at. Each connection has had a callback before.
TEST(ReceiverService, TellsNothingOfTheCallbackBeforeWhenOneThatWaitsMeetsItsDeadline) {
  setenv("SUNO_WEBHOOK_SECRET", std::string(testing::test_secret).c_str(), 1);
  fake_store store;
  told_lines told;
  std::promise<void> reached, released;
  std::atomic<bool> holds = false;  // the only I/O thread, so that what comes makes one turn
  options how;
  how.port = 0, how.threads = 1;
  how.connections.max_buffer_bytes = 16 << 10;  // so that not all can be looked at
  how.on_callback = [&](const callback_record& record) {
    told.add(record);
    if (!holds.exchange(false)) return;
    reached.set_value();
    released.get_future().wait();
  };
  server running(how, store, mount<hurried>());
  running.start();
  std::vector<raw_client> clients;
  for (std::size_t i = 0; i < limits::max_group; ++i)
    EXPECT_EQ(status_line(clients.emplace_back(running.port()).exchange(callback_of("before"))),
              "HTTP/1.1 200 OK");
  raw_client holder(running.port());
  holds = true;
  ASSERT_TRUE(holder.send(callback_of("holder")));
  reached.get_future().wait();
  store.reply_with(store::submission::full);
  for (raw_client& each : clients) ASSERT_TRUE(each.send(callback_of("after")));
  released.set_value();

  std::size_t refused = 0, expired = 0;
  for (raw_client& each : clients) {
    const std::string answer = each.answer();
    EXPECT_EQ(status_line(answer), "HTTP/1.1 503 Service Unavailable");
    refused += body_of(answer) == R"({"ok":false,"error":"queue_full"})";
    expired += body_of(answer) == R"({"ok":false,"error":"deadline"})";
  }
  EXPECT_EQ(refused + expired, limits::max_group);
  EXPECT_GE(refused, 1u);
  EXPECT_GE(expired, 1u);
  store.reply_with(store::submission::done);
  const auto lines_with = [&](std::string_view one, std::string_view other = "") {
    std::size_t n = 0;
    for (const std::string& line : told.of("suno"))
      n += line.find(one) != std::string::npos && line.find(other) != std::string::npos;
    return n;
  };
  EXPECT_TRUE(testing::eventually([&] { return lines_with(", late") == expired; }))
      << "the operator learns what became of them";
  EXPECT_EQ(lines_with("deadline, 503"), expired);
  EXPECT_EQ(lines_with("deadline, 503", " of "), 0u) << "of a task before it was looked at";
  EXPECT_EQ(lines_with(" of before"), limits::max_group) << "when they were taken, never again";
  running.stop();
}

}  // namespace
}  // namespace callgate
