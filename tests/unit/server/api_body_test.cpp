// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/api_body.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace callgate {
namespace {

struct sample {
  std::string_view name{};
  std::optional<std::int32_t> count{};
};

}  // namespace

template <>
struct reflect<sample> {
  static constexpr std::string_view name = "Sample";
  static constexpr auto members =
      std::tuple{member{"name", &sample::name, rule{.required = true, .max_length = 8}},
                 member{"count", &sample::count, rule{}}};
};

namespace {

TEST(ApiBody, BecomesAStruct) {
  std::vector<std::byte> room;
  const auto got = read_api_body<sample>(R"({"name":"a\n","count":2})", room);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->name, "a\n");
  EXPECT_EQ(got->count, 2);
}

TEST(ApiBody, IsRefusedWithThePlaceAndTheReason) {
  std::vector<std::byte> room;
  const auto refusal = [&](std::string_view text) {
    const auto got = read_api_body<sample>(text, room);
    return got ? "none" : got.error().body;
  };
  EXPECT_EQ(refusal("{}"), R"({"error":"bad_body","message":"/name: required"})");
  EXPECT_EQ(refusal(R"({"name":"a","more":1})"),
            R"({"error":"bad_body","message":"/more: unknown_members"})");
  EXPECT_EQ(refusal(R"({"name":)"), R"({"error":"bad_body","message":"unexpected_end at byte 8"})");
  EXPECT_EQ(read_api_body<sample>("", room).error().status, 400);
}

}  // namespace
}  // namespace callgate
