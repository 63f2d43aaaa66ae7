// SPDX-License-Identifier: Apache-2.0
// Checks a request against a provider's scheme: raw bytes, constant time, before anything is
// parsed.
#pragma once

#include <callgate/auth/constant_time.hpp>
#include <callgate/auth/digest_openssl.hpp>
#include <callgate/auth/known_mac.hpp>
#include <callgate/auth/scheme.hpp>
#include <callgate/auth/verdict.hpp>
#include <callgate/core/encoding.hpp>
#include <callgate/core/startup_error.hpp>
#include <callgate/core/static_vector.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::auth {

// Where a credential is looked for in a request.
template <class R>
concept credential_lookup = requires(const R& request, std::string_view name) {
  { request.field(name) } -> std::same_as<std::optional<std::string_view>>;  // a header field
  {
    request.query(name)
    } -> std::same_as<std::optional<std::string_view>>;  // a query parameter, decoded
};

// Gives a method's secret by the name of its environment variable; empty optional: not configured.
// With previous(env), also the one before, which holds as long as that gives it.
template <class S>
concept secret_source = requires(S& secrets, std::string_view env) {
  { secrets(env) } -> std::same_as<std::optional<std::string>>;
};

// Threads: verify() may run on any number of threads. Cost: no allocation.
class verifier {
 public:
  static constexpr std::size_t max_methods = 8;
  static constexpr std::size_t max_secrets = 2 * max_methods;  // with those before

  // Errors: startup_error when the scheme demands a secret that is not configured.
  template <secret_source Secrets>
  verifier(const scheme& how, std::string_view provider, Secrets&& secrets) : how_(how) {
    if (how.any_of.size() > max_methods)
      throw startup_error("a scheme may list at most 8 methods: remove some from auth.any_of");
    for (const method& m : how.any_of) {
      if (m.kind == primitive::none) {
        open_ = true;
        continue;
      }
      const std::optional<std::string> secret = secrets(m.secret_env);
      if (!secret || secret->empty()) continue;
      add(m, *secret);
      if constexpr (requires { secrets.previous(m.secret_env); })
        if (const auto before = secrets.previous(m.secret_env)) add(m, *before);
    }
    if (!keys_.empty() || open_) return;
    if (how.on_missing_secret == missing_secret::refuse_start)
      throw startup_error(missing_text(provider));
    if (how.on_missing_secret == missing_secret::skip_warn) open_ = true, unprotected_ = true;
  }

  // True when the schema lets callbacks pass although no secret is configured: worth a warning at
  // start.
  [[nodiscard]] bool unprotected() const noexcept { return unprotected_; }

  // The key of the MAC that verify() will need first; nullptr: it will need none.
  // has_field(name): whether the request has such a header field.
  template <std::predicate<std::string_view> Fields>
  [[nodiscard]] const hmac_sha256* key_for(Fields has_field) const noexcept {
    for (const key& k : keys_)
      if (k.how.kind == primitive::hmac_sha256 && has_field(k.how.header)) return &k.mac;
    return nullptr;
  }

  // known: the body's MAC, if that has been computed.
  template <credential_lookup Request>
  [[nodiscard]] verdict verify(const Request& request, std::string_view body,
                               const known_mac& known = {}) const noexcept {
    bool seen = false;
    for (const key& k : keys_) {
      const std::optional<std::string_view> credential =
          k.how.query.empty() ? request.field(k.how.header) : request.query(k.how.query);
      if (!credential) continue;
      seen = true;
      if (holds(k, *credential, body, known)) return verdict::verified;
    }
    if (open_) return verdict::waived;
    return seen || keys_.empty() ? verdict::invalid : verdict::missing;
  }

 private:
  // A method with its key material. Of a token only the digest is kept.
  struct key {
    method how{};
    hmac_sha256 mac{""};
    sha256_digest token{};
  };

  void add(const method& m, std::string_view secret) {
    const key k{m, hmac_sha256(secret), sha256{}.update(secret).finish()};
    (void)keys_.push_back(k);  // at most max_methods, each with the one before
  }

  static bool holds(const key& k, std::string_view credential, std::string_view body,
                    const known_mac& known) noexcept {
    if (!credential.starts_with(k.how.prefix)) return false;
    credential.remove_prefix(k.how.prefix.size());
    if (k.how.kind == primitive::token)
      return constant_time_equal(sha256{}.update(credential).finish(), k.token);
    sha256_digest sent{};
    const std::optional<std::size_t> n = k.how.signature_encoding == encoding::hex
                                             ? decode_hex(credential, sent)
                                             : decode_base64(credential, sent);
    return n == sent.size() && constant_time_equal(sent, mac_of(k, body, known));
  }

  static sha256_digest mac_of(const key& k, std::string_view body,
                              const known_mac& known) noexcept {
    const std::optional<sha256_digest> found = known.of(k.mac, body);
    return found ? *found : k.mac.mac(body);
  }

  [[nodiscard]] std::string missing_text(std::string_view provider) const {
    std::string text = "provider '" + std::string(provider) + "' has no secret: set ";
    for (const method& m : how_.any_of) {
      if (&m != how_.any_of.data()) text += " or ";
      text += m.secret_env;
    }
    return text + " (or the same name with _FILE), or allow it with auth.on_missing_secret";
  }

  scheme how_;
  static_vector<key, max_secrets> keys_{};
  bool open_ = false;
  bool unprotected_ = false;
};

}  // namespace callgate::auth
