// SPDX-License-Identifier: Apache-2.0
// One step of an example as a real request, signed as its provider would.
#pragma once

#include "http_client.hpp"
#include "signing.hpp"

#include <callgate/auth/environment_secrets.hpp>
#include <callgate/provider/example.hpp>

#include <string>
#include <vector>

// base: scheme and authority, such as http://127.0.0.1:8080. Secrets come from the environment, as
// the server's do. Errors: runtime_error when no answer came.
inline http_answer send_signed(http_client& client, const std::string& base,
                               const callgate::auth::scheme& scheme,
                               const callgate::example_step& step) {
  const credential proof = step.is_signed
                               ? sign(scheme, step.body, callgate::auth::environment_secrets{})
                               : credential{};
  std::vector<std::string> fields;
  bool typed = false;
  for (const callgate::answer_field& f : step.fields) {
    fields.push_back(std::string(f.name) + ": " + std::string(f.value));
    typed = typed || f.name == "Content-Type";
  }
  if (!typed) fields.emplace_back("Content-Type: application/json");
  if (!proof.field.empty()) fields.push_back(proof.field);
  std::string query(step.query);
  if (!query.empty() && !proof.query.empty()) query += '&';
  query += proof.query;
  const std::string url = base + std::string(step.path) + (query.empty() ? "" : "?" + query);
  return client.send(std::string(step.method), url, fields, step.body);
}
