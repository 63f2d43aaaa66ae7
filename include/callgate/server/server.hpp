// SPDX-License-Identifier: Apache-2.0
// A receiver of callbacks: the mounts of a main(), served over HTTP until somebody says stop.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/core/startup_error.hpp>
#include <callgate/effects/consumer.hpp>
#include <callgate/net/connection_counts.hpp>
#include <callgate/net/endpoint_text.hpp>
#include <callgate/net/io_thread.hpp>
#include <callgate/net/listener.hpp>
#include <callgate/pipeline/records.hpp>
#include <callgate/server/api_worker.hpp>
#include <callgate/server/application.hpp>
#include <callgate/server/callback_url.hpp>
#include <callgate/server/hangup_signal.hpp>
#include <callgate/server/housekeeping.hpp>
#include <callgate/server/mount.hpp>
#include <callgate/server/options.hpp>
#include <callgate/server/public_url.hpp>
#include <callgate/server/rate_limits.hpp>
#include <callgate/server/receiver_service.hpp>
#include <callgate/server/register_task.hpp>
#include <callgate/server/stop_signal.hpp>
#include <callgate/server/typed_handler.hpp>
#include <callgate/store/store.hpp>
#include <callgate/tls/certificate_files.hpp>
#include <callgate/tls/context.hpp>

#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace callgate {

// Lifetime: the store outlives the server. Threads: one thread owns it; stop() may come from any.
// Errors: the constructor throws startup_error; nothing throws later.
template <store::event_store Store, class... Mounts>
class server {
 public:
  // Listens from here on; connections are served from start() on.
  server(options how, Store& store, Mounts... mounts)
      : how_(std::move(how)),
        counts_(how_.connections.max_connections, how_.connections.max_connections_per_address),
        app_(how_, store, mounts...),
        public_url_(how_.public_url),
        rules_{net::trusted_proxies(how_.trusted_proxies),
               rate_limits(how_.rates, sizeof...(Mounts))},
        api_(app_, administration(how_).address().is_loopback(),
             how_.admin_listen.empty() ? public_url_ : public_url()),
        mounts_(std::move(mounts)...) {
    if (how_.tls_certificate.empty() != how_.tls_key.empty())
      throw startup_error(
          "TLS needs both --tls-certificate and --tls-key: give the other file, too");
    if (!how_.tls_certificate.empty())
      secure_.emplace(tls::certificate_files{how_.tls_certificate, how_.tls_key});
    const bool apart = !how_.admin_listen.empty();
    at_ = listen(net::parse_endpoint(how_.listen, how_.port), thread_count(how_),
                 apart ? serves::callbacks : serves::everything);
    admin_at_ = apart ? listen(administration(how_), 1, serves::administration) : at_;
  }
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server() { stop(); }

  [[nodiscard]] std::uint16_t port() const noexcept { return at_.port(); }

  // Where health and API are: "127.0.0.1:9090".
  [[nodiscard]] std::string admin_address() const { return net::endpoint_text(admin_at_); }

  // Where each mount receives: under the public URL, or under the address that is listened on.
  [[nodiscard]] std::vector<callback_url> callback_urls() const {
    const std::string scheme = secure_ ? "https://" : "http://";
    const std::string base =
        public_url_.empty() ? scheme + net::endpoint_text(at_) : public_url_.text();
    std::vector<callback_url> out;
    std::apply([&](const auto&... each) { (callback_url::add(out, base, each), ...); }, mounts_);
    return out;
  }

  // Says that callbacks of this task are expected, as POST /api/tasks does: it is in the history at
  // once, its records have the context, and what came first is joined.
  //   server.register_task<suno::provider>({.task_id = "t1", .context = {{"user_id", "u1"}}})
  // Threads: any that may block on the store: not in on_callback.
  template <class P>
  [[nodiscard]] result<store::registered_task, task_error> register_task(
      const expected_task& expected) {
    static_assert((std::is_same_v<P, typename Mounts::provider_type> || ...),
                  "register_task<P>: P is not mounted here: give the server's constructor a "
                  "callgate::mount<P>()");
    return callgate::register_task(app_.store(), app_.mounts(), records_of<P>, expected);
  }

  // Mounts whose callbacks are believed unverified, for want of a secret. Worth a warning.
  [[nodiscard]] const std::vector<std::string>& unprotected() const noexcept {
    return app_.unprotected();
  }

  // Why clients may refuse the certificate that is in use: it has expired, say. Else empty.
  [[nodiscard]] std::string tls_warning() const { return secure_ ? secure_->warning() : ""; }

  // Reads the files of secrets and the certificate again, dropping nothing: each request is
  // verified by one set of secrets, former or new, and connections go on as they began. A mount one
  // of whose files cannot be read or is empty keeps all that it had, and so does TLS; returned is
  // why, worth a warning. run() calls it on SIGHUP. Threads: any.
  [[nodiscard]] std::vector<std::string> reload() {
    const std::lock_guard lock(reloading_);
    std::vector<std::string> kept = app_.reload();
    if (!secure_) return kept;
    if (const auto read = secure_->reload(); !read) kept.push_back(read.error());
    return kept;
  }

