// SPDX-License-Identifier: Apache-2.0
// The server over real sockets: its receiver_service, its api_worker, its handlers, and how it
// stops.
#include <callgate/server/server.hpp>

#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/memory.hpp>
#include <tests/support/echo_server.hpp>
#include <tests/support/fake_store.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/signed_request.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace callgate {
namespace {

using namespace std::chrono_literals;
using suno = schemas::suno::provider;
using job_worker = schemas::job_worker::provider;
using testing::body_of;
using testing::eventually;
using testing::fake_store;
using testing::raw_client;
using testing::status_line;

options local() {
  options how;
  how.port = 0;
  how.threads = 1;
  return how;
}

std::string get(std::string_view target, std::string_view fields = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "\r\n";
}
std::string post(std::string_view path, std::string_view body, std::string_view fields = "") {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset=utf-8\r\n" +
         std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}
std::string suno_body(std::string_view task) {
  return R"({"code":200,"msg":"ok","data":{"callbackType":"text","task_id":")" + std::string(task) +
         R"(","data":null}})";
}
std::string suno_post(std::string_view task) {
  const std::string body = suno_body(task);
  return post("/callbacks/suno", body, testing::suno_signature(body));
}

class Server : public ::testing::Test {
 protected:
  Server() {
    setenv("SUNO_WEBHOOK_SECRET", std::string(testing::test_secret).c_str(), 1);
    setenv("JOB_CALLBACK_TOKEN", "token", 1);
  }
};

TEST_F(Server, TakesAFreePortAndServes) {
  fake_store store;
  server running(local(), store, mount<suno>());
  ASSERT_NE(running.port(), 0);
  EXPECT_TRUE(running.unprotected().empty());
  running.start();
  raw_client client(running.port());
  const std::string answer = client.exchange(suno_post("t1"));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_EQ(body_of(answer), R"({"ok":true,"stage":"text"})");
  EXPECT_NE(answer.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(answer.find("\r\nAccess-Control-Allow-Origin: *\r\n"), std::string::npos)
      << "the schema says cors";
  EXPECT_EQ(store.appended().at(0).raw, suno_body("t1"));
}

TEST_F(Server, RegistersTasksOfItsMountsFromAnyThread) {
  store::memory store;
  auto second = mount<suno>();
  second.name = "suno-eu", second.path = "/callbacks/suno-eu";
  server running(local(), store, mount<suno>(), second, mount<job_worker>());
  running.start();
  std::vector<std::thread> threads;
  std::atomic<int> created{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&running, &created, i] {
      const std::string own = "own-" + std::to_string(i);
      for (const std::string& id : {own, std::string{"shared"}})
        if (const auto task = running.register_task<suno>({.task_id = id, .mount = "suno-eu"}))
          created += task->created ? 1 : 0;
    });
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(created, 5);
  EXPECT_EQ(store.find("shared", "suno-eu", 9)->size(), 1U);

  const auto job = running.register_task<job_worker>(
      {.task_id = "j1", .context = {{"job_type", "video_fast"}, {"user_id", "u1"}}});
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(running.register_task<suno>({.task_id = "s1"}).error().why, task_errc::ambiguous_mount);
  running.stop();
  EXPECT_EQ(running.register_task<job_worker>({.task_id = "j2"}).error().why,
            task_errc::store_unavailable);
}

TEST_F(Server, ServesOnSeveralThreads) {
  fake_store store;
  options how = local();
  how.threads = 3;
  server running(how, store, mount<suno>());
  running.start();
  std::vector<raw_client> clients;
  for (int i = 0; i < 24; ++i) clients.emplace_back(running.port());
  for (std::size_t i = 0; i < clients.size(); ++i)
    ASSERT_TRUE(clients[i].send(suno_post("t" + std::to_string(i))));
  for (auto& c : clients) EXPECT_EQ(status_line(c.answer()), "HTTP/1.1 200 OK");
  EXPECT_EQ(store.appended().size(), 24U);
}

TEST_F(Server, RefusesUnsignedAndForgedCallbacks) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  EXPECT_EQ(body_of(client.exchange(post("/callbacks/suno", suno_body("t1")))),
            R"({"ok":false,"error":"missing_signature"})");
  const std::string forged = client.exchange(
      post("/callbacks/suno", suno_body("t1"), testing::suno_signature(suno_body("t2"))));
  EXPECT_EQ(status_line(forged), "HTTP/1.1 401 Unauthorized");
  EXPECT_EQ(store.appended().size(), 2U) << "both are quarantined";
}

// --- rates

