// SPDX-License-Identifier: Apache-2.0
// Expressions that take a value from somewhere: the leaves.
#pragma once

#include <callgate/core/fixed_string.hpp>
#include <callgate/expression/scope.hpp>
#include <callgate/json/find.hpp>
#include <callgate/provider/body_value.hpp>
#include <callgate/provider/read_value.hpp>
#include <callgate/provider/source.hpp>
#include <callgate/provider/template_text.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::expression {

// --- constants

template <fixed_string Text>
struct text {
  static scalar read(const auto&) { return scalar_of(Text.view()); }
};

template <std::int64_t Value>
struct integer {
  static scalar read(const auto&) { return scalar_of(Value); }
};

// Bits: of the IEEE 754 double, since not every compiler takes doubles as template arguments.
template <std::uint64_t Bits>
struct number {
  static scalar read(const auto&) { return scalar_of(std::bit_cast<double>(Bits)); }
};

template <bool Value>
struct boolean {
  static scalar read(const auto&) { return scalar_of(Value); }
};

// {const: null}: a null that is there, which clears a column.
struct null {
  static scalar read(const auto&) { return {.kind = scalar::type::cleared}; }
};

// What is left out: always absent.
struct nothing {
  static scalar read(const auto&) { return {}; }
};

// --- the callback

// {root: /pointer}: a chain of member pointers from the payload.
template <auto... Steps>
struct body {
  static scalar read(const auto& s) {
    return detail::to_scalar(body_value(source::body<Steps...>{}, s.payload));
  }
};

// /pointer: the same from the item.
template <auto... Steps>
struct item {
  static scalar read(const auto& s) {
    return detail::to_scalar(body_value(source::body<Steps...>{}, s.item));
  }
};

// {json: /pointer}: the JSON text as it came, if the payload has the member too: what was dropped
// from it is absent here as well. Of spellings of one pointer the first that is there. Null, [] and
// {} count as absent. Member: a source::body from the payload.
template <class Member, fixed_string... Pointers>
struct json {
  static scalar read(const auto& s) {
    scalar found{};
    if (body_value(Member{}, s.payload) == nullptr) return found;
    (void)((found = at(s.in.raw, Pointers.view()), found.kind != scalar::type::null) || ...);
    return found;
  }

 private:
  static scalar at(std::string_view raw, std::string_view pointer) {
    const auto value = callgate::json::find(raw, pointer);
    if (!value || says_nothing(value->text)) return {};
    return scalar_of(value->text);
  }
  static bool says_nothing(std::string_view json_text) {
    if (json_text == "null") return true;
    if (json_text.front() != '[' && json_text.front() != '{') return false;
    const std::string_view inside = json_text.substr(1, json_text.size() - 2);
    return inside.find_first_not_of(" \t\r\n") == std::string_view::npos;
  }
};

// {meta: name}: what the pipeline knows of the callback, or of the registration.
template <slot What>
struct meta {
  static scalar read(const auto& s) {
    const record_input& in = s.in;
    const bool is_callback = in.payload != nullptr;
    switch (What) {
      case slot::provider: return scalar_of(in.provider);
      case slot::mount: return scalar_of(in.mount);
      case slot::task_id: return scalar_of(in.task_id);
      case slot::record_id: return scalar_of(in.record_id);
      case slot::code_name: return in.known_code ? scalar_of(in.known_code->name) : scalar{};
      case slot::stage: return scalar_of(in.stage);
      case slot::status:
        return is_callback && in.stage_index == no_stage ? scalar{}
                                                         : scalar_of(enum_name(in.status));
      case slot::code: return in.code ? scalar_of(*in.code) : scalar{};
      case slot::message: return scalar_of(in.message);
      case slot::outcome: return is_callback ? scalar_of(enum_name(in.result)) : scalar{};
      case slot::received_at: return is_callback ? scalar_of(in.received_at) : scalar{};
      case slot::sequence: return is_callback ? scalar_of(in.sequence) : scalar{};
      default: return {};
    }
  }
};

// {context: name}: what the application registered with the task.
template <std::size_t Index>
struct context {
  static scalar read(const auto& s) {
    return Index < s.in.context.size() ? s.in.context[Index] : scalar{};
  }
};

// {index: 0 or 1}: the item's position, counted from there.
template <std::int64_t From>
struct position {
  static scalar read(const auto& s) {
    return scalar_of(static_cast<std::int64_t>(s.in.item) + From);
  }
};

}  // namespace callgate::expression
