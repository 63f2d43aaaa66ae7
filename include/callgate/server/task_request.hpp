// SPDX-License-Identifier: Apache-2.0
// The body of POST /api/tasks: read and checked against the provider's context.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/json/members.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/provider/read_value.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/reflect/reflect.hpp>
#include <callgate/server/context_rule.hpp>
#include <callgate/store/task_registration.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace callgate {

struct task_request {
  std::string_view provider{};  // or the mount's name
  std::string_view task_id{};
  std::optional<std::int64_t> attempt{};
  std::optional<json::raw_value> context{};
};

template <>
struct reflect<task_request> {
  static constexpr std::string_view name = "Task";
  static constexpr auto members = std::tuple{
      member{"provider", &task_request::provider, rule{.required = true, .min_length = 1}},
      member{"task_id", &task_request::task_id,
             rule{.required = true, .min_length = 1, .max_length = limits::max_task_id_bytes}},
      member{"attempt", &task_request::attempt,
             rule{.minimum = {.set = true, .i = 1},
                  .maximum = {.set = true, .i = limits::max_attempts}}},
      member{"context", &task_request::context, rule{}},
  };
};

namespace detail {

// One value of a context, read by the same reader as payloads.
template <class T>
struct context_holder {
  T value{};
};

}  // namespace detail

template <class T>
struct reflect<detail::context_holder<T>> {
  static constexpr std::string_view name = "Value";
  static constexpr auto members =
      std::tuple{member{"value", &detail::context_holder<T>::value, rule{.required = true}}};
};

namespace detail {

class context_reader {
 public:
  context_reader(std::span<const context_field> fields, arena& memory)
      : fields_(fields), memory_(memory) {}

  void read(std::string_view name, json::raw_value value) {
    if (!error.empty()) return;
    const context_field* field = find_context_field(fields_, name);
    if (field == nullptr)
      return void(error = "/context/" + std::string{name} + ": " + no_such_context(fields_));
    values.push_back({field->name, scalar{}});
    if (value.text == "null") return;
    const std::string problem = read_value(*field, value, values.back().value);
    if (!problem.empty()) error = "/context/" + std::string{name} + ": " + problem;
  }

  std::vector<store::context_value> values{};
  std::string error{};

 private:
  std::string read_value(const context_field& field, json::raw_value value, scalar& out) {
    switch (field.type) {
      case column_type::integer: return take<std::int64_t>(value, out, "must be an integer");
      case column_type::real: return take<double>(value, out, "must be a number");
      case column_type::boolean: return take<bool>(value, out, "must be true or false");
      default: break;
    }
    const std::string problem = take<std::string_view>(value, out, "must be a string");
    return problem.empty() ? context_text_problem(field, out.text) : problem;
  }

  template <class T>
  std::string take(json::raw_value value, scalar& out, const char* demand) {
    const std::string object = "{\"value\":" + std::string{value.text} + "}";
    char* const kept = memory_.allocate_array<char>(object.size());
    if (kept == nullptr) return "too large";
    context_holder<T> holder;
    json::drops dropped;
    const std::string_view text{kept, object.copy(kept, object.size())};
    if (json::parse_into<context_holder<T>>(text, memory_, holder, dropped)) return demand;
    out = to_scalar(&holder.value);
    return {};
  }

  std::span<const context_field> fields_;
  arena& memory_;
};

}  // namespace detail

// Lifetime: names are the fields', texts are memory's.
[[nodiscard]] inline result<std::vector<store::context_value>, std::string> read_task_context(
    json::raw_value context, std::span<const context_field> fields, arena& memory) {
  detail::context_reader reader(fields, memory);
  const bool is_object = json::for_each_member(
      context, [&](std::string_view name, json::raw_value value) { reader.read(name, value); });
  if (!is_object) return failure{std::string{"/context: must be an object"}};
  if (!reader.error.empty()) return failure{reader.error};
  return std::move(reader.values);
}

}  // namespace callgate