TEST_F(Server, RefusesWhoSendsMoreThanItsAddressMayBeforeTheBodyIsRead) {
  fake_store store;
  options how = local();
  how.rates.per_address = {.per_second = 0.01, .burst = 2};
  server running(how, store, mount<suno>());
  running.start();
  for (const std::string task : {"t1", "t2"})
    EXPECT_EQ(status_line(raw_client(running.port()).exchange(suno_post(task))), "HTTP/1.1 200 OK");
  raw_client client(running.port());
  ASSERT_TRUE(
      client.send("POST /callbacks/suno HTTP/1.1\r\nHost: localhost\r\n"
                  "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"));
  const std::string answer = client.answer();
  EXPECT_EQ(status_line(answer), "HTTP/1.1 429 Too Many Requests");
  EXPECT_NE(answer.find("\r\nRetry-After: 100\r\n"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("Retry-After: 1\r\n"), std::string::npos) << "the table's is replaced";
  EXPECT_EQ(body_of(answer), R"({"ok":false,"error":"rate_limited"})");
  EXPECT_EQ(store.appended().size(), 2U);
  raw_client other(running.port());
  const std::string api = other.exchange(get("/api/history"));
  EXPECT_EQ(status_line(api), "HTTP/1.1 429 Too Many Requests");
  EXPECT_NE(api.find("\r\nRetry-After: 100\r\n"), std::string::npos) << api;
  EXPECT_EQ(body_of(api), R"({"error":"rate_limited"})");
  const std::string health = other.exchange(get("/health"));
  EXPECT_EQ(status_line(health), "HTTP/1.1 200 OK") << "health is for everybody";
  EXPECT_EQ(health.find("Retry-After"), std::string::npos);
}

TEST_F(Server, RefusesAMountsCallbacksBeyondItsRateAndNotThoseOfOthers) {
  fake_store store;
  options how = local();
  how.rates.per_mount = {.per_second = 0.01, .burst = 1};
  std::vector<std::string> told;
  std::mutex mutex;
  how.on_callback = [&](const callback_record& record) {
    const std::lock_guard lock(mutex);
    told.push_back(std::string(enum_name(record.known.result)) + " of " +
                   std::string(record.client.written().view()));
  };
  auto second = mount<suno>();
  second.name = "suno-eu", second.path = "/callbacks/suno-eu";
  server running(how, store, mount<suno>(), second);
  running.start();
  raw_client client(running.port());
  EXPECT_EQ(status_line(client.exchange(get("/callbacks/suno"))), "HTTP/1.1 405 Method Not Allowed")
      << "what is no callback takes no token";
  EXPECT_EQ(status_line(client.exchange(suno_post("t1"))), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_line(client.exchange(suno_post("t2"))), "HTTP/1.1 429 Too Many Requests");
  EXPECT_TRUE(client.ended()) << "its body was not read";
  const std::string body = suno_body("t3");
  EXPECT_EQ(
      status_line(raw_client(running.port())
                      .exchange(post("/callbacks/suno-eu", body, testing::suno_signature(body)))),
      "HTTP/1.1 200 OK");
  running.stop();
  EXPECT_EQ(told, (std::vector<std::string>{"accepted of 127.0.0.1", "rate_limited of 127.0.0.1",
                                            "accepted of 127.0.0.1"}));
}

// --- routing

TEST_F(Server, AnswersWhatIsNoCallback) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  EXPECT_EQ(body_of(client.exchange(get("/nowhere"))), R"({"error":"not_found"})");
  const std::string wrong_method = client.exchange(get("/callbacks/suno"));
  EXPECT_EQ(status_line(wrong_method), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_NE(wrong_method.find("\r\nAllow: POST, OPTIONS\r\n"), std::string::npos);
  const std::string preflight =
      client.exchange("OPTIONS /callbacks/suno HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_line(preflight), "HTTP/1.1 204 No Content");
  EXPECT_NE(preflight.find("\r\nAccess-Control-Allow-Methods: POST\r\n"), std::string::npos);
  const std::string delete_health =
      client.exchange("DELETE /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_line(delete_health), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_EQ(body_of(client.exchange(get("/health"))),
            R"({"status":"ok","mode":"active","store":"ready"})")
      << "all of that on one connection";
}

// One path, two providers: each has its method, the schema of which tells of CORS.
struct put_suno : suno {
  static constexpr std::string_view name = "put_suno";
  static constexpr std::array<route, 1> routes{
      {{.path = "/callbacks/suno", .method = "PUT", .content_types = suno::content_types}}};
};

TEST_F(Server, ReceivesByTheMethodWhereTwoMountsShareAPath) {
  fake_store store;
  server running(local(), store, mount<suno>(), mount<put_suno>());
  running.start();
  raw_client client(running.port());
  (void)client.exchange(suno_post("t1"));
  std::string put = suno_post("t2");
  put.replace(0, 4, "PUT");
  const std::string answer = client.exchange(put);
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_EQ(answer.find("\r\nAccess-Control-Allow-Origin"), std::string::npos);
  const auto appended = store.appended();
  ASSERT_EQ(appended.size(), 2U);
  EXPECT_EQ(appended[0].mount, "suno");
  EXPECT_EQ(appended[1].mount, "put_suno");
  const std::string wrong_method = client.exchange(get("/callbacks/suno"));
  EXPECT_EQ(status_line(wrong_method), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_NE(wrong_method.find("\r\nAllow: POST, PUT, OPTIONS\r\n"), std::string::npos);
  const std::string preflight =
      client.exchange("OPTIONS /callbacks/suno HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_NE(preflight.find("\r\nAccess-Control-Allow-Methods: POST\r\n"), std::string::npos);
}

TEST_F(Server, DoesNotImplementMethodsThatNobodyHas) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  for (const std::string path : {"/callbacks/suno", "/health", "/nowhere"}) {
    const std::string answer =
        client.exchange("PROPFIND " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(status_line(answer), "HTTP/1.1 501 Not Implemented") << path;
    EXPECT_EQ(body_of(answer), R"({"error":"not_implemented"})");
    EXPECT_EQ(answer.find("\r\nAllow: "), std::string::npos);
  }
}

TEST_F(Server, SaysItsMethodsToWhoAsksForNoPath) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  const std::string answer = client.exchange("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_line(answer), "HTTP/1.1 204 No Content");
  EXPECT_NE(answer.find("\r\nAllow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n"), std::string::npos);
  EXPECT_EQ(status_line(client.exchange(get("/health"))), "HTTP/1.1 200 OK");
}

TEST_F(Server, ServesPipelinedRequestsBehindARefusal) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  ASSERT_TRUE(
      client.send(get("/nowhere") + get("/callbacks/suno") + suno_post("t1") + get("/health")));
  EXPECT_EQ(status_line(client.answer()), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status_line(client.answer()), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_EQ(body_of(client.answer()), R"({"ok":true,"stage":"text"})");
  EXPECT_EQ(status_line(client.answer()), "HTTP/1.1 200 OK");
}

TEST_F(Server, RefusesOtherMediaAndLargeBodiesUnread) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client one(running.port());
  const std::string form =
      "POST /callbacks/suno HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
      "text/plain\r\nContent-Length: "
      "2\r\n\r\n{}";
  const std::string media = one.exchange(form);
  EXPECT_EQ(status_line(media), "HTTP/1.1 415 Unsupported Media Type");
  EXPECT_EQ(body_of(media), R"({"ok":false,"error":"unsupported_media"})");
  EXPECT_TRUE(one.ended());
  raw_client other(running.port());
  const std::string large = other.exchange(
      "POST /callbacks/suno HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
      "application/json\r\nContent-Length: 262145\r\n\r\n");
  EXPECT_EQ(status_line(large), "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(body_of(large), R"({"ok":false,"error":"too_large"})");
  EXPECT_TRUE(store.appended().empty());
}

// Such a request belongs to no mount, so there is no provider's answer for it.
TEST_F(Server, RefusesABodyWhereNoneBelongs) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  for (const char* request :
       {"GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx",
        "GET /api/history HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
        "chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"}) {
    raw_client client(running.port());
    EXPECT_EQ(status_line(client.exchange(request)), "HTTP/1.1 413 Content Too Large");
    EXPECT_TRUE(client.ended());
  }
  raw_client next(running.port());
  EXPECT_EQ(status_line(next.exchange(get("/health"))), "HTTP/1.1 200 OK");
}

// Escaped, this payload's value is longer than a connection's own buffer.
TEST_F(Server, SendsAnAnswerOfAnyLength) {
  fake_store store;
  server running(local(), store, mount<job_worker>());
  running.start();
  raw_client client(running.port());
  std::string path;
  for (int i = 0; i < 1000; ++i) path += "\\u0001";
  const std::string body = R"({"jobId":"j1","status":"completed","filePath":")" + path + "\"}";
  const std::string answer =
      client.exchange(post("/callbacks/job", body, "Authorization: Bearer token\r\n"));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("\"filePath\":\"" + path + "\""), std::string::npos);
  EXPECT_EQ(body_of(client.exchange(get("/health"))),
            R"({"status":"ok","mode":"active","store":"ready"})");
}

// --- health and history

TEST_F(Server, TellsTheStoresCondition) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  store.condition = store::condition::opening;
  std::string answer = client.exchange(get("/health"));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_EQ(body_of(answer), R"({"status":"starting","mode":"active","store":"opening"})");
  store.condition = store::condition::failing;
  answer = client.exchange(get("/health"));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 503 Service Unavailable");
  EXPECT_EQ(body_of(answer), R"({"status":"failing","mode":"active","store":"failing"})");
  store.condition = store::condition::disk_floor;
  answer = client.exchange(get("/health"));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 503 Service Unavailable");
  EXPECT_EQ(body_of(answer), R"({"status":"failing","mode":"active","store":"disk_floor"})");
  store.condition = store::condition::ready;
  store.receives = store::receiving_mode::passive;
  EXPECT_EQ(body_of(client.exchange(get("/health"))),
            R"({"status":"ok","mode":"passive","store":"ready"})");
  store.receives = store::receiving_mode::active;
  store.stop();
  EXPECT_EQ(body_of(client.exchange(get("/health"))),
            R"({"status":"stopping","mode":"active","store":"stopped"})");
  ASSERT_TRUE(client.send("HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
}

TEST_F(Server, ShowsItsHistory) {
  store::memory store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  ASSERT_EQ(status_line(client.exchange(suno_post("a/b c"))), "HTTP/1.1 200 OK");
  const std::string list = client.exchange(get("/api/history"));
  EXPECT_NE(list.find(R"("task_id":"a/b c")"), std::string::npos) << list;
  EXPECT_NE(list.find("\r\nCache-Control: no-store\r\n"), std::string::npos);
  const std::string one = client.exchange(get("/api/history/a%2Fb%20c?provider=suno"));
  EXPECT_EQ(status_line(one), "HTTP/1.1 200 OK");
  EXPECT_NE(one.find("\"raw_data\":" + suno_body("a/b c")), std::string::npos) << one;
  EXPECT_EQ(status_line(client.exchange(get("/api/history/a%2Fb%20c?provider=kie"))),
            "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status_line(client.exchange(get("/api/history/"))), "HTTP/1.1 404 Not Found");
  raw_client other(running.port());
  EXPECT_EQ(status_line(other.exchange(get("/api/history/%zz"))), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_line(client.exchange(get("/api/history?limit=0"))), "HTTP/1.1 400 Bad Request");
  const std::string raw = client.exchange(get("/api/history/a%2Fb%20c/raw"));
  EXPECT_EQ(body_of(raw), suno_body("a/b c"));
  EXPECT_NE(raw.find("\r\nX-Content-Type-Options: nosniff\r\n"), std::string::npos);
}

TEST_F(Server, RemovesFromItsHistory) {
  store::memory store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  for (const char* task : {"t1", "t2"})
    ASSERT_EQ(status_line(client.exchange(suno_post(task))), "HTTP/1.1 200 OK");
  const std::string id = store.find("t1", "", 1)->at(0).id;
  EXPECT_EQ(
      status_line(client.exchange("DELETE /api/history/t1 HTTP/1.1\r\nHost: localhost\r\n\r\n")),
      "HTTP/1.1 404 Not Found");
  const std::string gone =
      client.exchange("DELETE /api/history/" + id + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_line(gone), "HTTP/1.1 204 No Content");
  EXPECT_EQ(gone.find("Content-Type:"), std::string::npos) << gone;
  EXPECT_EQ(body_of(client.exchange(post("/api/history/cleanup", R"({"days":1})"))),
            R"({"removed":0,"complete":true})");
  EXPECT_EQ(body_of(client.exchange("POST /api/history/clear HTTP/1.1\r\nHost: localhost\r\n\r\n")),
            R"({"removed":1,"complete":true})");
  EXPECT_EQ(body_of(client.exchange(suno_post("t1"))), R"({"ok":true,"cached":true})")
      << "it was delivered before, whatever became of it";
}

TEST_F(Server, RefusesBodiesOfTheApiThatItDoesNotTake) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  const auto status = [&](const std::string& request) {
    return status_line(raw_client(running.port()).exchange(request));
  };
  const std::string head = "POST /api/history/cleanup HTTP/1.1\r\nHost: localhost\r\n";
  EXPECT_EQ(status(head + "Content-Length: 2\r\n\r\n{}"), "HTTP/1.1 415 Unsupported Media Type");
  EXPECT_EQ(status(head + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"),
            "HTTP/1.1 415 Unsupported Media Type")
      << "what a form of another page could send";
  EXPECT_EQ(status(head + "Content-Type: application/json\r\nContent-Length: 4097\r\n\r\n"),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(status("POST /api/history/clear HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                   "application/json\r\nContent-Length: 4097\r\n\r\n"),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_TRUE(store.removals().empty());
}

TEST_F(Server, RefusesOtherMethodsOfTheApi) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  const auto allowed = [&](std::string_view method, std::string_view path) {
    const std::string answer = client.exchange(std::string(method) + " " + std::string(path) +
                                               " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(status_line(answer), "HTTP/1.1 405 Method Not Allowed") << method << path;
    const std::size_t begin = answer.find("\r\nAllow: ");
    return answer.substr(begin + 9, answer.find("\r\n", begin + 9) - begin - 9);
  };
  EXPECT_EQ(allowed("POST", "/api/history"), "GET, HEAD");
  EXPECT_EQ(allowed("PUT", "/api/history/x"), "GET, HEAD, DELETE");
  EXPECT_EQ(allowed("GET", "/api/history/clear"), "POST");
  EXPECT_EQ(allowed("OPTIONS", "/api/events"), "GET, HEAD") << "no preflight is answered";
}

TEST_F(Server, RefusesPagesOfOthers) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  for (const char* request : {"POST /api/history/clear HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                              "http://evil.example\r\n\r\n",
                              "GET /api/history HTTP/1.1\r\nHost: evil.example\r\n\r\n"}) {
    const std::string refused = client.exchange(request);
    EXPECT_EQ(status_line(refused), "HTTP/1.1 403 Forbidden");
    EXPECT_EQ(body_of(refused), R"({"error":"cross_site"})");
    EXPECT_EQ(refused.find("Access-Control"), std::string::npos);
  }
  EXPECT_EQ(status_line(client.exchange(get("/api/history", "Origin: http://localhost\r\n"))),
            "HTTP/1.1 200 OK");
  EXPECT_EQ(status_line(client.exchange("GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n")),
            "HTTP/1.1 200 OK");
}

// --- the event feed

std::string next_after(const std::string& answer) {
  const std::size_t begin = answer.find("\r\nX-Next-After: ") + 16;
  return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

TEST_F(Server, FeedsItsEvents) {
  store::memory store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  for (const char* task : {"t1", "t2"}) (void)client.exchange(suno_post(task));
  const std::string both = client.exchange(get("/api/events"));
  EXPECT_NE(both.find("\r\nContent-Type: application/x-ndjson\r\n"), std::string::npos);
  EXPECT_EQ(next_after(both), "2");
  const std::string lines = body_of(both);
  EXPECT_EQ(lines.find(R"({"sequence":1,)"), 0U) << lines;
  EXPECT_NE(lines.find("\n{\"sequence\":2,"), std::string::npos) << lines;
  const std::string none = client.exchange(get("/api/events?after=2"));
  EXPECT_EQ(status_line(none), "HTTP/1.1 200 OK");
  EXPECT_EQ(body_of(none), "");
  EXPECT_EQ(next_after(none), "2");
  EXPECT_EQ(status_line(client.exchange(get("/api/events?after=3"))), "HTTP/1.1 409 Conflict");
  EXPECT_EQ(status_line(client.exchange(get("/api/events?wait=31"))), "HTTP/1.1 400 Bad Request");
}

TEST_F(Server, WakesAWaitingReaderWithTheEvent) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client reader(running.port()), sender(running.port());
  ASSERT_TRUE(reader.send(get("/api/events?wait=30")));
  ASSERT_TRUE(store.wait_for_feeds(1));
  const auto begin = std::chrono::steady_clock::now();
  (void)sender.exchange(suno_post("t1"));
  const std::string answer = reader.answer();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(next_after(answer), "1");
  EXPECT_NE(answer.find(R"("task_id":"t1")"), std::string::npos) << answer;
}

TEST_F(Server, AnswersAWaitingReaderWhenItsTimeIsOver) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client reader(running.port());
  const auto begin = std::chrono::steady_clock::now();
  const std::string answer = reader.exchange(get("/api/events?wait=1"));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(Server, ServesOthersHoweverManyWaitAndBoundsThem) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  std::vector<raw_client> waiting;
  for (std::size_t i = 0; i < limits::max_feed_waiters; ++i) {
    waiting.emplace_back(running.port());
    ASSERT_TRUE(waiting.back().send(get("/api/events?wait=30&provider=nobody")));
    ASSERT_TRUE(store.wait_for_feeds(i + 1));
  }
  raw_client other(running.port());
  ASSERT_TRUE(eventually([&] {
    return status_line(other.exchange(get("/api/events?wait=1"))) ==
           "HTTP/1.1 503 Service Unavailable";
  })) << "the last of them may just be on its way";
  EXPECT_EQ(status_line(other.exchange(get("/api/history"))), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_line(other.exchange(get("/api/events"))), "HTTP/1.1 200 OK")
      << "it does not wait";
  EXPECT_EQ(body_of(other.exchange(suno_post("t1"))), R"({"ok":true,"stage":"text"})");
  const auto begin = std::chrono::steady_clock::now();
  running.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  for (raw_client& each : waiting) {
    const std::string answer = each.answer();
    EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK") << "the stop ends every wait";
    EXPECT_EQ(next_after(answer), "1");
  }
}

TEST_F(Server, SurvivesReadersThatLeaveWhileTheyWait) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  for (std::size_t i = 0; i < 5; ++i) {
    raw_client reader(running.port());
    ASSERT_TRUE(reader.send(get("/api/events?wait=30")));
    ASSERT_TRUE(store.wait_for_feeds(i + 1));
    reader.reset();
  }
  raw_client next(running.port());
  EXPECT_EQ(body_of(next.exchange(suno_post("t1"))), R"({"ok":true,"stage":"text"})");
  EXPECT_EQ(next_after(next.exchange(get("/api/events?wait=30"))), "1");
}

TEST_F(Server, ShowsItsHistoryToNobodyWithoutTheToken) {
  fake_store store;
  options how = local();
  how.api_token = "s3cret";
  server running(how, store, mount<suno>());
  running.start();
  raw_client client(running.port());
  const auto status = [&](const char* fields) {
    return status_line(client.exchange(get("/api/history", fields)));
  };
  EXPECT_EQ(status(""), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status("Authorization: Bearer wrong\r\n"), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status("Authorization: s3cret\r\n"), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status("Authorization: Bearer s3cret\r\n"), "HTTP/1.1 200 OK");
  EXPECT_EQ(status("Authorization: bEARER s3cret\r\n"), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_line(client.exchange(get("/health"))), "HTTP/1.1 200 OK") << "health is for all";
}

TEST_F(Server, ShowsItsHistoryToNobodyOnAnOpenAddress) {
  fake_store store;
  options how = local();
  how.listen = "0.0.0.0";
  server running(how, store, mount<suno>());
  running.start();
  raw_client client(running.port());
  EXPECT_EQ(status_line(client.exchange(get("/api/history"))), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status_line(client.exchange(get("/api/history", "Authorization: Bearer \r\n"))),
            "HTTP/1.1 404 Not Found");
}

// --- what the operator sees

struct observed {
  outcome result;
  std::uint16_t status;
  std::size_t body_bytes;
  std::string task_id;
  bool late;
  std::string details;
  bool details_left_out;
};

class observer {
 public:
  auto function() {
    return [this](const callback_record& r) {
      const std::lock_guard lock(mutex_);
      seen_.push_back({r.known.result, r.status, r.body_bytes,
                       std::string(r.known.task_id.value_or("")), r.late, std::string(r.details),
                       r.details_left_out});
    };
  }
  std::vector<observed> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::vector<observed> seen_;
};

TEST_F(Server, ReportsEveryCallbackWithItsTrueOutcome) {
  fake_store store;
  observer log;
  options how = local();
  how.on_callback = log.function();
  server running(how, store, mount<suno>());
  running.start();
  raw_client client(running.port());
  (void)client.exchange(suno_post("t1"));
  (void)client.exchange(post("/callbacks/suno", "bad", testing::suno_signature("bad")));
  (void)client.exchange(get("/health"));
  (void)client.exchange(
      "POST /callbacks/suno HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
  const auto seen = log.seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].result, outcome::accepted);
  EXPECT_EQ(seen[0].task_id, "t1");
  EXPECT_EQ(seen[0].body_bytes, suno_body("t1").size());
  EXPECT_EQ(seen[1].result, outcome::bad_json);
  EXPECT_EQ(seen[1].status, 200) << "what the sender was told";
  EXPECT_EQ(seen[1].task_id, "") << "nothing is left of the callback before";
  EXPECT_EQ(seen[2].result, outcome::unsupported_media);
}

TEST_F(Server, ReportsWhatTheSchemasLogTellsOfACallbackThatWasRead) {
  store::memory store;
  observer log;
  options how = local();
  how.on_callback = log.function();
  server running(how, store, mount<suno>(), mount<job_worker>());
  running.start();
  raw_client client(running.port());
  (void)client.exchange(suno_post("t1"));
  (void)client.exchange(suno_post("t1"));
  (void)client.exchange(post("/callbacks/suno", "bad", testing::suno_signature("bad")));
  const auto job_post = [](std::size_t prompt) {
    return post(
        "/callbacks/job",
        R"({"jobId":"j","status":"failed","enhancedPrompt":")" + std::string(prompt, 'p') + "\"}",
        "Authorization: Bearer token\r\n");
  };
  (void)client.exchange(job_post(3'000));
  (void)client.exchange(job_post(5'000));
  const auto seen = log.seen();
  ASSERT_EQ(seen.size(), 5U);
  const std::string_view of_suno = R"({"taskId":"t1","stage":"text","code":200,"variantsCount":0})";
  EXPECT_EQ(seen[0].details, of_suno);
  EXPECT_EQ(seen[1].result, outcome::duplicate);
  EXPECT_EQ(seen[1].details, of_suno);
  EXPECT_EQ(seen[2].details, "") << "nothing was read";
  EXPECT_TRUE(seen[3].details.starts_with(R"({"jobId":"j","status":"failed","jobType":null)"))
      << seen[3].details;
  EXPECT_EQ(seen[4].details, "") << "longer than a line takes";
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].details_left_out, i == 4) << i;
}

// --- a store that takes its time

TEST_F(Server, AnswersWhenTheStoreIsDone) {
  fake_store store;
  store.reply = store::submission::queued;
  store.result = outcome::duplicate;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client one(running.port()), other(running.port());
  ASSERT_TRUE(one.send(suno_post("t1") + suno_post("t2")));
  ASSERT_TRUE(other.send(suno_post("t3")));
  ASSERT_TRUE(store.wait_for_appends(2));
  store.release();
  EXPECT_EQ(body_of(one.answer()), R"({"ok":true,"cached":true})");
  EXPECT_EQ(body_of(other.answer()), R"({"ok":true,"cached":true})");
  ASSERT_TRUE(store.wait_for_appends(3));
  store.release();
  EXPECT_EQ(body_of(one.answer()), R"({"ok":true,"cached":true})");
}

struct hurried : suno {
  static constexpr std::array<route, 1> routes{
      {{.path = "/callbacks/suno",
        .method = "POST",
        .content_types = suno::content_types,
        .respond_within = std::chrono::milliseconds{1'100}}}};
};

TEST_F(Server, AnswersInTimeWhateverTheStoreDoes) {
  fake_store store;
  store.reply = store::submission::queued;
  observer log;
  options how = local();
  how.on_callback = log.function();
  server running(how, store, mount<hurried>());
  running.start();
  {
    raw_client client(running.port());
    const std::string answer = client.exchange(suno_post("t1"));
    EXPECT_EQ(status_line(answer), "HTTP/1.1 503 Service Unavailable");
    EXPECT_EQ(body_of(answer), R"({"ok":false,"error":"deadline"})");
    EXPECT_NE(answer.find("\r\nRetry-After: 5\r\n"), std::string::npos);
    EXPECT_TRUE(client.ended());
  }
  store.release();
  ASSERT_TRUE(eventually([&] { return log.seen().size() == 2; }));
  EXPECT_EQ(log.seen()[0].result, outcome::deadline);
  EXPECT_FALSE(log.seen()[0].late);
  EXPECT_EQ(log.seen()[1].result, outcome::accepted) << "the operator learns the truth";
  EXPECT_EQ(log.seen()[1].task_id, "t1");
  EXPECT_TRUE(log.seen()[1].late);
}

struct impatient : suno {
  static constexpr std::array<route, 1> routes{
      {{.path = "/callbacks/suno",
        .method = "POST",
        .content_types = suno::content_types,
        .respond_within = std::chrono::milliseconds{1'000}}}};
};

// The margin for the way back must leave the store some time.
TEST_F(Server, LeavesTheStoreTimeHoweverShortTheSendersPatience) {
  fake_store store;
  store.reply = store::submission::queued;
  server running(local(), store, mount<impatient>());
  running.start();
  raw_client client(running.port());
  ASSERT_TRUE(client.send(suno_post("t1")));
  ASSERT_TRUE(store.wait_for_appends(1));
  std::this_thread::sleep_for(200ms);
  store.release();
  EXPECT_EQ(body_of(client.answer()), R"({"ok":true,"stage":"text"})");
}

TEST_F(Server, SurvivesSendersThatLeaveWhileTheStoreHasTheirBytes) {
  fake_store store;
  store.reply = store::submission::queued;
  server running(local(), store, mount<suno>());
  running.start();
  for (int i = 0; i < 5; ++i) {
    raw_client client(running.port());
    ASSERT_TRUE(client.send(suno_post("t" + std::to_string(i))));
    ASSERT_TRUE(store.wait_for_appends(static_cast<std::size_t>(i) + 1));
    client.reset();
  }
  store.release();
  raw_client next(running.port());
  EXPECT_EQ(status_line(next.exchange(get("/health"))), "HTTP/1.1 200 OK");
}

// --- handlers

// One type for all of them: each other one would be a server of its own to compile.
using handler = std::function<bool(const event<suno>&)>;

TEST_F(Server, CallsTheHandlerAtLeastOncePerEvent) {
  store::memory store;
  std::atomic<int> calls{0};
  std::string task;
  server running(local(), store, mount<suno>(handler([&](const event<suno>& e) {
                   task = e.task_id;
                   return ++calls > 0;
                 })));
  running.start();
  raw_client client(running.port());
  EXPECT_EQ(status_line(client.exchange(suno_post("t1"))), "HTTP/1.1 200 OK");
  ASSERT_TRUE(eventually([&] { return calls == 1; }));
  running.stop();
  EXPECT_EQ(task, "t1");
}

TEST_F(Server, TriesAFailedHandlerAgain) {
  store::memory store;
  std::atomic<int> calls{0};
  auto failing = mount<suno>(handler([&](const event<suno>&) {
    if (++calls == 1) throw std::runtime_error("not yet");
    return calls > 2;
  }));
  failing.retries.first_delay = 1ms;
  server running(local(), store, failing);
  running.start();
  raw_client client(running.port());
  EXPECT_EQ(status_line(client.exchange(suno_post("t1"))), "HTTP/1.1 200 OK")
      << "whatever the handler does";
  EXPECT_TRUE(eventually([&] { return calls == 3; }));
}

// --- start and stop

template <class... Mounts>
std::string failure_text(const options& how, fake_store& store, const Mounts&... mounts) {
  try {
    server failing(how, store, mounts...);
  } catch (const startup_error& error) {
    return error.what();
  }
  return "no startup_error";
}

TEST_F(Server, RefusesToStartWhereItCannotServe) {
  fake_store store;
  options how = local();
  how.listen = "localhost";
  EXPECT_EQ(failure_text(how, store, mount<suno>()),
            "'localhost' is no IP address: give one such as 127.0.0.1 or ::1 with --listen");
  const server first(local(), store, mount<suno>());
  how = local();
  how.port = first.port();
  EXPECT_EQ(failure_text(how, store, mount<suno>()),
            "127.0.0.1 port " + std::to_string(first.port()) +
                " is in use: stop the program that listens there, or choose another with --port");
  auto second = mount<suno>();
  second.name = "second";
  EXPECT_EQ(
      failure_text(local(), store, mount<suno>(), second),
      "two mounts receive POST at /callbacks/suno: mount one of them only, or give one a path "
      "of its own");
}

TEST_F(Server, NeedNotBeStarted) {
  fake_store store;
  server idle(local(), store, mount<suno>());
  idle.stop();
  idle.stop();
}

TEST_F(Server, StopsAtOnceAndTwice) {
  store::memory store;
  options how = local();
  how.threads = 2;
  server running(how, store, mount<suno>(handler([](const event<suno>&) { return true; })));
  running.start();
  raw_client idle(running.port());
  EXPECT_EQ(status_line(idle.exchange(suno_post("t1"))), "HTTP/1.1 200 OK");
  const auto begin = std::chrono::steady_clock::now();
  running.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
  EXPECT_EQ(store.state(), store::condition::stopped);
  running.stop();
  EXPECT_TRUE(idle.ended());
  EXPECT_THROW(raw_client(running.port()), std::runtime_error);
}

TEST_F(Server, MayBeStoppedByAnyThread) {
  fake_store store;
  server running(local(), store, mount<suno>());
  running.start();
  std::thread one([&] { running.stop(); }), other([&] { running.stop(); });
  one.join();
  other.join();
  EXPECT_EQ(store.state(), store::condition::stopped);
}

TEST_F(Server, AnswersWhatTheStoreHasBeforeItStops) {
  fake_store store;
  store.reply = store::submission::queued;
  server running(local(), store, mount<suno>());
  running.start();
  raw_client client(running.port());
  ASSERT_TRUE(client.send(suno_post("t1")));
  ASSERT_TRUE(store.wait_for_appends(1));
  std::atomic<bool> stopped{false};
  std::thread stopping([&] {
    running.stop();
    stopped = true;
  });
  std::this_thread::sleep_for(200ms);
  EXPECT_FALSE(stopped);
  EXPECT_NE(store.state(), store::condition::stopped) << "it must be able to finish";
  store.release();
  const std::string answer = client.answer();
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
  stopping.join();
  EXPECT_EQ(store.state(), store::condition::stopped);
}

TEST_F(Server, RunsUntilASignal) {
  fake_store store;
  server running(local(), store, mount<suno>());
  std::thread other([] {
    EXPECT_TRUE(eventually([] {
      struct sigaction now {};
      return sigaction(SIGTERM, nullptr, &now) == 0 && now.sa_handler != SIG_DFL;
    })) << "nobody waits for a signal";
    ::kill(::getpid(), SIGTERM);  // as an operator does: the process, not this thread
  });
  EXPECT_EQ(running.run(), 0);
  other.join();
  EXPECT_EQ(store.state(), store::condition::stopped);
}

}  // namespace
}  // namespace callgate
