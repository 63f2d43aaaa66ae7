// SPDX-License-Identifier: Apache-2.0
// What a generated provider descriptor offers: everything the pipeline knows of a provider.
#pragma once

#include <callgate/auth/scheme.hpp>
#include <callgate/core/duration.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/provider/answer.hpp>
#include <callgate/provider/body_value.hpp>
#include <callgate/provider/code.hpp>
#include <callgate/provider/expect_any.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/provider/requirement.hpp>
#include <callgate/provider/route.hpp>
#include <callgate/provider/source.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/provider/template_text.hpp>
#include <callgate/reflect/reflect.hpp>
#include <callgate/version.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>

namespace callgate {

// Types only, no state; written by the generator, one per schema.
template <class P>
concept provider = reflected<typename P::payload> && requires {
  {
    P::name
    } -> std::convertible_to<std::string_view>;  // the schema's stem; key in history, metrics and
                                                 // logs
  { P::title } -> std::convertible_to<std::string_view>;  // for people
  { P::routes[0] } -> std::convertible_to<route>;
  { P::auth } -> std::convertible_to<auth::scheme>;
  { P::tolerance } -> std::convertible_to<json::read_options>;
  { P::stages[0] } -> std::convertible_to<stage>;
  { P::codes } -> std::convertible_to<std::span<const code>>;  // by value; empty: no codes
  { P::unknown_code } -> std::convertible_to<code>;  // every other code; no name: no codes
  { P::answers } -> std::convertible_to<answer_table>;
  { P::deduplication_ttl } -> std::convertible_to<std::chrono::microseconds>;
  {
    P::history_retention
    } -> std::convertible_to<std::chrono::microseconds>;  // zero: kept for ever
  { P::derived_key[0] } -> std::convertible_to<key_segment>;
  std::tuple_size<decltype(P::requirements)>::value;  // tuple of requirement<...>
  std::tuple_size<decltype(P::expectations)>::value;  // tuple of expect_any<...>
  typename P::stage_from;  // source of the stage's name; source::none when the route says it all
  typename P::task_id;     // source
  std::span<const std::string_view>(P::task_id_places);  // of its sources, for people
  typename P::record_id;    // source; source::none when there is no second name
  typename P::code;         // source
  typename P::message;      // source
  typename P::delivery_id;  // source; source::none when deliveries carry no id
  std::span<const record_plan>(P::records);
  { P::records_digest } -> std::convertible_to<std::uint64_t>;
  std::span<const context_field>(P::context);
  std::span<const answer_segment>(P::log);  // of a callback's log line; empty: nothing of its own
  std::span<const record_column>(P::told);  // what slot::told is, over the payload
  { P::tasks_required } -> std::convertible_to<bool>;  // false: a callback registers its task
};

}  // namespace callgate
