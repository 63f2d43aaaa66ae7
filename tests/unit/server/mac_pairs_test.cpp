// SPDX-License-Identifier: Apache-2.0
// Callbacks that come in one turn: their MACs are computed two at a time, and each is believed, or
// not, for itself.
#include <callgate/server/server.hpp>

#include <callgate/core/limits.hpp>
#include <callgate/schemas/suno.hpp>
#include <tests/support/fake_store.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/request_texts.hpp>
#include <tests/support/signed_request.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

using suno = schemas::suno::provider;
using mounted_suno = decltype(mount<suno>());
using testing::body_of;
using testing::raw_client;
using testing::status_line;

constexpr std::string_view taken = R"({"ok":true,"stage":"text"})";
constexpr std::string_view other_secret = "a secret of the other mount";

std::string body_of_task(std::string_view task, std::size_t padding = 0) {
  return R"({"code":200,"msg":"ok","data":{"callbackType":"text","task_id":")" + std::string(task) +
         R"(","data":null},"more":")" + std::string(padding, 'm') + R"("})";
}

std::string post(std::string_view path, std::string_view body, std::string_view credential) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" + std::string(credential) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
std::string callback(std::string_view task, std::size_t padding = 0) {
  const std::string body = body_of_task(task, padding);
  return post("/callbacks/suno", body, testing::suno_signature(body));
}
std::string forged(std::string_view task) {
  return post("/callbacks/suno", body_of_task(task), testing::suno_signature("another body"));
}

// A server whose only I/O thread can be held, so that what is sent meanwhile comes in one turn.
class MacPairs : public ::testing::Test {
 protected:
  // max_buffer_bytes: of the I/O thread.
  explicit MacPairs(std::size_t max_buffer_bytes = options{}.connections.max_buffer_bytes) {
    setenv("SUNO_WEBHOOK_SECRET", std::string(testing::test_secret).c_str(), 1);
    setenv("OTHER_SECRET", std::string(other_secret).c_str(), 1);
    options how;
    how.port = 0;
    how.threads = 1;
    how.connections.max_buffer_bytes = max_buffer_bytes;
    how.on_callback = [this](const callback_record&) {
      if (!is_held_) return;
      is_held_ = false;
      reached_.set_value();
      released_.get_future().wait();
    };
    auto other = mount<suno>();
    other.name = "other";
    other.path = "/other";
    other.secret_env = "OTHER_SECRET";
    running_.emplace(how, store, mount<suno>(), other);
    running_->start();
  }

  // Each of its own connection, in one turn. Returns the answers' status lines and bodies.
  std::vector<std::string> answers_to(const std::vector<std::string>& requests) {
    std::vector<raw_client> clients;
    for (std::size_t i = 0; i < requests.size(); ++i) clients.emplace_back(running_->port());
    hold();
    for (std::size_t i = 0; i < requests.size(); ++i) EXPECT_TRUE(clients[i].send(requests[i]));
    released_.set_value();
    std::vector<std::string> out;
    for (raw_client& each : clients) {
      const std::string answer = each.answer();
      out.push_back(status_line(answer).substr(9, 3) + " " + std::string(body_of(answer)));
    }
    return out;
  }

  void hold() {
    reached_ = {}, released_ = {};
    is_held_ = true;
    ASSERT_TRUE(holder().send(callback("holder")));
    reached_.get_future().wait();
  }
  raw_client& holder() {
    if (!holder_) holder_.emplace(running_->port());
    return *holder_;
  }

  [[nodiscard]] std::vector<std::string> stored_tasks() {
    std::vector<std::string> out;
    for (const testing::kept& each : store.appended()) out.push_back(each.task_id);
    return out;
  }

  testing::fake_store store;
  std::optional<server<testing::fake_store, mounted_suno, mounted_suno>> running_;
  std::optional<raw_client> holder_;
  std::promise<void> reached_, released_;
  bool is_held_ = false;  // of the I/O thread, once the holder's callback has reached it
};

const std::string yes = "200 " + std::string(taken);
const std::string no = R"(401 {"ok":false,"error":"invalid_signature"})";

TEST_F(MacPairs, AreBelievedEachForItself) {
  EXPECT_EQ(answers_to({callback("1"), forged("2"), forged("3"), callback("4"), forged("5"),
                        forged("6"), callback("7"), callback("8"), callback("9")}),
            (std::vector<std::string>{yes, no, no, yes, no, no, yes, yes, yes}));
}

