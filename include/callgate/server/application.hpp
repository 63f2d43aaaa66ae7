// SPDX-License-Identifier: Apache-2.0
// What all I/O threads share: the mounts' receivers, the routes, the store. Read-only once it
// serves.
#pragma once

#include <callgate/auth/constant_time.hpp>
#include <callgate/auth/digest_openssl.hpp>
#include <callgate/auth/environment_secrets.hpp>
#include <callgate/auth/verifier.hpp>
#include <callgate/core/generations.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/net/buffer_pool.hpp>
#include <callgate/pipeline/receive.hpp>
#include <callgate/provider/single_row_records.hpp>
#include <callgate/server/api_context.hpp>
#include <callgate/server/mount.hpp>
#include <callgate/server/options.hpp>
#include <callgate/server/router.hpp>
#include <callgate/store/store.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace callgate {

// Mounts: mounted<...>. Threads: const functions from any.
template <store::event_store Store, class... Mounts>
class application {
 public:
  static constexpr std::size_t mount_count = sizeof...(Mounts);
  using router_type = router<typename Mounts::provider_type...>;

  // Each with its secrets: what reload() replaces.
  using receivers =
      std::tuple<receiver<typename Mounts::provider_type, auth::verifier, auth::sha256, Store>...>;

  // Errors: startup_error (a secret that is demanded and not there, two mounts of one name or
  // path, a payload that can outgrow every buffer).
  application(const options& how, Store& store, const Mounts&... mounts)
      : options_(how),
        store_(store),
        own_(own_of(mounts...)),
        receivers_(std::make_shared<const receivers>(make_receivers(indices))),
        routes_(routes_of(mounts...)) {
    (use_records(mounts), ...);
    note_unprotected(indices);
  }

  [[nodiscard]] const options& how() const noexcept { return options_; }
  [[nodiscard]] Store& store() const noexcept { return store_; }
  [[nodiscard]] const router_type& routes() const noexcept { return routes_; }

  // Mounts whose callbacks are not verified because their secret is not set.
  [[nodiscard]] const std::vector<std::string>& unprotected() const noexcept {
    return unprotected_;
  }

  // For a reader of each I/O thread.
  [[nodiscard]] const generations<receivers>& secrets() const noexcept { return receivers_; }

  // Reads the files of secrets again. A mount one of whose files has none keeps all it had. Returns
  // why, for each of them. Threads: any, one at a time.
  [[nodiscard]] std::vector<std::string> reload() {
    std::vector<std::string> kept;
    receivers_.replace(
        std::make_shared<const receivers>(remake_receivers(*receivers_.latest(), kept, indices)));
    return kept;
  }

  // Bytes of arena that a request of this mount can need, with its values and reasons.
  [[nodiscard]] std::size_t memory_needed(std::size_t mount, std::size_t body_bytes,
                                          std::size_t query_bytes) const {
    return calls[mount].memory(body_bytes, query_bytes);
  }

  // The steps of the mount's receiver. check() returns what keep() takes, in the memory; nullptr
  // when that has less than memory_needed().
  static const void* check(const receivers& with, std::size_t mount, const http::request& request,
                           std::string_view body, const route& arrived, unix_micros now,
                           arena& memory, receipt& out, const auth::known_mac& mac = {}) {
    return calls[mount].check(with, request, body, arrived, now, memory, out, mac);
  }
  // nullptr while the store has the receipt.
  static const answer* keep(const receivers& with, std::size_t mount, const void* checked,
                            const http::request& request, std::string_view body, arena& memory,
                            receipt& out) {
    return calls[mount].keep(with, checked, request, body, memory, out);
  }

  // The key of the MAC that check() will need; nullptr: of none.
  static const auth::hmac_sha256* key_for(const receivers& with, std::size_t mount,
                                          const http::request& request) {
    return calls[mount].key_for(with, request);
  }
  static const answer& refuse_unread(const receivers& with, std::size_t mount, outcome why,
                                     receipt& out) {
    return calls[mount].refuse(with, why, out);
  }
  const answer& settle(std::size_t mount, receipt& back) const { return calls[mount].settle(back); }
  const answer& give_up(std::size_t mount, facts& known) const {
    return calls[mount].give_up(known);
  }

  // What a callback's log line tells of it beside what all of them do.
  [[nodiscard]] std::span<const answer_segment> log_of(std::size_t mount) const {
    return calls[mount].log;
  }

