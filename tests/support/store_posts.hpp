// SPDX-License-Identifier: Apache-2.0
// Posting callbacks into any store and waiting for what becomes of them.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/completion_queue.hpp>
#include <callgate/store/store.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <cstdlib>
#include <unistd.h>

namespace callgate::testing {

inline constexpr unix_micros second = 1'000'000;
inline constexpr unix_micros minute = 60 * second;

// Goes with all that is in it.
struct temporary_folder {
  std::string path;

  temporary_folder() {
    char pattern[] = "/tmp/callgate-test-XXXXXX";
    if (::mkdtemp(pattern) == nullptr) throw std::runtime_error("no temporary folder");
    path = pattern;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    if (std::system(("rm -rf '" + path + "'").c_str()) != 0) std::abort();
  }
};

// One callback with texts of its own.
struct callback {
  std::string mount = "suno";
  std::string provider = "suno-api";
  std::string task_id = "task-1";
  std::string record_id{};
  std::string stage = "text";
  std::uint8_t rank = 1;
  task_status status = task_status::processing;
  bool terminal = false;
  std::optional<std::int64_t> code{};
  std::string message{};
  std::string reason{};
  std::string raw = "{}";
  unix_micros at = 1'000 * second;
  std::string key{};  // empty: one of its own
  bool conflicts = false;
  std::int64_t ttl_us = 60 * minute;
  outcome decided = outcome::accepted;
  bool furnishes = false;
  std::int64_t needs_earlier_us = 0;
  bool wants_registered_task = false;
};

inline std::array<std::byte, 16> digest_of(std::string_view text) {
  const std::size_t a = std::hash<std::string_view>{}(text);
  const std::size_t b = std::hash<std::string>{}("2" + std::string{text});
  std::array<std::byte, 16> out{};
  std::memcpy(out.data(), &a, 8);
  std::memcpy(out.data() + 8, &b, 8);
  return out;
}

inline std::string unused_key() {
  static std::atomic<int> next{0};
  return "unused-" + std::to_string(next.fetch_add(1));
}

// The request borrows the callback.
inline store::append_request request_of(const callback& c) {
  store::append_request r;
  r.decided = c.decided;
  r.mount = c.mount;
  r.provider = c.provider;
  r.task_id = c.task_id;
  r.record_id = c.record_id;
  r.stage = c.stage;
  r.rank = c.rank;
  r.status = c.status;
  r.terminal = c.terminal;
  r.code = c.code;
  r.message = c.message;
  r.reason = c.reason;
  r.raw = c.raw;
  r.received_at = c.at;
  r.key = digest_of(c.key.empty() ? unused_key() : c.key);
  r.digest = digest_of(c.raw);
  r.conflicts = c.conflicts;
  r.ttl_us = c.ttl_us;
  r.furnishes = c.furnishes;
  r.needs_earlier_us = c.needs_earlier_us;
  r.wants_registered_task = c.wants_registered_task;
  return r;
}

// Where requests come back to. Its queue's thread is whoever calls take().
class inbox {
 public:
  store::completion_queue queue{[](void* self) noexcept { static_cast<inbox*>(self)->wake(); },
                                this};

  // Waits until that many are back; nullptr after half a minute. Takes only after a wake, one for
  // each list: then the queue is through with the inbox, which may go.
  store::append_request* take(std::size_t count) {
    std::unique_lock lock{mutex_};
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (size_ < count) {
      if (!woken_.wait_until(lock, until, [this] { return std::exchange(awake_, false); }))
        return nullptr;
      for (store::append_request* r = queue.take_all(); r != nullptr;) {
        store::append_request* next = r->next;
        r->next = back_;
        back_ = r;
        ++size_;
        r = next;
      }
    }
    size_ = 0;
    return std::exchange(back_, nullptr);
  }

 private:
  void wake() noexcept {
    const std::lock_guard lock{mutex_};
    awake_ = true;
    woken_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable woken_;
  bool awake_ = false;
  store::append_request* back_ = nullptr;
  std::size_t size_ = 0;
};

struct posted {
  store::submission submitted;
  outcome result;
  std::int64_t sequence;
};

template <class Store>
posted post(Store& store, const callback& c) {
  inbox in;
  store::append_request r = request_of(c);
  r.completions = &in.queue;
  const store::submission s = store.append(r);
  if (s == store::submission::queued && in.take(1) == nullptr) std::abort();  // r must not go
  return {s, r.result, r.sequence};
}

// The history of a provider, as far as one page goes.
template <class Store>
std::vector<store::history_entry> list(Store& store, std::string_view provider = {},
                                       std::size_t limit = 1'000'000) {
  store::history_query query;
  query.provider = provider;
  query.limit = limit;
  return store.history(query).value().entries;
}

// The entries that a name fits, without details.
template <class Store>
std::vector<store::history_entry> found(Store& store, std::string_view name,
                                        std::string_view provider = {}) {
  return store.find(name, provider, 1000).value();
}

// The first of them, with details.
template <class Store>
store::history_entry entry_of(Store& store, std::string_view name) {
  return store.entry(found(store, name).at(0).id).value().value();
}

template <class Store>
bool reaches(const Store& store, store::condition wanted) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (store.state() != wanted && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return store.state() == wanted;
}

}  // namespace callgate::testing