TEST_F(MacPairs, MayBeOfAnyLengths) {
  EXPECT_EQ(
      answers_to({callback("1"), callback("2", 5'000), callback("3", 100'000), callback("4")}),
      (std::vector<std::string>(4, yes)));
}

TEST_F(MacPairs, MayBeOfDifferentSecrets) {
  const std::string body = body_of_task("2");
  const auto of_other = [&](std::string_view secret) {
    return post("/other", body, testing::suno_signature(body, secret));
  };
  EXPECT_EQ(answers_to({callback("1"), of_other(other_secret), of_other(testing::test_secret),
                        callback("3")}),
            (std::vector<std::string>{yes, yes, no, yes}));
}

TEST_F(MacPairs, LeaveWhatNeedsNoMacAlone) {
  const std::string unsigned_one = post("/callbacks/suno", body_of_task("2"), "");
  const std::vector<std::string> found =
      answers_to({callback("1"), unsigned_one, testing::get("/health"), callback("3")});
  EXPECT_EQ(found[0], yes);
  EXPECT_EQ(found[1], R"(401 {"ok":false,"error":"missing_signature"})");
  EXPECT_EQ(found[2].substr(0, 3), "200");
  EXPECT_EQ(found[3], yes);
}

// Two connections with several callbacks each: were they not taken together, one connection after
// the other would be served.
TEST_F(MacPairs, AreOfSeveralConnectionsAndKeepEachOnesOrder) {
  raw_client one(running_->port()), other(running_->port());
  hold();
  ASSERT_TRUE(one.send(callback("a1") + callback("a2") + callback("a3")));
  ASSERT_TRUE(other.send(callback("b1") + callback("b2")));
  released_.set_value();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(body_of(one.answer()), taken);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(body_of(other.answer()), taken);
  EXPECT_EQ(stored_tasks(), (std::vector<std::string>{"holder", "a1", "b1", "a2", "b2", "a3"}));
}

// More than are taken at once, and a forged one at every place.
TEST_F(MacPairs, ComeInAnyNumber) {
  for (std::size_t count = 1; count <= 2 * limits::max_group + 1; ++count) {
    SCOPED_TRACE(count);
    std::vector<std::string> requests, expected;
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_forged = i == count / 2;
      requests.push_back(is_forged ? forged(std::to_string(i)) : callback(std::to_string(i)));
      expected.push_back(is_forged ? no : yes);
    }
    EXPECT_EQ(answers_to(requests), expected);
  }
}

// More answers than there is room for in a turn, each behind others'; some senders leave.
TEST_F(MacPairs, KeepEachConnectionsOrderWhenThereAreMany) {
  constexpr std::size_t connections = 60, each_sends = 12;
  const auto is_forged = [](std::size_t connection, std::size_t request) {
    return (connection + request) % 3 == 0;
  };
  const auto leaves = [](std::size_t connection) { return connection % 7 == 3; };
  std::vector<raw_client> clients;
  for (std::size_t c = 0; c < connections; ++c) clients.emplace_back(running_->port());
  hold();
  for (std::size_t c = 0; c < connections; ++c) {
    std::string all;
    for (std::size_t r = 0; r < each_sends; ++r)
      all += is_forged(c, r) ? forged("forged") : callback(std::to_string(c));
    ASSERT_TRUE(clients[c].send(all));
    if (leaves(c)) clients[c].reset();
  }
  released_.set_value();
  for (std::size_t c = 0; c < connections; ++c)
    for (std::size_t r = 0; r < each_sends && !leaves(c); ++r)
      ASSERT_EQ(status_line(clients[c].answer()).substr(9, 3), is_forged(c, r) ? "401" : "200")
          << r << " of " << c;
}

TEST_F(MacPairs, SurviveASenderThatLeavesWhileItsCallbackWaits) {
  raw_client stays(running_->port());
  {
    raw_client leaves(running_->port());
    hold();
    ASSERT_TRUE(leaves.send(callback("left")));
    leaves.reset();
  }
  ASSERT_TRUE(stays.send(callback("stayed")));
  released_.set_value();
  EXPECT_EQ(body_of(stays.answer()), taken);
  EXPECT_EQ(stored_tasks(), (std::vector<std::string>{"holder", "left", "stayed"}));
}

