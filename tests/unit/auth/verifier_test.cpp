// SPDX-License-Identifier: Apache-2.0
// Which requests a scheme believes.
#include <callgate/auth/verifier.hpp>

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::auth {
namespace {

using texts = std::map<std::string, std::string, std::less<>>;

std::optional<std::string_view> find(const texts& in, std::string_view name) {
  const auto found = in.find(name);
  return found == in.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

// Where credentials stand; names as the scheme writes them.
struct request {
  texts fields{};
  texts parameters{};

  std::optional<std::string_view> field(std::string_view name) const { return find(fields, name); }
  std::optional<std::string_view> query(std::string_view name) const {
    return find(parameters, name);
  }
};
static_assert(credential_lookup<request>);

struct secrets {
  texts known{};

  std::optional<std::string> operator()(std::string_view env) const {
    const auto found = find(known, env);
    return found ? std::optional<std::string>(*found) : std::nullopt;
  }
};
static_assert(secret_source<secrets>);

constexpr method github{.kind = primitive::hmac_sha256,
                        .header = "X-Hub-Signature-256",
                        .prefix = "sha256=",
                        .secret_env = "GITHUB_SECRET"};
constexpr method suno{.kind = primitive::hmac_sha256,
                      .header = "X-Suno-Signature",
                      .prefix = "sha256=",
                      .secret_env = "SUNO_SECRET"};
constexpr method base64_mac{.kind = primitive::hmac_sha256,
                            .header = "X-Hmac",
                            .signature_encoding = encoding::base64,
                            .secret_env = "BASE64_SECRET"};
constexpr method bearer{.kind = primitive::token,
                        .header = "Authorization",
                        .prefix = "Bearer ",
                        .secret_env = "TOKEN"};
constexpr method by_query{.kind = primitive::token, .query = "token", .secret_env = "QUERY_TOKEN"};
constexpr method open{.kind = primitive::none};

const secrets everything{{{"GITHUB_SECRET", "It's a Secret to Everybody"},
                          {"SUNO_SECRET", "your-secret-here"},
                          {"BASE64_SECRET", "It's a Secret to Everybody"},
                          {"TOKEN", "s3cret"},
                          {"QUERY_TOKEN", "in the query"}}};

constexpr std::string_view body = "Hello, World!";
constexpr std::string_view signature =
    "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
// The same 32 bytes.
constexpr std::string_view signature64 = "dXEH6g6yUJ/CESIczphLijdXC211hsIsRvQ3nIsEPhc=";

verifier make(std::span<const method> methods, const secrets& known = everything,
              missing_secret policy = missing_secret::refuse_start) {
  return {scheme{.any_of = methods, .on_missing_secret = policy}, "acme", known};
}

verdict hub(std::string_view credential, std::string_view text = body) {
  static constexpr std::array methods{github};
  return make(methods).verify(request{{{"X-Hub-Signature-256", std::string(credential)}}}, text);
}

TEST(Verifier, BelievesTheProvidersOwnExamples) {
  EXPECT_EQ(hub("sha256=" + std::string(signature)), verdict::verified);
  constexpr std::array methods{suno};
  const request signed_one{
      {{"X-Suno-Signature",
        "sha256=840135df0cbd913eb45c261156471f880166eb2c662cac84bae470ef7c7b78b5"}}};
  EXPECT_EQ(make(methods).verify(signed_one, R"({"code":200})"), verdict::verified);
}

TEST(Verifier, BelievesNoOtherBody) {
  const std::string credential = "sha256=" + std::string(signature);
  for (const char* other : {"", "Hello, World", "Hello, World! ", "hello, World!"})
    EXPECT_EQ(hub(credential, other), verdict::invalid) << other;
}

TEST(Verifier, BelievesNoOtherSignature) {
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string changed(signature);
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(hub("sha256=" + changed), verdict::invalid) << i;
  }
}

TEST(Verifier, DemandsThePrefix) {
  EXPECT_EQ(hub(signature), verdict::invalid);
  EXPECT_EQ(hub("sha1=" + std::string(signature)), verdict::invalid);
  EXPECT_EQ(hub("SHA256=" + std::string(signature)), verdict::invalid);
  EXPECT_EQ(hub("sha256= " + std::string(signature)), verdict::invalid);
  EXPECT_EQ(hub("sha256=sha256=" + std::string(signature)), verdict::invalid);
}

TEST(Verifier, RefusesOtherLengthsAndGarbage) {
  const std::string whole(signature);
  for (const std::string& text :
       {std::string(), whole.substr(1), whole.substr(2), whole.substr(0, 62), whole + "0",
        whole + "00", whole + whole, std::string(64, 'g'), std::string(64, '0'),
        std::string(signature64)})
    EXPECT_EQ(hub("sha256=" + text), verdict::invalid) << text;
  EXPECT_EQ(hub(""), verdict::invalid);
}

TEST(Verifier, TakesHexadecimalDigitsOfEitherCase) {
  std::string upper(signature);
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  EXPECT_EQ(hub("sha256=" + upper), verdict::verified);
}

TEST(Verifier, ReadsSignaturesInBase64) {
  static constexpr std::array methods{base64_mac};
  const verifier v = make(methods);
  const auto verify = [&](std::string_view text) {
    return v.verify(request{{{"X-Hmac", std::string(text)}}}, body);
  };
  EXPECT_EQ(verify(signature64), verdict::verified);
  EXPECT_EQ(verify(signature64.substr(0, 43)), verdict::invalid) << "padding is demanded";
  EXPECT_EQ(verify("dXEH6g6yUJ/CESIczphLijdXC211hsIsRvQ3nIsEPhd="), verdict::invalid)
      << "one spelling only";
  EXPECT_EQ(verify("dXEH6g6yUJ_CESIczphLijdXC211hsIsRvQ3nIsEPhc="), verdict::invalid);
  EXPECT_EQ(verify(signature), verdict::invalid);
}

TEST(Verifier, TellsAMissingCredentialFromAWrongOne) {
  static constexpr std::array methods{github};
  const verifier v = make(methods);
  EXPECT_EQ(v.verify(request{}, body), verdict::missing);
  EXPECT_EQ(v.verify(request{{{"X-Other", "sha256=" + std::string(signature)}}}, body),
            verdict::missing);
  EXPECT_EQ(v.verify(request{{{"X-Hub-Signature-256", ""}}}, body), verdict::invalid);
}

TEST(Verifier, ComparesTokens) {
  static constexpr std::array methods{bearer};
  const verifier v = make(methods);
  const auto verify = [&](const char* text) {
    return v.verify(request{{{"Authorization", text}}}, body);
  };
  EXPECT_EQ(verify("Bearer s3cret"), verdict::verified);
  for (const char* wrong :
       {"Bearer s3cre", "Bearer s3crets", "Bearer S3cret", "Bearer ", "s3cret", "Basic s3cret", ""})
    EXPECT_EQ(verify(wrong), verdict::invalid) << wrong;
  EXPECT_EQ(v.verify(request{}, body), verdict::missing);
}

TEST(Verifier, FindsTokensInTheQuery) {
  static constexpr std::array methods{by_query};
  const verifier v = make(methods);
  EXPECT_EQ(v.verify(request{{}, {{"token", "in the query"}}}, body), verdict::verified);
  EXPECT_EQ(v.verify(request{{}, {{"token", "in the que"}}}, body), verdict::invalid);
  EXPECT_EQ(v.verify(request{{{"token", "in the query"}}, {}}, body), verdict::missing)
      << "a field is no parameter";
}

TEST(Verifier, NeedsOneOfSeveralMethods) {
  static constexpr std::array methods{github, bearer, by_query};
  const verifier v = make(methods);
  const std::string good = "sha256=" + std::string(signature);
  EXPECT_EQ(v.verify(request{{{"X-Hub-Signature-256", good}}}, body), verdict::verified);
  EXPECT_EQ(v.verify(request{{{"Authorization", "Bearer s3cret"}}}, body), verdict::verified);
  EXPECT_EQ(v.verify(request{{}, {{"token", "in the query"}}}, body), verdict::verified);
  EXPECT_EQ(
      v.verify(request{{{"X-Hub-Signature-256", "sha256=00"}, {"Authorization", "Bearer s3cret"}}},
               body),
      verdict::verified);
  EXPECT_EQ(v.verify(request{{{"X-Hub-Signature-256", "sha256=00"}}}, body), verdict::invalid);
  EXPECT_EQ(v.verify(request{}, body), verdict::missing);
}

TEST(Verifier, DoesNotMixUpTheSecretsOfItsMethods) {
  static constexpr std::array methods{bearer, by_query};
  const verifier v = make(methods);
  EXPECT_EQ(v.verify(request{{{"Authorization", "Bearer in the query"}}}, body), verdict::invalid);
  EXPECT_EQ(v.verify(request{{}, {{"token", "s3cret"}}}, body), verdict::invalid);
}

TEST(Verifier, WaivesProofWhereTheSchemeSaysNone) {
  static constexpr std::array methods{open};
  const verifier v = make(methods);
  EXPECT_EQ(v.verify(request{}, body), verdict::waived);
  EXPECT_FALSE(v.unprotected()) << "the schema gave a reason: nothing to warn of";
}

TEST(Verifier, SaysVerifiedEvenWhereNothingIsDemanded) {
  static constexpr std::array methods{open, bearer};
  const verifier v = make(methods);
  EXPECT_EQ(v.verify(request{{{"Authorization", "Bearer s3cret"}}}, body), verdict::verified);
  EXPECT_EQ(v.verify(request{}, body), verdict::waived);
}

std::string failure_text(std::span<const method> methods, const secrets& known) {
  try {
    (void)make(methods, known);
  } catch (const startup_error& error) {
    return error.what();
  }
  return "no startup_error";
}

TEST(Verifier, RefusesToStartWithoutASecret) {
  static constexpr std::array one{github};
  static constexpr std::array two{github, bearer};
  EXPECT_EQ(failure_text(one, {}),
            "provider 'acme' has no secret: set GITHUB_SECRET (or the same name with _FILE), or "
            "allow it with "
            "auth.on_missing_secret");
  EXPECT_EQ(failure_text(two, {}),
            "provider 'acme' has no secret: set GITHUB_SECRET or TOKEN (or the same name with "
            "_FILE), or allow it with "
            "auth.on_missing_secret");
  EXPECT_NE(failure_text(one, {{{"GITHUB_SECRET", ""}}}), "no startup_error")
      << "an empty secret is none";
}

TEST(Verifier, NeedsTheSecretOfOneMethodOnly) {
  static constexpr std::array methods{github, bearer};
  const verifier v = make(methods, {{{"TOKEN", "s3cret"}}});
  EXPECT_FALSE(v.unprotected());
  EXPECT_EQ(v.verify(request{{{"Authorization", "Bearer s3cret"}}}, body), verdict::verified);
  const std::string good = "sha256=" + std::string(signature);
  EXPECT_EQ(v.verify(request{{{"X-Hub-Signature-256", good}}}, body), verdict::missing)
      << "a method without a secret cannot be used, not even with an empty key";
}

TEST(Verifier, RejectsEverythingWithoutASecretIfToldSo) {
  static constexpr std::array methods{github};
  const verifier v = make(methods, {}, missing_secret::reject);
  EXPECT_FALSE(v.unprotected());
  EXPECT_EQ(v.verify(request{}, body), verdict::invalid);
  EXPECT_EQ(v.verify(request{{{"X-Hub-Signature-256", "sha256=" + std::string(signature)}}}, body),
            verdict::invalid);
}

TEST(Verifier, LetsEverythingPassWithoutASecretIfToldSoAndSaysIt) {
  static constexpr std::array methods{github};
  const verifier v = make(methods, {}, missing_secret::skip_warn);
  EXPECT_TRUE(v.unprotected());
  EXPECT_EQ(v.verify(request{}, body), verdict::waived);
}

TEST(Verifier, VerifiesOnceASecretIsThereWhateverHappensWithoutOne) {
  static constexpr std::array methods{github};
  for (const missing_secret policy : {missing_secret::reject, missing_secret::skip_warn}) {
    const verifier v = make(methods, everything, policy);
    EXPECT_FALSE(v.unprotected());
    EXPECT_EQ(v.verify(request{}, body), verdict::missing);
  }
}

TEST(Verifier, RefusesMoreMethodsThanItHasRoomFor) {
  const std::vector<method> full(verifier::max_methods, github);
  const std::vector<method> over(verifier::max_methods + 1, github);
  EXPECT_EQ(failure_text(full, everything), "no startup_error");
  EXPECT_EQ(failure_text(over, everything),
            "a scheme may list at most 8 methods: remove some from auth.any_of");
}

// --- the secret before

struct rotating {
  std::optional<std::string> now{};
  std::optional<std::string> before{};

  std::optional<std::string> operator()(std::string_view) const { return now; }
  std::optional<std::string> previous(std::string_view) const { return before; }
};

TEST(Verifier, BelievesTheSecretBeforeWhileThereIsOne) {
  const std::array<method, 1> methods{bearer};
  const scheme how{.any_of = methods};
  const request with_old{.fields = {{"Authorization", "Bearer old"}}};
  const request with_new{.fields = {{"Authorization", "Bearer new"}}};
  const verifier overlap(how, "acme", rotating{"new", "old"});
  EXPECT_EQ(overlap.verify(with_old, ""), verdict::verified);
  EXPECT_EQ(overlap.verify(with_new, ""), verdict::verified);
  const verifier after(how, "acme", rotating{"new", std::nullopt});
  EXPECT_EQ(after.verify(with_old, ""), verdict::invalid);
  EXPECT_EQ(after.verify(with_new, ""), verdict::verified);
}

TEST(Verifier, DemandsASecretBesideTheOneBefore) {
  const std::array<method, 1> methods{bearer};
  EXPECT_THROW(verifier({.any_of = methods}, "acme", rotating{std::nullopt, "old"}), startup_error);
}

TEST(Verifier, HasRoomForTheSecretBeforeOfEveryMethod) {
  std::array<method, verifier::max_methods> methods;
  methods.fill(bearer);
  methods.back().header = "X-Last";
  const verifier all({.any_of = methods}, "acme", rotating{"new", "old"});
  EXPECT_EQ(all.verify(request{.fields = {{"X-Last", "Bearer old"}}}, ""), verdict::verified);
}

// --- a MAC that was computed before

std::function<bool(std::string_view)> fields_of(const request& from) {
  return [&from](std::string_view name) { return from.field(name).has_value(); };
}

TEST(Verifier, NamesTheKeyOfTheMacThatItWillNeed) {
  constexpr std::array methods{github, suno, bearer};
  const verifier v = make(methods);
  const request by_hub{{{"X-Hub-Signature-256", "x"}}}, by_suno{{{"X-Suno-Signature", "x"}}},
      by_token{{{"Authorization", "Bearer s3cret"}}};
  EXPECT_NE(v.key_for(fields_of(by_hub)), nullptr);
  EXPECT_NE(v.key_for(fields_of(by_suno)), nullptr);
  EXPECT_NE(v.key_for(fields_of(by_hub)), v.key_for(fields_of(by_suno)));
  EXPECT_EQ(v.key_for(fields_of(by_token)), nullptr) << "a token needs no MAC";
  EXPECT_EQ(v.key_for(fields_of(request{})), nullptr);
}

TEST(Verifier, BelievesAKnownMacOfItsKeyAndThisBody) {
  constexpr std::array methods{github};
  const verifier v = make(methods);
  const request with{{{"X-Hub-Signature-256", "sha256=" + std::string(signature)}}};
  const hmac_sha256* const key = v.key_for(fields_of(with));
  ASSERT_NE(key, nullptr);
  const auto macs = hmac_sha256::mac_pair(*key, body, *key, "another body");
  EXPECT_EQ(v.verify(with, body, macs[0]), verdict::verified);
  EXPECT_EQ(v.verify(with, "Hello, World?", macs[0]), verdict::invalid);
  EXPECT_EQ(v.verify(with, body, macs[1]), verdict::verified) << "of another body: computed anew";
  EXPECT_EQ(v.verify(with, "another body", macs[0]), verdict::invalid);
}

// Bytes that change behind its back show that it computes no second one.
TEST(Verifier, ComputesNoMacThatIsKnown) {
  constexpr std::array methods{github};
  const verifier v = make(methods);
  const request with{{{"X-Hub-Signature-256", "sha256=" + std::string(signature)}}};
  const hmac_sha256* const key = v.key_for(fields_of(with));
  ASSERT_NE(key, nullptr);
  std::string text(body);
  const auto macs = hmac_sha256::mac_pair(*key, text, *key, "another body");
  text.front() = 'h';
  EXPECT_EQ(v.verify(with, text, macs[0]), verdict::verified);
  EXPECT_EQ(v.verify(with, text), verdict::invalid);
}

TEST(Verifier, DoesNotBelieveAKnownMacOfAnotherKey) {
  constexpr std::array methods{github};
  const verifier v = make(methods);
  const hmac_sha256 forger("forger");
  const auto macs = hmac_sha256::mac_pair(forger, body, forger, body);
  std::string text(64, '?');
  const std::string credential =
      "sha256=" + std::string(encode_hex(*macs[0].of(forger, body), text));
  const request with{{{"X-Hub-Signature-256", credential}}};
  EXPECT_EQ(v.verify(with, body, macs[0]), verdict::invalid);
}

}  // namespace
}  // namespace callgate::auth
