// SPDX-License-Identifier: Apache-2.0
#include "sign.hpp"

#include "signing.hpp"

#include <callgate/core/startup_error.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using callgate::auth::method;
using callgate::auth::primitive;

// The first method whose secret is there, as send takes it. nullptr: the scheme asks for nothing.
const method* choose_method(const catalog_entry& provider, const named_secrets& secrets) {
  for (const method& m : provider.auth.any_of)
    if (m.kind != primitive::none && secrets(m.secret_env)) return &m;
  for (const method& m : provider.auth.any_of)
    if (m.kind == primitive::none) return nullptr;
  throw callgate::startup_error(unset_secrets(provider.auth, secrets) +
                                ": set it (or the same name with _FILE), or name another variable "
                                "with --secret-env");
}

// A token is its secret, which is not printed: this stands for it until the text is shown.
constexpr char secret_mark = '\x01';

credential make_credential(const method& m, std::string_view body, const named_secrets& secrets) {
  const callgate::auth::scheme only{.any_of = {&m, 1}};
  if (m.kind != primitive::token) return sign(only, body, secrets);
  return sign(only, body,
              [](std::string_view) { return std::optional(std::string(1, secret_mark)); });
}

// How a shell reads the secret.
std::string shell_text(const std::string& env) {
  const char* value = std::getenv(env.c_str());
  return value != nullptr && *value != '\0' ? "$" + env : "$(head -n 1 \"$" + env + "_FILE\")";
}

std::string replaced(std::string_view text, char what, const std::string& by) {
  std::string out;
  for (const char c : text) out += c == what ? by : std::string(1, c);
  return out;
}

std::vector<std::string> header_fields(const callgate::route& route, const credential& proof) {
  std::vector<std::string> out;
  if (!route.content_types.empty() && route.content_types[0] != "*/*")
    out.push_back("Content-Type: " + std::string(route.content_types[0]));
  if (!proof.field.empty()) out.push_back(proof.field);
  return out;
}

void print_fields(const std::vector<std::string>& fields, const credential& proof,
                  const std::string& secret) {
  for (const std::string& f : fields) std::printf("%s\n", replaced(f, secret_mark, secret).c_str());
  if (!proof.query.empty())
    std::printf("?%s\n", replaced(proof.query, secret_mark, secret).c_str());
}

// One word for a shell; the secret in double quotes between the single ones.
std::string word(std::string_view text, const std::string& secret) {
  return "'" + replaced(replaced(text, '\'', "'\\''"), secret_mark, "'\"" + secret + "\"'") + "'";
}

void print_curl(const sign_options& how, const callgate::route& route,
                const std::vector<std::string>& fields, const credential& proof,
                const std::string& secret) {
  std::string line = "curl -sS -X " + std::string(route.method);
  for (const std::string& f : fields) line += " -H " + word(f, secret);
  line += " --data-binary " + word("@" + how.callback.file, secret);
  std::string url = how.url + std::string(route.path);
  if (!proof.query.empty()) url += "?" + proof.query;
  std::printf("%s %s\n", line.c_str(), word(url, secret).c_str());
}

}  // namespace

int sign(const sign_options& how) {
  const catalog_entry& provider = find_provider(how.callback.provider);
  const named_secrets secrets{how.callback.secret_env};
  const method* const chosen = choose_method(provider, secrets);
  const std::string body = read_body(how.callback, provider);
  const credential proof =
      chosen == nullptr ? credential{} : make_credential(*chosen, body, secrets);
  const std::string secret =
      chosen == nullptr ? std::string() : shell_text(std::string(secrets.name_of(*chosen)));
  const callgate::route& route = provider.routes[0];
  const std::vector<std::string> fields = header_fields(route, proof);
  if (how.curl)
    print_curl(how, route, fields, proof, secret);
  else
    print_fields(fields, proof, secret);
  return 0;
}
