// SPDX-License-Identifier: Apache-2.0
// What an operator reads of a callback that names no task.
#include <callgate/pipeline/no_task_reason.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace callgate {
namespace {

constexpr std::string_view looked =
    "nothing in the request names a task: looked at /id, query task; ";

std::string reason(std::string_view body, std::size_t room = 512) {
  static constexpr std::array<std::string_view, 2> places{"/id", "query task"};
  std::string out(room, '#');
  return std::string{no_task_reason(places, body, {out.data(), out.size()})};
}

std::string about(std::string_view body) {
  return reason(body).substr(looked.size());
}

TEST(NoTaskReason, SaysWhereItLookedAndWhatTheBodyHas) {
  EXPECT_EQ(reason(R"({"a":1,"b":{"id":"secret"}})"), std::string{looked} + "the body has a, b");
}

TEST(NoTaskReason, NamesNoValueAndNothingDeeper) {
  const std::string all = reason(R"({"password":"hidden","b":[{"inner":"deep"}]})");
  EXPECT_EQ(all.find("hidden"), all.npos);
  EXPECT_EQ(all.find("inner"), all.npos);
}

TEST(NoTaskReason, SaysWhatIsNoObjectAndWhatIsEmpty) {
  for (const std::string_view body : {"[]", "17", "\"x\"", "null"})
    EXPECT_EQ(about(body), "the body is no object") << body;
  EXPECT_EQ(about(" { } "), "the body is empty");
}

TEST(NoTaskReason, IsBoundedByNamesTheirLengthAndTheRoom) {
  std::string body = "{";
  for (int i = 0; i < 100; ++i) body += (i != 0 ? ",\"m" : "\"m") + std::to_string(i) + "\":0";
  EXPECT_EQ(about(body + "}"),
            "the body has m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, ...");
  EXPECT_EQ(about("{\"" + std::string(1000, 'x') + "\":0}"),
            "the body has " + std::string(24, 'x') + "...");
  for (std::size_t room = 0; room < 120; ++room)
    EXPECT_EQ(reason(body + "}", room), reason(body + "}").substr(0, room));
}

TEST(NoTaskReason, CutsNoCharacterInTwo) {
  const std::string two_bytes = "\xd0\x96";
  std::string name = "x";
  for (int i = 0; i < 20; ++i) name += two_bytes;
  EXPECT_EQ(about("{\"" + name + "\":0}"), "the body has " + name.substr(0, 23) + "...");
}

}  // namespace
}  // namespace callgate
