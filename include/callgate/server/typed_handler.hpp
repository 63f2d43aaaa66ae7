// SPDX-License-Identifier: Apache-2.0
// From stored bytes back to a typed event, for a handler.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/effects/permanent_failure.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/server/coroutine_loop.hpp>
#include <callgate/server/event.hpp>
#include <callgate/server/handler.hpp>
#include <callgate/store/history.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace callgate {

// Errors: throws effects::permanent_failure when the stored body no longer fits the schema.
// A coroutine's event lives until the coroutine has ended: operator() waits for it.
template <provider P, handler_for<P> Handler>
class typed_handler {
 public:
  explicit typed_handler(Handler handler) : handler_(std::move(handler)) {}

  bool operator()(const store::stored_event& stored) {
    const std::size_t room = json::arena_bytes_needed<typename P::payload>(stored.raw.size());
    const auto bytes = std::make_unique_for_overwrite<std::byte[]>(room);
    arena memory(std::span<std::byte>(bytes.get(), room));
    typename P::payload payload{};
    json::drops dropped;
    if (const auto error = json::parse_into<typename P::payload, P::tolerance>(stored.raw, memory,
                                                                               payload, dropped)) {
      std::array<char, limits::max_reason_bytes> text;
      throw effects::permanent_failure("the stored body does not fit the schema any more: " +
                                       std::string(json::describe(*error, text)));
    }
    return call({stored.sequence, stored.mount, stored.task_id, stored.stage, stored.result,
                 stored.moved, stored.received_at, payload, stored.raw});
  }

  // A coroutine has to end soon; a function is not told. Threads: any.
  void interrupt() {
    if (loop_ != nullptr) loop_->interrupt();
  }

 private:
  static constexpr bool is_coroutine = coroutine_handler_for<Handler, P>;

  bool call(const event<P>& e) {
    if constexpr (is_coroutine)
      return loop_->run(handler_(e));
    else if constexpr (std::is_void_v<std::invoke_result_t<Handler&, const event<P>&>>)
      return handler_(e), true;
    else
      return handler_(e);
  }

  Handler handler_;
  std::unique_ptr<coroutine_loop> loop_ =
      is_coroutine ? std::make_unique<coroutine_loop>() : nullptr;
};

}  // namespace callgate