  // Serves on threads of its own and returns.
  void start() {
    for (auto& each : io_)
      threads_.emplace_back([&each] {
        pthread_setname_np(pthread_self(), "callgate-io");
        each->run();
      });
    std::vector<retention> rules;
    std::apply(
        [&](auto&... each) {
          (start_consumer(each), ...);
          (rules.push_back({each.name, Mounts::provider_type::history_retention}), ...);
        },
        mounts_);
    housekeeping_ = std::make_unique<housekeeping<Store>>(app_.store(), std::move(rules));
  }

  // Serves until SIGINT or SIGTERM; SIGHUP calls reload(). Who wants to hear what that kept uses
  // start(), a stop_signal and a hangup_signal instead. Returns what main() returns.
  int run() {
    {
      stop_signal signal;
      hangup_signal again([this] { (void)reload(); });
      start();
      signal.wait();
    }
    stop();
    return 0;
  }

  // Answers who waits for events, stops accepting, answers what is in flight (bounded by
  // drain_timeout), lets handlers finish their event: coroutines within limits::handler_finish_time
  // and handler_cancel_time, functions however long they take. Then the store is stopped, too:
  // nothing refers to this server any more. Idempotent.
  void stop() {
    const std::lock_guard lock(stopping_);
    if (threads_.empty()) return;
    api_.stop();
    for (auto& each : io_) each->drain();
    for (std::thread& each : threads_) each.join();
    threads_.clear();
    housekeeping_.reset();
    for (const running_consumer& each : consumers_) each.request_stop(each.consumer.get());
    consumers_.clear();
    app_.store().stop();
  }

 private:
  using application_type = application<Store, Mounts...>;
  using service = receiver_service<application_type>;
  using io_thread = net::io_thread<service>;
  using api = api_worker<application_type, typename service::exchange>;

  // Of several types; destroying one stops it.
  struct running_consumer {
    std::shared_ptr<void> consumer;
    void (*request_stop)(void*);
  };

  template <class Mount>
  void start_consumer(Mount& mount) {
    if constexpr (!std::is_same_v<typename Mount::handler_type, no_handler>) {
      using handler = typed_handler<typename Mount::provider_type, typename Mount::handler_type>;
      using consumer = effects::consumer<Store, handler>;
      consumers_.push_back(
          {std::make_shared<consumer>(
               app_.store(),
               effects::consumer_options{
                   .name = "handler:" + mount.name, .mount = mount.name, .retry = mount.retries},
               handler(std::move(mount.handler))),
           [](void* one) { static_cast<consumer*>(one)->request_stop(); }});
    }
  }

  static std::size_t thread_count(const options& how) {
    if (how.threads != 0) return how.threads;
    const unsigned cores = std::thread::hardware_concurrency();
    return cores == 0 ? 1 : cores;
  }

  static asio::ip::tcp::endpoint administration(const options& how) {
    return how.admin_listen.empty() ? net::parse_endpoint(how.listen, how.port)
                                    : net::parse_endpoint_text(how.admin_listen, "--admin-listen");
  }

  // Whoever fills the one address does not lock the operator out of the other.
  net::connection_counts& counts_of(serves what) noexcept {
    return what == serves::administration ? admin_counts_ : counts_;
  }

  // On that many threads of its own. Returns the address with its port, where 0 was given.
  asio::ip::tcp::endpoint listen(asio::ip::tcp::endpoint at, std::size_t threads, serves what) {
    if (at.port() != 0 && !how_.share_port) net::probe_port(at);
    for (std::size_t i = 0; i < threads; ++i) {
      auto& made = *io_.emplace_back(std::make_unique<io_thread>(
          how_.connections, counts_of(what), secure_ ? &*secure_ : nullptr,
          [this, what](net::loop& home) { return service(app_, api_, rules_, home, what); }));
      net::acceptor ready = net::listen_on(made.home().context(), at);
      at.port(ready.local_endpoint().port());
      made.listen(std::move(ready));
    }
    return at;
  }

  options how_;
  net::connection_counts counts_;
  net::connection_counts admin_counts_{limits::max_admin_connections, 0};
  std::optional<tls::context> secure_;
  application_type app_;
  public_url public_url_;
  client_rules rules_;
  api api_;
  std::tuple<Mounts...> mounts_;
  std::vector<std::unique_ptr<io_thread>> io_;
  std::vector<std::thread> threads_;
  std::vector<running_consumer> consumers_;
  std::unique_ptr<housekeeping<Store>> housekeeping_;
  std::mutex stopping_;
  std::mutex reloading_;
  asio::ip::tcp::endpoint at_;
  asio::ip::tcp::endpoint admin_at_;
};

}  // namespace callgate
