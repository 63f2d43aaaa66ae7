// SPDX-License-Identifier: Apache-2.0
// The member "code" of the history.
#include <callgate/server/code_json.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callgate {
namespace {

constexpr std::array<code_message, 2> messages{{{"en", "say \"hi\""}, {"ru", "Привет"}}};
constexpr code refunded{.value = 531,
                        .name = "server_error_refunded",
                        .severity = severity::error,
                        .retry = retry_advice::safe,
                        .refunded = true,
                        .meaning = "given\nback",
                        .messages = messages};
constexpr code plain{
    .value = 200, .name = "success", .severity = severity::success, .meaning = "Done"};

const code* look_up(std::string_view provider, std::int64_t value) {
  if (provider != "kie") return nullptr;
  return value == refunded.value ? &refunded : &plain;
}

std::string written(const code_lookup& codes, std::string_view provider,
                    std::optional<std::int64_t> value) {
  std::string text;
  json::string_writer out(text);
  out.begin_object();
  detail::write_code_row(out, codes, provider, value);
  out.end_object();
  return text;
}

TEST(CodeJson, SaysAllThatIsKnownOfACode) {
  EXPECT_EQ(written(look_up, "kie", 531),
            R"({"code":{"name":"server_error_refunded","severity":"error","retry":"safe",)"
            R"("refunded":true,"meaning":"given\nback",)"
            R"("message":{"en":"say \"hi\"","ru":"Привет"}}})");
}

TEST(CodeJson, HasTheSameMembersForACodeWithoutMessages) {
  EXPECT_EQ(written(look_up, "kie", 200),
            R"({"code":{"name":"success","severity":"success","retry":"never",)"
            R"("refunded":false,"meaning":"Done","message":{}}})");
}

TEST(CodeJson, SaysNothingWhereNothingIsKnown) {
  EXPECT_EQ(written(look_up, "kie", std::nullopt), "{}") << "the callback has no code";
  EXPECT_EQ(written(look_up, "tts_error", 531), "{}") << "the provider has no codes";
  EXPECT_EQ(written({}, "kie", 531), "{}") << "nobody to ask";
}

}  // namespace
}  // namespace callgate
