// SPDX-License-Identifier: Apache-2.0
// Third step: which task, which stage, and whether the payload has what its stage demands.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/pipeline/facts.hpp>
#include <callgate/pipeline/no_task_reason.hpp>
#include <callgate/pipeline/refusal.hpp>
#include <callgate/pipeline/stages.hpp>
#include <callgate/pipeline/values.hpp>
#include <callgate/provider/expect_any.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>
#include <tuple>

namespace callgate {

template <provider P>
struct validation {
  using payload = typename P::payload;

  static result<valid_event<P>, refusal> run(const parsed_event<P>& event,
                                             const http::request& request, const route& arrived,
                                             arena& memory, facts& known) {
    const request_values<payload> in{&event.payload(), event.bytes(), request, memory};
    known.code = integer_at<typename P::code>(in);
    if (known.code) known.known_code = find_code<P>(*known.code);
    known.message = text_at<typename P::message>(in);
    if (const auto refused = identify(in, known)) return failure{*refused};
    if (!find_stage(in, arrived, known))
      return valid_event<P>(event.bytes(), outcome::unknown_type, demand::none);
    const std::string_view absent = missing_requirement(event.payload(), known);
    known.missing = missing_expectation(event.payload(), known);
    if (absent.empty()) return valid_event<P>(event.bytes(), outcome::accepted, demand_met(known));
    const std::string_view reason = say_required(absent, known, memory);
    if (known.known_stage->or_earlier.count() == 0)
      return failure{refusal{outcome::schema_error, reason}};
    return valid_event<P>(event.bytes(), outcome::accepted, demand::unmet, reason);
  }

 private:
  // A code that is a stage's own says more than where the callback arrived; either more than what
  // the payload calls it.
  static std::int16_t stage_beside_payload(const route& arrived, const facts& known) {
    const bool by_code = known.known_code != nullptr && known.known_code->applies_stage != no_stage;
    return by_code ? known.known_code->applies_stage : arrived.applies_stage;
  }

  // Nothing depends on the record id: one that is too long is left out.
  static std::optional<refusal> identify(const request_values<payload>& in, facts& known) {
    known.record_id = text_at<typename P::record_id>(in);
    if (known.record_id && known.record_id->size() > limits::max_task_id_bytes)
      known.record_id.reset();
    std::size_t place = 0;
    known.task_id = text_at<typename P::task_id>(in, place);
    if (!known.task_id) return refusal{outcome::no_task_id, say_no_task(in)};
    known.task_id_source = P::task_id_places[place];
    if (known.task_id->size() <= limits::max_task_id_bytes) return std::nullopt;
    known.task_id.reset();
    return refusal{outcome::schema_error, "the task id is longer than 256 bytes"};
  }

  // False when the request names a stage that the schema does not know.
  static bool find_stage(const request_values<payload>& in, const route& arrived, facts& known) {
    if (const std::int16_t said = stage_beside_payload(arrived, known); said != no_stage) {
      known.known_stage = &P::stages[static_cast<std::size_t>(said)];
      known.stage = known.known_stage->name;
      return true;
    }
    known.stage = text_at<typename P::stage_from>(in);
    if (!known.stage) return true;
    for (const stage& candidate : P::stages)
      if (std::equal(candidate.name.begin(), candidate.name.end(), known.stage->begin(),
                     known.stage->end()))
        known.known_stage = &candidate;
    return known.known_stage != nullptr;
  }

  // Pointer of the first value that the stage demands and the payload lacks; empty when there is
  // none.
  static std::string_view missing_requirement(const payload& value, const facts& known) {
    if (known.known_stage == nullptr) return {};
    const auto stage_index = static_cast<std::size_t>(known.known_stage - P::stages.data());
    std::string_view missing;
    std::apply(
        [&](const auto&... each) {
          (void)((each.stage == stage_index && is_empty(body_value(each.path, &value)) &&
                  (missing = each.pointer, true)) ||
                 ...);
        },
        P::requirements);
    return missing;
  }

  // Of a payload that lacks nothing.
  static demand demand_met(const facts& known) {
    if (known.known_stage == nullptr) return demand::none;
    const auto stage_index = static_cast<std::size_t>(known.known_stage - P::stages.data());
    const bool requires_some = std::apply(
        [&](const auto&... each) { return ((each.stage == stage_index) || ...); }, P::requirements);
    return requires_some ? demand::met : demand::none;
  }

  // Pointers of what the stage expects one of, when the payload has none; else empty.
  static std::string_view missing_expectation(const payload& value, const facts& known) {
    if (known.known_stage == nullptr) return {};
    const auto stage_index = static_cast<std::size_t>(known.known_stage - P::stages.data());
    std::string_view missing;
    std::apply(
        [&](const auto&... each) {
          (void)((each.stage == stage_index && lacks_all(each, value) &&
                  (missing = each.pointers, true)) ||
                 ...);
        },
        P::expectations);
    return missing;
  }

  template <class... Paths>
  static bool lacks_all(const expect_any<Paths...>&, const payload& value) {
    return (is_empty(body_value(Paths{}, &value)) && ...);
  }

  template <class T>
  static bool is_empty(const T* value) {
    if (value == nullptr) return true;
    if constexpr (requires { value->empty(); })
      return value->empty();
    else
      return false;
  }

  CALLGATE_NOINLINE static std::string_view say_no_task(const request_values<payload>& in) {
    char* room = in.memory.template allocate_array<char>(limits::max_reason_bytes);
    if (room == nullptr) return "nothing in the request names a task";
    return no_task_reason(P::task_id_places, in.body, {room, limits::max_reason_bytes});
  }

  CALLGATE_NOINLINE static std::string_view say_required(std::string_view pointer,
                                                         const facts& known, arena& memory) {
    char* room = memory.allocate_array<char>(limits::max_reason_bytes);
    if (room == nullptr) return "a value that the stage requires is absent";
    const int n = std::snprintf(room, limits::max_reason_bytes, "%.*s: required in stage %.*s",
                                static_cast<int>(pointer.size()), pointer.data(),
                                static_cast<int>(known.stage->size()), known.stage->data());
    return {room, std::min(static_cast<std::size_t>(n), limits::max_reason_bytes - 1)};
  }
};

}  // namespace callgate
