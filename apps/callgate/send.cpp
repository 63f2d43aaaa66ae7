// SPDX-License-Identifier: Apache-2.0
#include "send.hpp"

#include "catalog.hpp"
#include "http_client.hpp"
#include "registration.hpp"
#include "signed_request.hpp"

#include <callgate/core/startup_error.hpp>

#include <algorithm>
#include <cstdio>
#include <string>

namespace {

const callgate::example& find_example(const catalog_entry& provider, const std::string& name) {
  std::string known;
  for (const callgate::example& example : provider.examples) {
    if (example.name == name) return example;
    known += (known.empty() ? "" : ", ") + std::string(example.name);
  }
  throw callgate::startup_error("'" + std::string(provider.name) + "' has no example '" + name +
                                "': choose one of " + known);
}

int list(const catalog_entry& provider) {
  for (const callgate::example& example : provider.examples)
    std::printf("%-34s  %s\n", std::string(example.name).c_str(),
                std::string(example.description).c_str());
  return 0;
}

}  // namespace

int send(const send_options& how) {
  const catalog_entry& provider = find_provider(how.provider);
  if (how.example.empty()) return list(provider);
  const callgate::example& example = find_example(provider, how.example);
  http_client client;
  const std::string refused =
      register_example(client, how.url, how.api_token, provider.name, example);
  if (!refused.empty())
    std::fprintf(stderr, "callgate: POST /api/tasks for '%s' was answered %s\n",
                 std::string(example.name).c_str(), refused.c_str());
  bool as_expected = refused.empty();
  for (const callgate::example_step& step : example.steps) {
    const http_answer answer = send_signed(client, how.url, provider.auth, step);
    std::printf("%ld %s\n", answer.status, answer.body.c_str());
    as_expected = as_expected && answer.status == step.expected.status;
  }
  return as_expected ? 0 : 1;
}
