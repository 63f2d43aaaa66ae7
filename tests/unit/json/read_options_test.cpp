// SPDX-License-Identifier: Apache-2.0
// Every tolerance, on and off.
#include <callgate/json/read_options.hpp>
#include <callgate/json/parse.hpp>

#include "tests/support/exact_copy.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::json {
namespace {

using test::payload;

// Nothing if a payload with these members is taken. What `out` views lives until the next call.
template <read_options O>
std::optional<errc> refusal(std::string_view members, payload* out = nullptr) {
  static std::optional<test::exact_copy> text;
  static std::array<std::byte, 1 << 14> buffer;
  text.emplace(R"({"code":200,"task_id":"t",)" + std::string{members} + "}");
  arena memory{buffer};
  const auto got = parse<payload, O>(text->view(), memory);
  if (!got) return got.error().code;
  if (out != nullptr) *out = *got;
  return std::nullopt;
}

TEST(ReadOptions, NullsMayCountAsAbsent) {
  constexpr read_options on{.nulls_absent = true}, off{.nulls_absent = false};
  payload out;
  EXPECT_EQ(refusal<on>(R"("tracks":null,"i64":null,"tags":null,"deep":null)", &out), std::nullopt);
  EXPECT_FALSE(out.i64 || out.tags || out.deep);
  EXPECT_EQ(refusal<off>(R"("tracks":null,"i64":null)"), errc::wrong_type);
  EXPECT_EQ(refusal<off>(R"("tracks":null,"shade":null,"f64":null)"), std::nullopt);
}

TEST(ReadOptions, NullIsNoValueOfARequiredMemberNorOfAnItem) {
  constexpr read_options on{.nulls_absent = true};
  EXPECT_EQ(refusal<on>(R"("tracks":[{"id":null}])"), errc::wrong_type);
  EXPECT_EQ(refusal<on>(R"("tracks":null,"tags":[null])"), errc::wrong_type);
  EXPECT_EQ(refusal<on>(R"("tracks":null,"gaps":[null])"), std::nullopt);
}

TEST(ReadOptions, AnyValueMayBeNull) {
  payload out;
  EXPECT_EQ(refusal<read_options{}>(R"("tracks":null,"deep":{"id":"1","any":null})", &out),
            std::nullopt);
  EXPECT_FALSE(out.deep->any);
  EXPECT_EQ(refusal<read_options{.nulls_absent = false}>(
                R"("tracks":null,"deep":{"id":"1","any":null})", &out),
            std::nullopt);
  EXPECT_EQ(out.deep->any->text, "null");
}

TEST(ReadOptions, EmptyStringsMayCountAsAbsent) {
  constexpr read_options on{.empty_strings_absent = true}, off{.empty_strings_absent = false};
  payload out;
  EXPECT_EQ(refusal<on>(R"("tracks":[{"id":"1","url":""}],"i64":"","a/b~c":"")", &out),
            std::nullopt);
  EXPECT_FALSE(out.i64 || out.odd || (*out.tracks)[0].url);
  EXPECT_EQ(refusal<off>(R"("tracks":[{"id":"1","url":""}])"), errc::too_short);
  EXPECT_EQ(refusal<off>(R"("tracks":null,"a/b~c":"")", &out), std::nullopt);
  EXPECT_EQ(out.odd, "");
  EXPECT_EQ(refusal<on>(R"("tracks":[{"id":""}])"), errc::too_short);
  EXPECT_EQ(refusal<on>(R"("tracks":null,"tags":[""])"), errc::too_short);
  EXPECT_EQ(refusal<on>(R"("tracks":"")"), errc::wrong_type);
}

TEST(ReadOptions, UnknownMembersAreSkippedOrRefused) {
  constexpr read_options ignore{.unknown = unknown_members::ignore},
      reject{.unknown = unknown_members::reject};
  EXPECT_EQ(refusal<ignore>(R"("tracks":[{"id":"1","x":[]}],"y":{"code":"x"})"), std::nullopt);
  EXPECT_EQ(refusal<ignore>(R"("tracks":null,"y":{"code":01})"), errc::bad_number);
  EXPECT_EQ(refusal<reject>(R"("tracks":null,"y":1)"), errc::unknown_member);
  EXPECT_EQ(refusal<reject>(R"("tracks":[{"id":"1","x":[]}])"), errc::unknown_member);
}

TEST(ReadOptions, NumbersMayStandInStrings) {
  constexpr read_options on{.numbers_in_strings = true}, off{.numbers_in_strings = false};
  payload out;
  EXPECT_EQ(
      refusal<on>(R"("tracks":null,"i64":"-12","f64":"120.5","u64":"1\u0032","level":7)", &out),
      std::nullopt);
  EXPECT_EQ(out.i64, -12);
  EXPECT_EQ(out.f64, 120.5);
  EXPECT_EQ(out.u64, 12U);
  for (const std::string_view bad : {"", "x", " 1", "1 ", "0x1", "01", "NaN", "1,5", "null"})
    EXPECT_EQ(refusal<on>(R"("tracks":null,"i64":")" + std::string{bad} + '"'), errc::wrong_type)
        << bad;
  EXPECT_EQ(refusal<on>(R"("tracks":null,"u64":"1")"), errc::too_small);
  EXPECT_EQ(refusal<on>(R"("tracks":null,"deep":{"id":"1","flag":"1"})"), errc::wrong_type);
  EXPECT_EQ(refusal<off>(R"("tracks":null,"i64":"-12")"), errc::wrong_type);
}

TEST(ReadOptions, DefaultsAreTheDocumentedOnes) {
  constexpr read_options o;
  EXPECT_TRUE(o.nulls_absent);
  EXPECT_FALSE(o.empty_strings_absent || o.numbers_in_strings || o.drop_invalid_members);
  EXPECT_EQ(o.unknown, unknown_members::ignore);
  EXPECT_EQ(o.max_depth, limits::max_depth);
}

}  // namespace
}  // namespace callgate::json
