// SPDX-License-Identifier: Apache-2.0
// Errors as people read them.
#include <callgate/json/error.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace callgate::json {
namespace {

error at(errc code, std::size_t offset, std::initializer_list<const char*> from_inside_out) {
  error e{code, offset, {}};
  for (const char* token : from_inside_out) e.where.prepend(std::string_view{token});
  return e;
}

TEST(Error, NamesThePointerAndTheKeywordOfASchemaError) {
  std::array<char, 100> out;
  EXPECT_EQ(describe(at(errc::missing_member, 9, {"task_id", "data"}), out),
            "/data/task_id: required");
  EXPECT_EQ(describe(at(errc::wrong_type, 0, {}), out), "(root): type");
}

TEST(Error, NamesTheByteOfASyntaxError) {
  std::array<char, 100> out;
  EXPECT_EQ(describe(at(errc::bad_number, 17, {"a"}), out), "bad_number at byte 17");
  EXPECT_EQ(describe(at(errc::unexpected_end, 0, {}), out), "unexpected_end at byte 0");
}

TEST(Error, IsCutToTheRoomThereIs) {
  std::array<char, 30> out;
  const std::string_view whole = "/data/task_id: required";
  for (std::size_t n = 0; n <= whole.size(); ++n)
    EXPECT_EQ(describe(at(errc::missing_member, 9, {"task_id", "data"}), std::span{out}.first(n)),
              whole.substr(0, n));
}

}  // namespace
}  // namespace callgate::json