  // What a provider's code means; nullptr when no mount is of this provider, or it has no codes.
  [[nodiscard]] const code* code_of(std::string_view provider, std::int64_t value) const noexcept {
    for (const mount_calls& mount : calls)
      if (mount.provider == provider) return mount.code_of(value);
    return nullptr;
  }

  // For the API: views of this object.
  [[nodiscard]] api_context about() const {
    return {
        [this](std::string_view provider, std::int64_t value) { return code_of(provider, value); },
        api_mounts_};
  }

  [[nodiscard]] std::span<const api_mount> mounts() const noexcept { return api_mounts_; }

  // Constant time. True when the text is the API's bearer token.
  [[nodiscard]] bool is_api_token(std::string_view sent) const noexcept {
    return !options_.api_token.empty() &&
           auth::constant_time_equal(auth::sha256{}.update(sent).finish(),
                                     auth::sha256{}.update(options_.api_token).finish());
  }

 private:
  static constexpr auto indices = std::index_sequence_for<Mounts...>{};

  // One mount's functions: what a virtual table would be, without objects.
  struct mount_calls {
    std::string_view provider;
    std::span<const answer_segment> log;
    const code* (*code_of)(std::int64_t value) noexcept;
    std::size_t (*memory)(std::size_t body_bytes, std::size_t query_bytes);
    const auth::hmac_sha256* (*key_for)(const receivers& with, const http::request&);
    const void* (*check)(const receivers&, const http::request&, std::string_view, const route&,
                         unix_micros now, arena&, receipt&, const auth::known_mac&);
    const answer* (*keep)(const receivers&, const void* checked, const http::request&,
                          std::string_view, arena&, receipt&);
    const answer& (*refuse)(const receivers&, outcome, receipt&);
    const answer& (*settle)(receipt&);
    const answer& (*give_up)(facts&);
  };

  template <std::size_t I>
  static constexpr mount_calls calls_of() {
    using receiver_type = std::tuple_element_t<I, receivers>;
    using provider_type = typename std::tuple_element_t<I, std::tuple<Mounts...>>::provider_type;
    using payload = typename provider_type::payload;
    using checked = typename receiver_type::checked;
    return {
        provider_type::name,
        provider_type::log,
        &find_code<provider_type>,
        [](std::size_t body, std::size_t query) {
          const std::size_t beside = value_bytes_needed<provider_type>(body, query) +
                                     2 * limits::max_reason_bytes + sizeof(checked) +
                                     alignof(checked);
          return json::detail::add_saturated(json::created_bytes_needed<payload>(body), beside);
        },
        [](const receivers& with, const http::request& request) {
          return std::get<I>(with).verified_by().key_for(
              [&](std::string_view name) { return request.fields.find(name).has_value(); });
        },
        [](const receivers& with, const http::request& request, std::string_view body,
           const route& arrived, unix_micros now, arena& memory, receipt& out,
           const auth::known_mac& mac) -> const void* {
          return memory.create<checked>(
              std::get<I>(with).check(request, body, arrived, now, memory, out, mac));
        },
        [](const receivers& with, const void* event, const http::request& request,
           std::string_view body, arena& memory, receipt& out) -> const answer* {
          const auto kept = std::get<I>(with).keep(*static_cast<const checked*>(event), request,
                                                   body, memory, out);
          return kept ? &receiver_type::answer_of(*kept) : nullptr;
        },
        [](const receivers& with, outcome why, receipt& out) -> const answer& {
          return receiver_type::answer_of(std::get<I>(with).refuse_unread(why, wall_now(), out));
        },
        [](receipt& back) -> const answer& {
          return receiver_type::answer_of(receiver_type::settle(back));
        },
        [](facts& known) -> const answer& {
          return receiver_type::answer_of(receiver_type::give_up(known));
        },
    };
  }

  template <std::size_t... I>
  static constexpr std::array<mount_calls, mount_count> make_calls(std::index_sequence<I...>) {
    return {calls_of<I>()...};
  }

  static constexpr std::array<mount_calls, mount_count> calls =
      make_calls(std::index_sequence_for<Mounts...>{});

  // What a mount's receiver views into, whatever its secrets.
  struct mount_own {
    std::string name;
    std::string secret_env;
    std::vector<auth::method> methods;  // of a mount that has a variable of its own
    auth::scheme scheme;
  };

  static std::list<mount_own> own_of(const Mounts&... mounts) {
    std::list<mount_own> out;
    (add_own(out, mounts), ...);
    return out;
  }

