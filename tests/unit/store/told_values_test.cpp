// SPDX-License-Identifier: Apache-2.0
// Room for what an answer tells.
#include <callgate/store/told_values.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <type_traits>

namespace callgate::store {
namespace {

TEST(ToldValues, AreNoneAtFirst) {
  const told_values told;
  EXPECT_TRUE(told.view().empty());
  static_assert(!std::is_copy_constructible_v<told_values>, "its texts point into itself");
}

TEST(ToldValues, KeepTheirTypesAndTheirOrder) {
  told_values told;
  told.add(scalar_of(std::string_view("text")));
  told.add(scalar{});
  told.add(scalar_of(7));
  told.add(scalar_of(1.5));
  told.add(scalar_of(true));
  const auto view = told.view();
  ASSERT_EQ(view.size(), 5U);
  EXPECT_EQ(view[0].text, "text");
  EXPECT_EQ(view[1].kind, scalar::type::null);
  EXPECT_EQ(view[2].integer, 7);
  EXPECT_EQ(view[3].number, 1.5);
  EXPECT_TRUE(view[4].kind == scalar::type::boolean && view[4].boolean);
}

TEST(ToldValues, AreCopiesThatOutliveWhatWasGiven) {
  told_values told;
  std::string text = "sdxl_image_fast";
  told.add(scalar_of(std::string_view(text)));
  text.assign(text.size(), '?');
  EXPECT_EQ(told.view()[0].text, "sdxl_image_fast");
}

TEST(ToldValues, MakeNullOfATextThatFindsNoRoom) {
  told_values told;
  const std::string most(limits::max_told_bytes - 2, 'a');
  for (const std::string& text : {most, std::string("three"), std::string("ab"), std::string("c")})
    told.add(scalar_of(std::string_view(text)));
  told.add(scalar_of(false));
  const auto view = told.view();
  ASSERT_EQ(view.size(), 5U);
  EXPECT_EQ(view[0].text, most);
  EXPECT_EQ(view[1].kind, scalar::type::null);
  EXPECT_EQ(view[2].text, "ab") << "to the last byte";
  EXPECT_EQ(view[3].kind, scalar::type::null);
  EXPECT_EQ(view[4].kind, scalar::type::boolean);
}

TEST(ToldValues, LeaveOutWhatIsTooMuch) {
  told_values told;
  for (std::size_t i = 0; i < limits::max_told_values + 3; ++i) told.add(scalar_of(i));
  ASSERT_EQ(told.view().size(), limits::max_told_values);
  EXPECT_EQ(told.view().back().integer, limits::max_told_values - 1);
}

TEST(ToldValues, HaveAllTheirRoomAgainOnceCleared) {
  told_values told;
  for (int i = 0; i < 2; ++i) {
    told.add(scalar_of(std::string_view(std::string(limits::max_told_bytes, 'x'))));
    EXPECT_EQ(told.view()[0].text.size(), limits::max_told_bytes);
    told.clear();
    EXPECT_TRUE(told.view().empty());
  }
}

}  // namespace
}  // namespace callgate::store
