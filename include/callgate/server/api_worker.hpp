// SPDX-License-Identifier: Apache-2.0
// Serves health, history and the event feed, off the I/O threads where it must block.
//
//   admit: path, access, method -> handle: parameters -> a pool's thread: the store -> answer
//   the feed without an event: parked -> woken by an event, its deadline, its reader's end or the
//   stop
//                              -> the pool
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/percent_decode.hpp>
#include <callgate/json/writer.hpp>
#include <callgate/net/service.hpp>
#include <callgate/server/api.hpp>
#include <callgate/server/api_access.hpp>
#include <callgate/server/api_answer.hpp>
#include <callgate/server/api_parameters.hpp>
#include <callgate/server/api_routes.hpp>
#include <callgate/server/event_waiters.hpp>
#include <callgate/server/events_api.hpp>
#include <callgate/server/openapi_document_at.hpp>
#include <callgate/server/public_url.hpp>
#include <callgate/server/router.hpp>
#include <callgate/store/store.hpp>

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace callgate {

// Whether a request goes on to its route, or how it is refused.
struct api_decision {
  const api_route* route = nullptr;
  std::uint16_t status = 0;
  std::string_view error{};
  std::string_view allow{};
};

// Threads: admit() and handle() from any I/O thread.
template <class Application, class Exchange>
class api_worker {
 public:
  static constexpr std::chrono::milliseconds answer_within{10'000};

  // open: the listening address is a loopback address, so no token is demanded. at: where the API
  // is, if anybody has said.
  api_worker(const Application& app, bool open, const public_url& at)
      : app_(app),
        about_(app.about()),
        document_(openapi_document_at(at)),
        open_(open),
        waiters_(app.store(), [this](waiter w) { wake(std::move(w)); }) {}
  ~api_worker() {
    stop();
    reads_.join();
    removals_.join();
    registrations_.join();
  }
  api_worker(const api_worker&) = delete;
  api_worker& operator=(const api_worker&) = delete;

  // Answers all who wait for an event; nobody can wait from now on. Idempotent.
  void stop() { waiters_.stop(); }

  // Who may not ask is told the same as who asks for nothing: 404.
  [[nodiscard]] api_decision admit(const http::request& request, const place& at) const {
    switch (access_of(request, at)) {
      case api_access::hidden: return {nullptr, 404, "not_found"};
      case api_access::cross_site: return {nullptr, 403, "cross_site"};
      case api_access::granted: break;
    }
    const api_route* route = find_api_route(at.api, request.method);
    if (route == nullptr) return {nullptr, 405, "method_not_allowed", at.allow};
    if (route->max_body_bytes > 0 && has_body(request) && !is_json(request.content_type))
      return {nullptr, 415, "unsupported_media"};
    return {route};
  }

  net::reply handle(Exchange& e, const api_route& route) {
    if (route.operation == api_operation::health) return answer_health(e), net::reply::ready;
    if (route.operation == api_operation::openapi)
      return answer(e, {200, document_}), net::reply::ready;
    auto call = read(e, route);
    if (!call) return answer(e, call.error()), net::reply::ready;
    if (requests_.fetch_add(1, std::memory_order_relaxed) >= limits::max_api_requests) {
      leave();
      return answer(e, busy()), net::reply::ready;
    }
    if (route.operation == api_operation::events) return handle_feed(e, *call);
    asio::thread_pool& pool = pool_for(route.operation);
    asio::post(pool, [this, &e, call = std::move(*call)] {
      finish(e, answer_api(app_.store(), call, about_));
    });
    return net::reply::later;
  }

  static void expire(Exchange& e) {
    answer(e, api_error(503, "deadline", "the store did not answer in time"));
  }

 private:
  // Between a request for events and its answer.
  struct waiter {
    Exchange* exchange;
    store::event_query query;
    std::int64_t after;
    std::chrono::steady_clock::time_point deadline;

    [[nodiscard]] bool is_gone() const noexcept { return exchange->peer_ended(); }
    [[nodiscard]] bool is_over() const noexcept {
      return is_gone() || deadline <= std::chrono::steady_clock::now();
    }
  };
  using waiters =
      event_waiters<std::remove_reference_t<decltype(std::declval<const Application&>().store())>,
                    waiter>;

  // A removal takes its time, and a registration a sync of the disk: reads wait for neither.
  asio::thread_pool& pool_for(api_operation o) noexcept {
    if (o == api_operation::task) return registrations_;
    return changes_much(o) ? removals_ : reads_;
  }

  static bool changes_much(api_operation o) noexcept {
    return o == api_operation::remove || o == api_operation::clear || o == api_operation::cleanup;
  }

  [[nodiscard]] api_access access_of(const http::request& request, const place& at) const {
    if (at.api.front().operation == api_operation::health) return api_access::granted;
    const auto token = bearer_token(request);
    if (token && app_.is_api_token(*token)) return api_access::granted;
    if (!open_ || !app_.how().api_token.empty()) return api_access::hidden;
    return is_cross_site(request) ? api_access::cross_site : api_access::granted;
  }

  static bool has_body(const http::request& request) noexcept {
    return request.framing == http::body_framing::chunked || request.content_length > 0;
  }

  static bool is_json(std::string_view content_type) noexcept {
    return http::detail::equals_ignoring_case(
        content_type.substr(0, content_type.find_first_of("; \t")), "application/json");
  }

  // Owned copies: the request's bytes are pinned, but decoding wants memory.
  static result<api_call, api_answer> read(Exchange& e, const api_route& route) {
    const http::request& request = e.request();
    auto given = api_parameters::read(request.target.query, route.parameters);
    if (!given) return failure{given.error()};
    const auto id = http::percent_decode(id_of_path(route.path, request.target.path));
    if (!id) return failure{not_found()};
    return api_call{route.operation, *id, std::move(*given), std::string(e.body())};
  }

  static api_answer busy() {
    return api_error(503, "busy", "too many ask at once: try again in a moment");
  }

  void leave() noexcept { requests_.fetch_sub(1, std::memory_order_relaxed); }

  // From a pool's thread to the exchange's own.
  void finish(Exchange& e, api_answer made) {
    asio::post(e.home().context(), [this, &e, made = std::move(made)]() mutable {
      leave();
      if (!e.abandoned()) answer(e, std::move(made));
      e.resume();
    });
  }

  // --- the event feed

  net::reply handle_feed(Exchange& e, const api_call& call) {
    auto asked = read_feed_request(call.parameters);
    if (!asked) return leave(), answer(e, asked.error()), net::reply::ready;
    e.answer_within(answer_within + asked->wait);
    if (asked->wait.count() > 0) e.watch_peer();
    const std::int64_t after = asked->query.after;
    waiter made{&e, std::move(asked->query), after, std::chrono::steady_clock::now() + asked->wait};
    asio::post(reads_, [this, made = std::move(made)]() mutable { poll(std::move(made)); });
    return net::reply::later;
  }

  // Whoever is parked is no request that waits for the store.
  void wake(waiter w) {
    requests_.fetch_add(1, std::memory_order_relaxed);
    asio::post(reads_, [this, w = std::move(w)]() mutable { poll(std::move(w)); });
  }

  // Answers, or parks the waiter.
  void poll(waiter w) {
    for (;;) {
      w.query.after = w.after;
      const auto batch = app_.store().feed(w.query);
      if (!batch) return finish(*w.exchange, store_failed(batch.error()));
      if (w.after > batch->last_sequence)
        return finish(*w.exchange, after_ahead(w.after, batch->last_sequence));
      const bool over = w.is_over() || waiters_.stopping();
      if (!batch->events.empty() || over) return finish(*w.exchange, events_answer(*batch));
      w.after = batch->next_after;
      switch (waiters_.park(w)) {
        case waiters::parking::parked: return leave();
        case waiters::parking::full: return finish(*w.exchange, busy());
        case waiters::parking::ready: break;
      }
    }
  }

  // --- answers

  struct health {
    std::uint16_t http_status;
    std::string_view status;
    std::string_view store;
  };

  static health health_of(store::condition state) noexcept {
    switch (state) {
      case store::condition::ready: return {200, "ok", "ready"};
      case store::condition::opening: return {200, "starting", "opening"};
      case store::condition::stopped: return {503, "stopping", "stopped"};
      case store::condition::disk_floor: return {503, "failing", "disk_floor"};
      case store::condition::failing: break;
    }
    return {503, "failing", "failing"};
  }

  void answer_health(Exchange& e) const {
    const health now = health_of(app_.store().state());
    const bool is_active = app_.store().mode() == store::receiving_mode::active;
    std::array<char, 128> room;
    json::writer body(room);
    body.begin_object();
    body.key("status");
    body.string(now.status);
    body.key("mode");
    body.string(is_active ? "active" : "passive");
    body.key("store");
    body.string(now.store);
    body.end_object();
    http::response_writer& out = e.answer(now.http_status);
    out.content_type("application/json");
    out.field("Cache-Control", "no-store");
    out.body(body.view());
  }

  static void answer(Exchange& e, api_answer made) {
    http::response_writer& out = e.answer(made.status);
    if (made.status != 204) out.content_type(made.content_type);
    out.field("Cache-Control", "no-store");
    out.field("X-Content-Type-Options", "nosniff");  // a raw body is no page
    if (made.next_after) out.field("X-Next-After", std::to_string(*made.next_after));
    if (out.body_follows(made.body.size())) e.answer_long(std::move(made.body));
  }

  const Application& app_;
  const api_context about_;
  const std::string document_;
  bool open_;
  std::atomic<std::size_t> requests_{0};  // that wait for the store
  asio::thread_pool reads_{1};
  asio::thread_pool removals_{1};
  asio::thread_pool registrations_{4};  // so that some share a sync
  waiters waiters_;                     // after the pools: it posts to them
};

}  // namespace callgate
