// SPDX-License-Identifier: Apache-2.0
// From stored bytes back to a typed event, for a handler.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/effects/permanent_failure.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/server/event.hpp>
#include <callgate/store/history.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace callgate {

// Errors: throws effects::permanent_failure when the stored body no longer fits the schema.
template <provider P, class Handler>
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

 private:
  bool call(const event<P>& e) {
    if constexpr (std::is_void_v<std::invoke_result_t<Handler&, const event<P>&>>)
      return handler_(e), true;
    else
      return static_cast<bool>(handler_(e));
  }

  Handler handler_;
};

}  // namespace callgate
