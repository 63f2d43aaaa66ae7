// SPDX-License-Identifier: Apache-2.0
// Serves health and history: what an operator asks, off the I/O threads where it must block.
#pragma once

#include <callgate/http/percent_decode.hpp>
#include <callgate/http/query_value.hpp>
#include <callgate/net/error_body.hpp>
#include <callgate/net/service.hpp>
#include <callgate/server/api.hpp>
#include <callgate/store/store.hpp>

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace callgate {

// Threads: handle() and serves() from any I/O thread.
template <class Application, class Exchange>
class api_worker {
 public:
  static constexpr std::chrono::milliseconds answer_within{10'000};
  static constexpr int max_waiting_requests = 64;  // over it: 503

  // open: the listening address is a loopback address, so no token is demanded.
  api_worker(const Application& app, bool open) : app_(app), open_(open) {}
  ~api_worker() { pool_.join(); }
  api_worker(const api_worker&) = delete;
  api_worker& operator=(const api_worker&) = delete;

  // False: there is nothing at this path, or the asker may not know (404 both times).
  [[nodiscard]] bool serves(const http::request& request) const {
    const std::string_view path = request.target.path;
    if (path == health_path) return true;
    return (path == history_path || path.starts_with(entry_prefix)) && may_ask(request);
  }

  net::reply handle(Exchange& e) {
    if (e.request().target.path == health_path) return answer_health(e), net::reply::ready;
    if (waiting_.fetch_add(1, std::memory_order_relaxed) >= max_waiting_requests) {
      waiting_.fetch_sub(1, std::memory_order_relaxed);
      return answer(e, {503, std::string(net::error_body("busy").view())}), net::reply::ready;
    }
    asio::post(pool_, [this, &e, request = read(e.request())] {
      api_answer made = answer_history(app_.store(), request, codes_);
      asio::post(e.home().context(), [this, &e, made = std::move(made)]() mutable {
        waiting_.fetch_sub(1, std::memory_order_relaxed);
        if (!e.abandoned()) answer(e, std::move(made));
        e.resume();
      });
    });
    return net::reply::later;
  }

  static void expire(Exchange& e) {
    answer(e, {503, std::string(net::error_body("deadline").view())});
  }

 private:
  static constexpr std::string_view health_path = "/health";
  static constexpr std::string_view history_path = "/api/history";
  static constexpr std::string_view entry_prefix = "/api/history/";

  [[nodiscard]] bool may_ask(const http::request& request) const {
    constexpr std::string_view scheme = "Bearer ";
    const auto field = request.fields.find("Authorization");
    if (field && field->starts_with(scheme) && app_.is_api_token(field->substr(scheme.size())))
      return true;
    return open_ && app_.how().api_token.empty();
  }

  // Owned copies: the request's bytes are pinned, but decoding wants memory.
  static api_request read(const http::request& request) {
    const auto value = [&](std::string_view name) -> std::optional<std::string> {
      std::string scratch(request.target.query.size(), '\0');
      const auto found = http::query_value(request.target.query, name, scratch);
      return found ? std::optional<std::string>(*found) : std::nullopt;
    };
    std::string path;
    if (request.target.path.starts_with(entry_prefix)) {
      const std::string_view encoded = request.target.path.substr(entry_prefix.size());
      path = http::percent_decode(encoded).value_or("");
      if (path.empty())
        path = encoded.empty() ? "/" : std::string(encoded);  // "/" is nobody's id: 404
    }
    return {std::move(path), value("provider"), value("limit")};
  }

  void answer_health(Exchange& e) const {
    switch (app_.store().state()) {
      case store::condition::ready: return answer_now(e, 200, R"({"status":"ok","store":"ready"})");
      case store::condition::opening:
        return answer_now(e, 200, R"({"status":"starting","store":"opening"})");
      case store::condition::failing:
        return answer_now(e, 503, R"({"status":"failing","store":"failing"})");
      case store::condition::stopped:
        return answer_now(e, 503, R"({"status":"stopping","store":"stopped"})");
    }
  }

  static void answer_now(Exchange& e, std::uint16_t status, std::string_view body) {
    http::response_writer& out = e.answer(status);
    out.content_type("application/json");
    out.field("Cache-Control", "no-store");
    out.body(body);
  }

  static void answer(Exchange& e, api_answer made) {
    http::response_writer& out = e.answer(made.status);
    out.content_type("application/json");
    out.field("Cache-Control", "no-store");
    if (out.body_follows(made.body.size())) e.answer_long(std::move(made.body));
  }

  const Application& app_;
  code_lookup codes_ = [this](std::string_view provider, std::int64_t value) {
    return app_.code_of(provider, value);
  };
  bool open_;
  std::atomic<int> waiting_{0};
  asio::thread_pool pool_{1};
};

}  // namespace callgate
