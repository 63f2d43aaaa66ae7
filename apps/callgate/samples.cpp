// SPDX-License-Identifier: Apache-2.0
#include "samples.hpp"

#include "catalog.hpp"
#include "http_client.hpp"
#include "registration.hpp"
#include "signed_request.hpp"

#include <callgate/json/find.hpp>

#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

// Appends "name: got X, expected Y" when they differ.
void compare(std::string& difference, std::string_view name, std::string_view got,
             std::string_view expected) {
  if (got == expected) return;
  if (!difference.empty()) difference += "; ";
  difference += std::string(name) + ": got '" + std::string(got) + "', expected '" +
                std::string(expected) + "'";
}

class sampler {
 public:
  sampler(std::uint16_t port, sample_recorder& recorder)
      : base_("http://127.0.0.1:" + std::to_string(port)), recorder_(recorder) {}

  // False: the example's task could not be registered.
  bool prepare(const catalog_entry& provider, const callgate::example& example) {
    const std::string refused = register_example(client_, base_, "", provider.name, example);
    if (!refused.empty())
      std::printf("%-10s  %-34s  its task could not be registered: %s\n",
                  std::string(provider.name).c_str(), std::string(example.name).c_str(),
                  refused.c_str());
    return refused.empty();
  }

  // False: not as expected.
  bool send(const catalog_entry& provider, const callgate::example& example, std::size_t index) {
    const callgate::example_step& step = example.steps[index];
    const http_answer answer = send_signed(client_, base_, provider.auth, step);
    const sample_recorder::seen seen = recorder_.last();
    const std::string difference = differences(provider, step, answer, seen);
    std::string name(example.name);
    if (example.steps.size() > 1) name += "/" + std::to_string(index + 1);
    std::printf("%-10s  %-34s  %-10s  %3ld  %-17s  %-14s  %s\n", std::string(provider.name).c_str(),
                name.c_str(), seen.stage.empty() ? "-" : seen.stage.c_str(), answer.status,
                std::string(enum_name(seen.result)).c_str(), stored_id(seen).c_str(),
                difference.empty() ? "as expected" : difference.c_str());
    std::fflush(stdout);
    return difference.empty();
  }

 private:
  std::string differences(const catalog_entry& provider, const callgate::example_step& step,
                          const http_answer& answer, const sample_recorder::seen& seen) {
    const callgate::expectation& expected = step.expected;
    std::string out;
    compare(out, "outcome", enum_name(seen.result), enum_name(expected.result));
    compare(out, "HTTP status", std::to_string(answer.status), std::to_string(expected.status));
    if (expected.task_id) compare(out, "task id", seen.task_id, *expected.task_id);
    if (expected.record_id) compare(out, "record id", seen.record_id, *expected.record_id);
    if (expected.stage) compare(out, "stage", seen.stage, *expected.stage);
    if (expected.code_name) compare(out, "code name", seen.code_name, *expected.code_name);
    if (expected.error)
      compare(out, "error", seen.error.substr(0, expected.error->size()), *expected.error);
    if (expected.task_status)
      compare(out, "task status", task_status(provider, seen.task_id), *expected.task_status);
    const bool kept = placement_of(expected.result) != callgate::placement::nowhere;
    compare(out, "stored", seen.sequence != 0 ? "yes" : "no", kept ? "yes" : "no");
    return out;
  }

  // As the history API tells it.
  std::string task_status(const catalog_entry& provider, const std::string& task_id) {
    const http_answer answer = client_.send("GET",
                                            base_ + "/api/history/" + client_.escape(task_id) +
                                                "?provider=" + std::string(provider.name),
                                            {}, "");
    const auto found = callgate::json::find(answer.body, "/status");
    if (!found || found->text.size() < 2) return "unknown";
    return std::string(found->text.substr(1, found->text.size() - 2));
  }

  static std::string stored_id(const sample_recorder::seen& seen) {
    switch (placement_of(seen.result)) {
      case callgate::placement::event: return "event " + std::to_string(seen.sequence);
      case callgate::placement::quarantine: return "quarantine " + std::to_string(seen.sequence);
      case callgate::placement::nowhere: break;
    }
    return "-";
  }

  std::string base_;
  sample_recorder& recorder_;
  http_client client_;
};

}  // namespace

void make_sample_secrets() {
  for (const catalog_entry& provider : catalog())
    for (const callgate::auth::method& m : provider.auth.any_of) {
      if (m.kind == callgate::auth::primitive::none) continue;
      std::array<std::uint8_t, 24> bytes;
      std::array<char, 48> text;
      if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        std::abort();  // no entropy: nothing to serve
      setenv(std::string(m.secret_env).c_str(),
             std::string(callgate::encode_hex(bytes, text)).c_str(), 1);
    }
}

int send_samples(std::uint16_t port, sample_recorder& recorder) {
  sampler out(port, recorder);
  int sent = 0;
  int wrong = 0;
  for (const catalog_entry& provider : catalog())
    for (const callgate::example& example : provider.examples) {
      const bool prepared = out.prepare(provider, example);
      for (std::size_t i = 0; i < example.steps.size(); ++i) {
        ++sent;
        if (!out.send(provider, example, i) || !prepared) ++wrong;
      }
    }
  std::printf("%d callbacks, %d as expected\n", sent, sent - wrong);
  std::fflush(stdout);
  return wrong;
}
