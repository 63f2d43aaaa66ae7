// SPDX-License-Identifier: Apache-2.0
// Registers the task of an example, as an application does before its callbacks come.
#pragma once

#include "http_client.hpp"

#include <callgate/json/string_writer.hpp>
#include <callgate/provider/example.hpp>

#include <string>
#include <string_view>
#include <vector>

inline void write_value(callgate::json::string_writer& out, const callgate::scalar& value) {
  using type = callgate::scalar::type;
  switch (value.kind) {
    case type::text: return out.string(value.text);
    case type::integer: return out.integer(value.integer);
    case type::number: return out.number(value.number);
    case type::boolean: return out.boolean(value.boolean);
    case type::cleared:
    case type::null: return out.null();
  }
}

// The body of POST /api/tasks.
inline std::string registration_of(std::string_view provider, const callgate::example& example) {
  std::string text;
  callgate::json::string_writer out(text);
  out.begin_object();
  out.key("provider");
  out.string(provider);
  out.key("task_id");
  out.string(example.steps.front().expected.task_id.value_or(""));
  out.key("context");
  out.begin_object();
  for (const callgate::example_value& one : example.context) {
    out.key(one.field);
    write_value(out, one.value);
  }
  out.end_object();
  out.end_object();
  return text;
}

// Empty when the example's callbacks can go: its task is registered, or need not be. Else what the
// receiver said. api_token: empty for an open API. Errors: runtime_error when no answer came.
inline std::string register_example(http_client& client, const std::string& base,
                                    const std::string& api_token, std::string_view provider,
                                    const callgate::example& example) {
  if (!example.is_registered) return {};
  std::vector<std::string> fields{"Content-Type: application/json"};
  if (!api_token.empty()) fields.push_back("Authorization: Bearer " + api_token);
  const http_answer answer =
      client.send("POST", base + "/api/tasks", fields, registration_of(provider, example));
  const bool done = answer.status == 200 || answer.status == 201;
  return done ? "" : std::to_string(answer.status) + " " + answer.body;
}
