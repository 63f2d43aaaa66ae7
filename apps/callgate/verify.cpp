// SPDX-License-Identifier: Apache-2.0
#include "verify.hpp"

#include "signing.hpp"

#include <callgate/auth/verifier.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/startup_error.hpp>
#include <callgate/http/fields.hpp>
#include <callgate/http/request_parser.hpp>
#include <callgate/pipeline/refusal.hpp>
#include <callgate/pipeline/request_credentials.hpp>
#include <callgate/reflect/enum_names.hpp>

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using callgate::auth::method;
using callgate::auth::primitive;

// The head as it would have come over the network: the receiver's parser reads it.
class received_head {
 public:
  explicit received_head(const verify_options& how) {
    text_ = "POST /" + (how.query.empty() ? "" : "?" + how.query) + " HTTP/1.1\r\n";
    for (const std::string& field : how.fields) text_ += field + "\r\n";
    if (!has_host(how.fields)) text_ += "Host: localhost\r\n";
    text_ += "\r\n";
    const auto status = parser_.parse_head(text_);
    if (status != callgate::http::parse_status::complete || parser_.head_size() != text_.size())
      throw callgate::startup_error("the receiver refuses such a request" + reason(status) +
                                    ": check each --header 'Name: value' and --query");
  }
  received_head(const received_head&) = delete;
  received_head& operator=(const received_head&) = delete;

  [[nodiscard]] const callgate::http::request& request() const { return parser_.request(); }

 private:
  static bool has_host(const std::vector<std::string>& lines) {
    callgate::http::fields names;
    for (const std::string_view line : lines)
      if (!names.push_back({line.substr(0, line.find(':')), ""})) break;
    return names.find("Host").has_value();
  }

  [[nodiscard]] std::string reason(callgate::http::parse_status status) const {
    if (status != callgate::http::parse_status::error) return "";
    return " (" + std::string(callgate::enum_name(parser_.error())) + ")";
  }

  std::string text_;
  callgate::http::request_parser parser_;
};

// "X-Signature" or "?token".
std::string place_of(const method& m) {
  return m.query.empty() ? std::string(m.header) : "?" + std::string(m.query);
}

// Of a token only its size is told, of what came as well as of what should have come.
std::string described(const method& m, std::string_view value) {
  if (m.kind != primitive::token) return std::string(value);
  if (!value.starts_with(m.prefix))
    return std::to_string(value.size()) + " bytes without the prefix '" + std::string(m.prefix) +
           "'";
  value.remove_prefix(m.prefix.size());
  return std::string(m.prefix) + "(a token of " + std::to_string(value.size()) + " bytes)";
}

// What sign would have sent, without the field's name.
std::string expected_value(const method& m, std::string_view body, const named_secrets& secrets) {
  const callgate::auth::scheme only{.any_of = {&m, 1}};
  const credential proof = sign(only, body, secrets);
  return m.query.empty() ? proof.field.substr(m.header.size() + 2)
                         : proof.query.substr(m.query.size() + 1);
}

void compare(const method& m, const callgate::request_credentials& in, std::string_view body,
             const named_secrets& secrets) {
  if (m.kind == primitive::none) return;
  if (!secrets(m.secret_env))
    return void(std::printf("%s is not set\n", std::string(secrets.name_of(m)).c_str()));
  const auto received = m.query.empty() ? in.field(m.header) : in.query(m.query);
  std::printf("Expected  %s: %s\n", place_of(m).c_str(),
              described(m, expected_value(m, body, secrets)).c_str());
  std::printf("Received  %s: %s\n", place_of(m).c_str(),
              received ? described(m, *received).c_str() : "(nothing)");
}

// Not verified, and believed nevertheless.
void explain_waived(const catalog_entry& provider, const std::string& why) {
  std::printf("not verified: the receiver believes every callback of '%s', for %s\n",
              std::string(provider.name).c_str(), why.c_str());
}

}  // namespace

int verify(const verify_options& how) {
  const catalog_entry& provider = find_provider(how.callback.provider);
  const named_secrets secrets{how.callback.secret_env};
  const callgate::auth::verifier verifier(provider.auth, provider.name, secrets);
  const received_head head(how);
  const std::string body = read_body(how.callback, provider);
  std::vector<std::byte> room(callgate::limits::max_target_bytes * 2 * verifier.max_methods);
  callgate::arena memory(room);
  const callgate::request_credentials in{head.request(), memory};
  const callgate::auth::verdict found = verifier.verify(in, body);
  if (found == callgate::auth::verdict::verified) return std::printf("verified\n"), 0;
  const std::optional<callgate::refusal> refused = callgate::refusal_of(found);
  if (!refused) {
    explain_waived(provider, verifier.unprotected() ? unset_secrets(provider.auth, secrets)
                                                    : "its schema asks for no credential");
    return 1;
  }
  std::printf("%s: %s\n", std::string(callgate::enum_name(refused->result)).c_str(),
              std::string(refused->reason).c_str());
  for (const method& m : provider.auth.any_of) compare(m, in, body, secrets);
  return 1;
}
