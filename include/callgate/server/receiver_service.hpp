// SPDX-License-Identifier: Apache-2.0
// What one I/O thread does with requests: callbacks to their mounts, the rest to health and
// history.
#pragma once

#include <callgate/auth/digest_openssl.hpp>
#include <callgate/auth/known_mac.hpp>
#include <callgate/auth/mac_pairs.hpp>
#include <callgate/config.hpp>
#include <callgate/core/clock.hpp>
#include <callgate/core/generations.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/static_vector.hpp>
#include <callgate/net/exchange.hpp>
#include <callgate/net/peer_address.hpp>
#include <callgate/net/service.hpp>
#include <callgate/net/trusted_proxies.hpp>
#include <callgate/net/wakeup.hpp>
#include <callgate/server/api_routes.hpp>
#include <callgate/server/api_worker.hpp>
#include <callgate/server/application.hpp>
#include <callgate/server/plain_answers.hpp>
#include <callgate/server/rate_limits.hpp>
#include <callgate/server/takes_type.hpp>
#include <callgate/store/completion_queue.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace callgate {

// Of one request.
struct service_state {
  const route_entry* at = nullptr;  // nullptr: no callback
  const api_route* api = nullptr;   // of no callback
  receipt note{};
  const void* checked = nullptr;  // what was made of it; in the exchange's memory
  std::chrono::steady_clock::time_point began{};
  net::peer_address client{};            // who sent it
  std::int64_t retry_after_seconds = 0;  // of the answer; 0: it says none
};

// What is served on an address.
enum class serves : std::uint8_t {
  everything,      // callbacks, health and API
  callbacks,       // and health; the API has an address of its own
  administration,  // health and API
};

// What all addresses and threads share.
struct client_rules {
  net::trusted_proxies proxies;
  rate_limits rates;
};

template <class Application>
class receiver_service : private net::poller::watcher {
 public:
  using state = service_state;
  using exchange = net::exchange<state>;

  receiver_service(Application& app, api_worker<Application, exchange>& api, client_rules& rules,
                   net::loop& home, serves what)
      : app_(app),
        api_(api),
        rules_(rules),
        what_(what),
        home_(home),
        receivers_(app.secrets()),
        wakeup_(home, &receiver_service::take_completions, this),
        completions_([](void* owner) noexcept { static_cast<net::wakeup*>(owner)->notify(); },
                     &wakeup_) {
    on_events = [](watcher& self, std::uint32_t) {
      static_cast<receiver_service&>(self).take_those_that_may_be();
    };
  }

  // The head is there: where does it go, and may its body come?
  net::admission admit(exchange& e) {
    const http::request& request = e.request();
    const place* to = app_.routes().find(request.target.path);
    const bool is_public = what_ != serves::administration;
    e.state.at = to != nullptr && is_public ? to->callback(request.method) : nullptr;
    e.state.client = rules_.proxies.client_of(e.peer(), request.fields);
    e.state.retry_after_seconds = 0;
    if (e.state.at != nullptr && home_.paused()) return {.waits = true};
    if (const std::int64_t wait_ns = wait_of_client(e); wait_ns != 0)
      return refuse_rate(e, wait_ns);
    if (e.state.at == nullptr) return admit_other(e, to);
    const route& how = *e.state.at->how;
    if (!takes_type(how, request.content_type)) return refuse_unread(e, outcome::unsupported_media);
    const std::int64_t wait_ns = rules_.rates.wait_of_mount(e.state.at->mount);
    if (wait_ns != 0) return refuse_rate(e, wait_ns);
    e.answer_within(std::max(how.respond_within - answer_margin, how.respond_within / 2));
    return {.max_body_bytes = how.max_body_bytes};
  }

  net::reply too_large(exchange& e) {
    if (e.state.at == nullptr)  // no callback: a GET with a body
      return plain::refuse(e, 413, "body_too_large"), net::reply::ready;
    e.state.began = now();
    return refuse_callback(e, outcome::too_large), net::reply::ready;
  }