// Who finds the store full is refused; the others wait until it has room, or for a tick, instead of
// being refused in the same turn.
TEST_F(MacPairs, WaitForAStoreThatIsFull) {
  std::vector<raw_client> clients;
  for (std::size_t i = 0; i + 1 < limits::max_group; ++i) clients.emplace_back(running_->port());
  hold();
  store.reply_with(store::submission::full);
  for (raw_client& each : clients) ASSERT_TRUE(each.send(callback("task")));
  released_.set_value();
  EXPECT_EQ(status_line(clients[0].answer()).substr(9, 3), "503");
  store.reply_with(store::submission::done);
  std::vector<std::string> others;
  for (std::size_t i = 1; i < clients.size(); ++i)
    others.push_back(status_line(clients[i].answer()).substr(9, 3));
  EXPECT_EQ(others.back(), "200");
}

// Each that is tried is refused: one, however many have come together. A turn that is held up for a
// tick may try another one; not all are.
TEST_F(MacPairs, TryAFullStoreOnce) {
  store.reply_with(store::submission::full);
  bool was_one = false;
  for (int round = 0; round < 20 && !was_one; ++round) {
    std::vector<raw_client> clients;
    for (std::size_t i = 0; i < limits::max_group; ++i) clients.emplace_back(running_->port());
    hold();
    const std::size_t before = store.refused();
    for (raw_client& each : clients) ASSERT_TRUE(each.send(callback("task")));
    released_.set_value();
    EXPECT_EQ(status_line(clients[0].answer()).substr(9, 3), "503");
    was_one = store.refused() == before + 1;
    for (std::size_t i = 1; i < clients.size(); ++i) (void)clients[i].answer();
  }
  EXPECT_TRUE(was_one);
}

// Memory for one callback at a time: they are taken one after the other, and none is refused.
class MacPairsOfFewBuffers : public MacPairs {
 protected:
  MacPairsOfFewBuffers() : MacPairs(16 << 10) {}
};

TEST_F(MacPairsOfFewBuffers, AreAllTaken) {
  std::vector<std::string> requests, tasks{"holder"};
  for (std::size_t i = 0; i < limits::max_group + 3; ++i) {
    requests.push_back(callback(tasks.emplace_back(std::to_string(i)), 2'000));
  }
  EXPECT_EQ(answers_to(requests), std::vector<std::string>(requests.size(), yes));
  EXPECT_EQ(stored_tasks(), tasks);
}

// The memory is with a callback that the store has not given back: who lacks it is refused, and the
// others wait, but for one at each tick, which tries again.
TEST_F(MacPairsOfFewBuffers, WaitForMemoryThatIsAtTheStore) {
  raw_client first(running_->port()), watcher(running_->port());
  std::vector<raw_client> others;
  for (std::size_t i = 0; i < limits::max_group; ++i) others.emplace_back(running_->port());
  store.reply_with(store::submission::queued);
  ASSERT_TRUE(first.send(callback("first", 2'000)));
  ASSERT_TRUE(store.wait_for_appends(1));
  hold();  // by one that is refused
  for (raw_client& each : others) ASSERT_TRUE(each.send(callback("other", 2'000)));
  ASSERT_TRUE(watcher.send(testing::get("/health")));
  released_.set_value();
  for (int i = 0; i < 2; ++i) {  // the second one is of a turn of its own
    EXPECT_EQ(status_line(watcher.answer()).substr(9, 3), "200");
    ASSERT_TRUE(watcher.send(testing::get("/health")));
  }
  store.reply_with(store::submission::done);
  store.release();
  EXPECT_EQ(body_of(first.answer()), taken);
  std::size_t refused = 0;
  for (raw_client& each : others) refused += status_line(each.answer()).substr(9, 3) == "503";
  EXPECT_LT(refused, others.size());
}

// Were it taken for a store that is full, the others would wait for the next tick.
TEST_F(MacPairsOfFewBuffers, DoNotWaitWhenOneNeedsMoreMemoryThanThereIs) {
  raw_client large(running_->port()), small(running_->port());
  hold();
  ASSERT_TRUE(large.send(callback("large", 12'000)));
  ASSERT_TRUE(small.send(callback("small")));
  released_.set_value();
  EXPECT_EQ(status_line(large.answer()).substr(9, 3), "503");
  EXPECT_EQ(stored_tasks(), (std::vector<std::string>{"holder", "small"})) << "in the same turn";
  EXPECT_EQ(body_of(small.answer()), taken);
}

}  // namespace
}  // namespace callgate