  // The scheme is the schema's, reading its secrets from where the mount says.
  template <class Mount>
  static void add_own(std::list<mount_own>& to, const Mount& mount) {
    for (const mount_own& other : to)  // a name is part of keys and of the handler's cursor
      if (other.name == mount.name)
        throw startup_error("two mounts are named '" + other.name +
                            "': mount one of them only, or give it another name");
    mount_own& own = to.emplace_back();
    own.name = mount.name;
    own.scheme = Mount::provider_type::auth;
    if (mount.secret_env.empty()) return;
    own.secret_env = mount.secret_env;
    own.methods.assign(own.scheme.any_of.begin(), own.scheme.any_of.end());
    for (auth::method& m : own.methods)
      if (m.kind != auth::primitive::none) m.secret_env = own.secret_env;
    own.scheme.any_of = own.methods;
  }

  [[nodiscard]] const mount_own& own(std::size_t index) const noexcept {
    return *std::next(own_.begin(), static_cast<std::ptrdiff_t>(index));
  }

  template <std::size_t I>
  auto make_receiver() {
    using receiver_type = std::tuple_element_t<I, receivers>;
    auth::verifier verifier(own(I).scheme, calls[I].provider, auth::environment_secrets{});
    return receiver_type(own(I).name, std::move(verifier), store_);
  }

  template <std::size_t... I>
  receivers make_receivers(std::index_sequence<I...>) {
    return {make_receiver<I>()...};
  }

  template <std::size_t I>
  auto remake_receiver(const receivers& before, std::vector<std::string>& kept) {
    try {
      return make_receiver<I>();
    } catch (const startup_error& why) {
      kept.push_back("the secrets of '" + own(I).name + "' stay as they were: " + why.what());
      return std::get<I>(before);
    }
  }

  template <std::size_t... I>
  receivers remake_receivers(const receivers& before, std::vector<std::string>& kept,
                             std::index_sequence<I...>) {
    return {remake_receiver<I>(before, kept)...};
  }

  template <std::size_t... I>
  void note_unprotected(std::index_sequence<I...>) {
    [[maybe_unused]] const auto all = receivers_.latest();
    (note_unprotected(std::get<I>(*all).verified_by(), I), ...);
  }
  void note_unprotected(const auth::verifier& by, std::size_t index) {
    if (by.unprotected()) unprotected_.push_back(own(index).name);
  }

  std::vector<route_entry> routes_of(const Mounts&... mounts) {
    std::vector<route_entry> out;
    std::size_t index = 0;
    (add_routes(out, mounts, index++), ...);
    for (const route_entry& each : out) check_memory(each);
    return out;
  }

  template <class Mount>
  void add_routes(std::vector<route_entry>& out, const Mount& mount, std::size_t index) {
    const auto& routes = Mount::provider_type::routes;
    if (mount.path.empty()) {
      for (const route& r : routes) out.push_back({index, &r});
      return;
    }
    if (!mount.path.starts_with('/'))
      throw startup_error("mount '" + mount.name + "' has the path '" + mount.path +
                          "': it must begin with '/'");
    route& own = own_routes_.emplace_back(routes[0]);
    own.path = paths_.emplace_back(mount.path);
    out.push_back({index, &own});
  }

  // Once for each provider, however often it is mounted.
  template <class Mount>
  void use_records(const Mount& mount) {
    const record_set* const set = &records_of<typename Mount::provider_type>;
    const record_set& single_rows = single_row_records_.emplace_back(*set).set();
    api_mounts_.push_back({mount.name, set->provider, set, &single_rows});
    if (std::find(record_sets_.begin(), record_sets_.end(), set) != record_sets_.end()) return;
    record_sets_.push_back(set);
    store_.use_records(*set);
  }

  void check_memory(const route_entry& at) const {
    if (memory_needed(at.mount, at.how->max_body_bytes, limits::max_target_bytes) >
        net::buffer_pool::max_lease_bytes)
      throw startup_error("bodies at " + std::string(at.how->path) +
                          " could need more memory than a request may take: lower max_body, or "
                          "the maxItems of the schema's arrays");
  }

  options options_;
  Store& store_;
  std::list<mount_own> own_;  // before the receivers, which view into it
  std::list<std::string> paths_;
  std::list<route> own_routes_;
  std::vector<std::string> unprotected_;
  generations<receivers> receivers_;
  router_type routes_;
  std::vector<const record_set*> record_sets_;
  std::list<single_row_records> single_row_records_;
  std::vector<api_mount> api_mounts_;
};

}  // namespace callgate
