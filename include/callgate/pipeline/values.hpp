// SPDX-License-Identifier: Apache-2.0
// Reads what a source names: from the payload, the header fields or the query.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/http/query_value.hpp>
#include <callgate/http/request.hpp>
#include <callgate/json/key_search.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/provider/read_value.hpp>
#include <callgate/provider/source.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace callgate {

// A request with its parsed payload: everything a source can point into.
template <class Payload>
struct request_values {
  const Payload* payload;
  std::string_view body;  // as it came
  const http::request& request;
  arena& memory;  // for decoded query values, numbers as text and what is found in strings
};

// Bytes of arena that a provider's sources and credentials can take beside the payload: a copy of
// the query for each parameter that is read, the digits of integers, what one search at a time
// needs, and the id that the other one keeps.
template <provider P>
[[nodiscard]] constexpr std::size_t value_bytes_needed(std::size_t body_bytes,
                                                       std::size_t query_bytes) noexcept {
  constexpr std::size_t sources = 6, digits = 24;
  constexpr std::size_t levels = std::max(source::search_levels<typename P::task_id>,
                                          source::search_levels<typename P::record_id>);
  std::size_t reads =
      source::query_reads<typename P::stage_from> + source::query_reads<typename P::task_id> +
      source::query_reads<typename P::record_id> + source::query_reads<typename P::code> +
      source::query_reads<typename P::message> + source::query_reads<typename P::delivery_id>;
  for (const auth::method& m : P::auth.any_of) reads += m.query.empty() ? 0 : 1;
  const std::size_t values = reads * query_bytes + sources * digits;
  if (levels == 0) return values;
  return values + json::key_search::bytes_kept + json::key_search::bytes_needed(levels, body_bytes);
}

namespace detail {

template <class Payload, auto... Steps>
scalar find_value(source::body<Steps...>, const request_values<Payload>& in) {
  return read_value<Payload, source::body<Steps...>>(in.payload);
}

template <class Payload, fixed_string Name>
scalar find_value(source::header<Name>, const request_values<Payload>& in) {
  const auto value = in.request.fields.find(Name.view());
  return value ? scalar{.kind = scalar::type::text, .text = *value} : scalar{};
}

template <class Payload, fixed_string Name>
scalar find_value(source::query<Name>, const request_values<Payload>& in) {
  const std::size_t room = in.request.target.query.size();
  char* scratch = in.memory.template allocate_array<char>(room);
  if (scratch == nullptr) return {};
  const auto value = http::query_value(in.request.target.query, Name.view(), {scratch, room});
  return value ? scalar{.kind = scalar::type::text, .text = *value} : scalar{};
}

template <class Payload, std::size_t MaxDepth, bool EmbeddedJson, fixed_string... Keys>
scalar find_value(source::search<MaxDepth, EmbeddedJson, Keys...>,
                  const request_values<Payload>& in) {
  static constexpr std::array<std::string_view, sizeof...(Keys)> keys{Keys.view()...};
  const auto value = json::key_search({keys, MaxDepth, EmbeddedJson}, in.memory).find(in.body);
  return value ? scalar{.kind = scalar::type::text, .text = *value} : scalar{};
}

// `place`: index of the source that has it.
template <class Payload, class... Sources>
scalar find_value(source::first_of<Sources...>, const request_values<Payload>& in,
                  std::size_t& place) {
  scalar found{};
  place = 0;
  (void)((found = find_value(Sources{}, in), is_there(found) || (++place, false)) || ...);
  return is_there(found) ? found : scalar{};
}

template <class Payload, class Source>
scalar find_value(Source what, const request_values<Payload>& in, std::size_t& place) {
  place = 0;
  return find_value(what, in);
}

template <class Payload, class... Sources>
scalar find_value(source::first_of<Sources...> what, const request_values<Payload>& in) {
  std::size_t ignored = 0;
  return find_value(what, in, ignored);
}

}  // namespace detail

// The text at Source; integers are spelled out. Empty optional: absent, empty, or neither text nor
// integer. `place`: index of the source that has it, of several.
template <class Source, class Payload>
[[nodiscard]] std::optional<std::string_view> text_at(const request_values<Payload>& in,
                                                      std::size_t& place) {
  const scalar found = detail::find_value(Source{}, in, place);
  if (found.kind == scalar::type::text && !found.text.empty()) return found.text;
  if (found.kind != scalar::type::integer) return std::nullopt;
  constexpr std::size_t room = 24;
  char* digits = in.memory.template allocate_array<char>(room);
  if (digits == nullptr) return std::nullopt;
  const auto end = std::to_chars(digits, digits + room, found.integer).ptr;
  return std::string_view(digits, static_cast<std::size_t>(end - digits));
}

template <class Source, class Payload>
[[nodiscard]] std::optional<std::string_view> text_at(const request_values<Payload>& in) {
  std::size_t ignored = 0;
  return text_at<Source>(in, ignored);
}

// The integer at Source; text of digits counts.
template <class Source, class Payload>
[[nodiscard]] std::optional<std::int64_t> integer_at(const request_values<Payload>& in) {
  const scalar found = detail::find_value(Source{}, in);
  if (found.kind == scalar::type::integer) return found.integer;
  if (found.kind != scalar::type::text) return std::nullopt;
  std::int64_t value = 0;
  const char* end = found.text.data() + found.text.size();
  const auto [stop, error] = std::from_chars(found.text.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

}  // namespace callgate
