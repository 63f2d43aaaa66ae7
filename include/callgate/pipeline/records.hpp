// SPDX-License-Identifier: Apache-2.0
// A provider's records, with its parser behind plain functions: what a store derives rows with.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/provider/record_set.hpp>

#include <cstddef>
#include <string_view>

namespace callgate {

namespace detail {

template <provider P>
std::size_t record_bytes_needed(std::size_t body_bytes) {
  return json::created_bytes_needed<typename P::payload>(body_bytes);
}

template <provider P>
const void* parse_for_records(std::string_view raw, arena& memory) {
  auto* payload = memory.template create<typename P::payload>();
  if (payload == nullptr) return nullptr;
  json::drops dropped;
  const auto error =
      json::parse_into<typename P::payload, P::tolerance>(raw, memory, *payload, dropped);
  return error ? nullptr : payload;
}

}  // namespace detail

template <provider P>
inline constexpr record_set records_of{
    .provider = P::name,
    .plans = P::records,
    .stages = P::stages,
    .context = P::context,
    .told = P::told,
    .bytes_needed = &detail::record_bytes_needed<P>,
    .parse = &detail::parse_for_records<P>,
    .find_code = &find_code<P>,
    .digest = P::records_digest,
};

}  // namespace callgate