  // Only callbacks wait.
  void too_late(exchange& e) { (void)refuse_unread(e, outcome::queue_full); }

  net::reply handle(exchange& e) {
    if (e.state.at == nullptr) return api_.handle(e, *e.state.api);
    e.state.began = now();
    if (home_.paused()) begin_waiting(e);
    (void)group_.push_back(&e);
    if (group_.full()) return take_group(&e);
    if (group_.size() == 1) home_.poller().call_last(*this);
    return net::reply::later;
  }

  // The store has not come back in time: the sender is told, the receipt stays with the store.
  void expire(exchange& e) {
    if (e.state.at == nullptr) return api_.expire(e);
    facts known = e.state.note.known;
    const answer& how = app_.give_up(e.state.at->mount, known);
    answer_callback(e, how, known);
  }

 private:
  using plain = plain_answers<exchange>;
  using group = static_vector<exchange*, limits::max_group>;

  static constexpr std::string_view health_path = "/health";
  static constexpr std::chrono::milliseconds answer_margin{
      1'000};  // for the way back to the sender

  static void take_completions(void* owner) {
    auto& self = *static_cast<receiver_service*>(owner);
    for (store::append_request* r = self.completions_.take_all(); r != nullptr;) {
      store::append_request* following = r->next;
      self.complete(*static_cast<exchange*>(r->owner));
      r = following;
    }
    self.home_.resume();  // the store has room again
  }

  void complete(exchange& e) {
    --at_store_;
    answer_late(e, app_.settle(e.state.at->mount, e.state.note));
  }

  // --- callbacks of one turn take each step one behind the other: two MACs cost little more than
  // one, and the step's code is still in the processor's cache

  using receivers = typename Application::receivers;

  // While the store has no room, none is begun: each would be refused.
  void take_those_that_may_be() {
    if (home_.paused()) return home_.poller().hold(*this);
    take_group(nullptr);
  }

  // at_work: the one that handle() is asked for now, and answered by what it returns; or nullptr.
  net::reply take_group(const exchange* at_work) {
    const auto those = std::exchange(group_, {});
    net::reply last = net::reply::later;
    for (std::size_t kept = 0; kept < those.size();) {
      const std::size_t checked = check_from(kept, those);
      while (kept < checked) {
        last = keep(*those[kept++], at_work);
        if (std::exchange(was_full_, false) && home_.paused() && kept < those.size())
          return put_back(those, kept), net::reply::later;
      }
    }
    return last;
  }

  // One was refused: the others wait until there is room again.
  void put_back(const group& those, std::size_t first) {
    for (std::size_t i = first; i < those.size(); ++i) {
      begin_waiting(*those[i]);
      (void)group_.push_back(those[i]);
    }
    home_.poller().hold(*this);
  }

  // Its deadline may come before it is checked: nothing of the request before must be told then.
  void begin_waiting(exchange& e) {
    (void)app_.refuse_unread(receivers_.current(), e.state.at->mount, outcome::queue_full,
                             e.state.note);
  }

  // As many as there is memory for; what has none at all is to be refused. Returns where it ended.
  std::size_t check_from(std::size_t first, const group& those) {
    const receivers& with = receivers_.current();
    const auto macs = macs_of(with, those, first);
    const unix_micros now = wall_now();
    std::size_t i = first;
    while (i < those.size() && (check(with, *those[i], now, macs[i]) || i == first)) ++i;
    return i;
  }

  static std::array<auth::known_mac, limits::max_group> macs_of(const receivers& with,
                                                                const group& those,
                                                                std::size_t first) {
    std::array<auth::known_mac, limits::max_group> out;
    auth::mac_pairs pairs;
    for (std::size_t i = first; i < those.size(); ++i)
      if (const auto* key =
              Application::key_for(with, those[i]->state.at->mount, those[i]->request()))
        pairs.add(*key, those[i]->body(), out[i]);
    return out;
  }

  // False: there is no memory for it.
  bool check(const receivers& with, exchange& e, unix_micros now, const auth::known_mac& mac) {
    state& s = e.state;
    s.note.append = {.completions = &completions_, .owner = &e};
    s.checked = nullptr;
    const std::size_t room =
        app_.memory_needed(s.at->mount, e.body().size(), e.request().target.query.size());
    if (!e.lease_memory(room)) return false;
    s.checked = app_.check(with, s.at->mount, e.request(), e.body(), *s.at->how, now, e.memory(),
                           s.note, mac);
    return true;
  }

  net::reply keep(exchange& e, const exchange* at_work) {
    const answer* const how = kept(e);
    if (how == nullptr) return net::reply::later;
    if (&e != at_work) return answer_late(e, *how), net::reply::later;
    return answer_callback(e, *how, e.state.note.known), net::reply::ready;
  }

  // nullptr: the store has it. Whatever secrets it was checked with, the store is the same.
  const answer* kept(exchange& e) {
    state& s = e.state;
    const receivers& with = receivers_.current();
    const answer* const how =
        s.checked == nullptr
            ? &app_.refuse_unread(with, s.at->mount, outcome::queue_full, s.note)
            : app_.keep(with, s.at->mount, s.checked, e.request(), e.body(), e.memory(), s.note);
    at_store_ += how == nullptr ? 1 : 0;
    const bool is_refused = how != nullptr && s.note.known.result == outcome::queue_full;
    // Memory that one lacked comes back only from those at the store: without them, there is enough
    // for others now, or never.
    was_full_ = is_refused && (s.checked != nullptr || at_store_ != 0);
    if (was_full_) home_.pause();
    return how;
  }

  void answer_late(exchange& e, const answer& how) {
    if (e.abandoned())
      observe(e, how, e.state.note.known, true);
    else
      answer_callback(e, how, e.state.note.known);
    e.resume();
  }

  void refuse_callback(exchange& e, outcome why) {
    const answer& how =
        app_.refuse_unread(receivers_.current(), e.state.at->mount, why, e.state.note);
    answer_callback(e, how, e.state.note.known);
  }

  void answer_callback(exchange& e, const answer& how, const facts& known) {
    write_answer(e, how, known);
    observe(e, how, known, false);
  }

  void write_answer(exchange& e, const answer& how, const facts& known) {
    std::array<char, limits::max_answer_bytes / 2> room;
    const std::optional<std::string_view> body = render_answer(how, known, room);
    http::response_writer& out = e.answer(how.status);
    write_fields(out, how, e.state);
    if (body) return out.body(*body);
    write_long_body(e, out, how, known);
  }

  // An answer that quotes much of the payload. When no buffer is left, its body is empty.
  CALLGATE_NOINLINE static void write_long_body(exchange& e, http::response_writer& out,
                                                const answer& how, const facts& known) {
    for (std::size_t room = 4 * limits::max_answer_bytes;; room *= 4) {
      net::buffer_lease lease = e.home().buffers().lease(room);
      const std::optional<std::string_view> body =
          lease ? render_answer(how, known, lease.bytes()) : std::string_view{};
      if (!body) continue;
      if (out.body_follows(body->size())) e.answer_long(std::move(lease), *body);
      return;
    }
  }

  // A computed Retry-After goes before the table's.
  static void write_fields(http::response_writer& out, const answer& how, const state& of) {
    if (!how.body.empty()) out.fields("Content-Type: application/json\r\n");
    for (const answer_field& f : how.fields)
      if (of.retry_after_seconds == 0 || !http::detail::equals_ignoring_case(f.name, "Retry-After"))
        out.field(f.name, f.value);
    plain::write_retry_after(out, of.retry_after_seconds);
    if (of.at->how->cors) plain::write_cors(out);
  }

  // Nobody's business unless somebody observes: a look at the clock costs as much as a small
  // answer.
  [[nodiscard]] std::chrono::steady_clock::time_point now() const {
    using clock = std::chrono::steady_clock;
    return app_.how().on_callback ? clock::now() : clock::time_point{};
  }

  void observe(const exchange& e, const answer& how, const facts& known, bool late) {
    if (!app_.how().on_callback) return;
    const auto took = now() - e.state.began;
    callback_record record{known, how.status, e.body().size(),
                           std::chrono::duration_cast<std::chrono::microseconds>(took), late};
    std::array<char, limits::max_log_details_bytes> room;
    record.client = e.state.client;
    add_details(record, app_.log_of(e.state.at->mount), room);
    app_.how().on_callback(record);
  }

  // Of callbacks that were read: of others they would be nulls.
  static void add_details(callback_record& record, std::span<const answer_segment> how,
                          std::span<char> room) {
    if (how.empty() || record.known.payload == nullptr) return;
    const std::optional<std::string_view> details = render_template(how, record.known, room);
    record.details = details.value_or(std::string_view{});
    record.details_left_out = !details;
  }

  net::admission admit_other(exchange& e, const place* to) {
    if (to == nullptr || !is_served(e, *to)) return refuse_unknown_path(e);
    if (to->api.empty()) return refuse_method(e, *to);
    const api_decision decided = api_.admit(e.request(), *to);
    if (decided.route == nullptr) return plain::refuse_unfit(e, decided);
    e.state.api = decided.route;
    e.answer_within(api_.answer_within);
    return {.max_body_bytes = decided.route->max_body_bytes};
  }

  net::admission refuse_unknown_path(exchange& e) {
    if (e.request().target.path == "*") return plain::answer_options_of_all(e);
    return plain::refuse_unfit(e, {nullptr, 404, "not_found"});
  }

  net::admission refuse_method(exchange& e, const place& at) {
    const bool cors = !at.preflight.empty();
    if (cors && e.request().method == "OPTIONS") return plain::answer_preflight(e, at);
    return plain::refuse_unfit(e, {nullptr, 405, "method_not_allowed", at.allow}, cors);
  }

  net::admission refuse_unread(exchange& e, outcome why) {
    plain::close_if_body_follows(e);
    e.state.began = now();
    refuse_callback(e, why);
    return {.answered = true};
  }

  // Whether this address has that path at all.
  [[nodiscard]] bool is_served(const exchange& e, const place& at) const {
    switch (what_) {
      case serves::everything: return true;
      case serves::callbacks: return at.api.empty() || e.request().target.path == health_path;
      case serves::administration: return !at.api.empty();
    }
    return false;
  }

  // Whoever watches the server must not be refused for asking often.
  std::int64_t wait_of_client(const exchange& e) {
    if (what_ == serves::administration || e.request().target.path == health_path) return 0;
    return rules_.rates.wait_of_address(e.state.client);
  }

  // Over a rate: as the mount's table says, or plain 429. Source: RFC 6585 4.
  net::admission refuse_rate(exchange& e, std::int64_t wait_ns) {
    e.state.retry_after_seconds = retry_after_seconds(wait_ns);
    if (e.state.at != nullptr) return refuse_unread(e, outcome::rate_limited);
    return plain::refuse(e, 429, enum_name(outcome::rate_limited), {});
  }

  Application& app_;
  api_worker<Application, exchange>& api_;
  client_rules& rules_;
  serves what_;
  net::loop& home_;
  typename generations<typename Application::receivers>::reader receivers_;
  net::wakeup wakeup_;
  store::completion_queue completions_;
  group group_;               // waits for others of this turn, or for room in the store
  std::size_t at_store_ = 0;  // callbacks that the store has not given back; they hold memory
  bool was_full_ = false;     // when the last one was to be kept
};

}  // namespace callgate
