// SPDX-License-Identifier: Apache-2.0
// A reader touches nothing but its text and its arena, to the byte.
#include <callgate/core/arena_vector.hpp>
#include <callgate/schemas/tts_error.hpp>

#include "tests/support/differential.hpp"
#include "tests/support/guarded_pages.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace callgate::test {

// Objects within each other under a long name.
template <int Levels>
struct nest {
  std::optional<nest<Levels - 1>> inner{};
};
template <>
struct nest<0> {
  std::optional<std::int64_t> inner{};
};

// An array with room for more items than may be read behind a text.
struct many_texts {
  arena_vector<std::string_view, 100> items{};
};

}  // namespace callgate::test

template <int Levels>
struct callgate::reflect<callgate::test::nest<Levels>> {
  static constexpr std::string_view name = "nest";
  static constexpr std::tuple members{
      member{"a_name_of_29_bytes_and_a_half", &callgate::test::nest<Levels>::inner, rule{}}};
};

template <>
struct callgate::reflect<callgate::test::many_texts> {
  static constexpr std::string_view name = "many_texts";
  static constexpr std::tuple members{
      member{"items", &callgate::test::many_texts::items, rule{.required = true}}};
};

namespace callgate::test {
namespace {

using nested_5 = nest<5>;
using tts_payload = schemas::tts_error::error_callback;

// Texts and arenas that end where a forbidden page begins.
class PageEnd : public testing::Test {
 protected:
  static constexpr std::size_t most = 1 << 16;

  template <class T, json::read_options O = json::read_options{}>
  void compare(std::string_view text) {
    rooms arenas;
    const std::size_t bytes = json::arena_bytes_needed<T>(text.size());
    ASSERT_LE(bytes, most);
    for (std::size_t i = 0; i < arenas.size(); ++i) arenas[i] = arenas_[i].room_at_end(bytes);
    ASSERT_EQ((differences<T, O>(text_.at_end(text), arenas, seen)), "") << "at a page's end";
    ASSERT_EQ((differences<T, O>(text_.at_begin(text), arenas, seen)), "") << "at its begin";
  }

  // Of what may come again and again, as much as fits: it all stops in the midst of something.
  void compare_all_of_size(std::size_t size) {
    struct repeated {
      std::string_view begin, unit;
    };
    for (const repeated& each : std::initializer_list<repeated>{{"", " "},
                                                                {"", "["},
                                                                {"", "1"},
                                                                {"-", "0"},
                                                                {"", "[1,"},
                                                                {"", "{\"a\":"},
                                                                {"", "t"},
                                                                {"\"", "x"},
                                                                {"\"", "\\"},
                                                                {"\"", "\\u00e9"},
                                                                {"\"", "\\ud83c\\udfb5"},
                                                                {"\"", "\xc3\xa9"},
                                                                {"\"", "\xe2\x82\xac"},
                                                                {"\"", "\xf0\x9f\x8e\xb5"},
                                                                {"{\"story_id\":\"", "x"},
                                                                {"{\"story_id\":\"", "\\u00e9"},
                                                                {"{", "\n"},
                                                                {"{\"x\":\"", "x"},
                                                                {"{\"x\":[", "1,"},
                                                                {"{\"x\":[", "\"\","}}) {
      std::string text{each.begin};
      while (text.size() < size) text += each.unit;
      compare<tts_payload>(std::string_view{text}.substr(0, size));
    }
  }

  verdicts seen;
  guarded_pages text_{most};
  std::array<guarded_pages, json::instruction_sets.size()> arenas_{
      guarded_pages{most}, guarded_pages{most}, guarded_pages{most}, guarded_pages{most}};
};

// A callback of just that size: its rest is the text of one member, and of its escapes.
std::string callback_of(std::size_t size, std::string_view filling) {
  const std::string head = R"({"story_id":"s","error":")", tail = "\"}";
  std::string out = head;
  while (out.size() + filling.size() + tail.size() <= size) out += filling;
  while (out.size() + tail.size() < size) out += 'x';
  return out + tail;
}

TEST_F(PageEnd, IsNoHindranceToWholeCallbacks) {
  std::size_t whole = 0;
  for (std::size_t size = 27; size <= 260; ++size) {
    for (const std::string_view filling : {"x", "\\n", "\\u00e9", "\xc3\xa9", "xxxxxxx\\\""}) {
      compare<tts_payload>(callback_of(size, filling));
      ++whole;
    }
  }
  for (const std::size_t size : {1000U, 4095U, 4096U, 4097U, 8192U, 15000U}) {
    compare<tts_payload>(callback_of(size, "x"));
    compare<tts_payload>(callback_of(size, "\\u20ac\xe2\x82\xac"));
    whole += 2;
  }
  EXPECT_EQ(seen.accepted, 2 * whole);
}

TEST_F(PageEnd, IsNeverCrossedByTextsThatStopAnywhere) {
  for (std::size_t size = 0; size <= 200; ++size) compare_all_of_size(size);
  for (const std::size_t size : {255U, 256U, 257U, 1023U, 4096U, 4097U}) compare_all_of_size(size);
}

TEST_F(PageEnd, IsNeverCrossedByWhatStandsLast) {
  const std::string head = R"({"code":200,"task_id":"t","tracks":null)";
  for (std::size_t spaces = 0; spaces <= 70; ++spaces) {
    const std::string before = std::string(spaces, ' ') + head;
    for (const std::string_view last : {"}",
                                        "} ",
                                        ",\"i64\":1}",
                                        ",\"f64\":1.5e3}",
                                        ",\"shade\":\"red\"}",
                                        ",\"x\":1}",
                                        ",\"x\":\"\\n\"}",
                                        ",\"tags\":[\"a\",\"b\",\"c\"]}",
                                        ",\"i64\":1",
                                        ",\"f64\":1.5e",
                                        ",\"f64\":-",
                                        ",\"shade\":\"re",
                                        ",\"shade\":nul",
                                        ",\"x\":\"\\u00",
                                        ",\"x\":[{\"a\":tr",
                                        ",\"",
                                        ",",
                                        ",\"grid\":[[1,2,3",
                                        "} x",
                                        "}\xc3"}) {
      compare<payload>(before + std::string{last});
    }
  }
  for (const std::string_view text :
       {"1", "12345678", "true", "null", "\"\"", "\"abc\"", "[]", "{}"})
    compare<payload>(text);
  EXPECT_GT(seen.accepted, 1000U);
  EXPECT_GT(seen.refused, 1000U);
}

TEST_F(PageEnd, IsNeverCrossedByTheArena) {
  // Arrays that leave their inline room and strings that are decoded, as much as there may be.
  std::string text = R"({"code":200,"task_id":"\u0074","tracks":[)";
  for (const char id : {'1', '2', '3', '4', '5'})
    text += std::string{R"({"id":"\n)"} + id + R"(","url":"\u0061\u0062","marks":[1,2,3]},)";
  text.back() = ']';
  text += R"(,"tags":["\t","\u20ac","c","d"],"grid":[[1,2,3,4],[1,2,3,4],[1,2,3,4]])";
  text += R"(,"gaps":[1,null,3,4]})";
  for (std::size_t spaces = 0; spaces < 70; ++spaces)
    compare<payload>(std::string(spaces, ' ') + text);
  EXPECT_EQ(seen.accepted, 140U);
}

// Less than arena_bytes_needed() may be enough. If it is not, that is what is said.
TEST_F(PageEnd, IsNeverCrossedByAnArenaThatIsTooSmall) {
  const std::string text =
      R"({"code":200,"task_id":"\u0074","tracks":[{"id":"1"},{"id":"\n"},{"id":"3","url":"\t\t"}],)"
      R"("tags":["\"","b","\u20ac"],"paint":"\u0061\u0062\u0063"})";
  const std::size_t enough = json::arena_bytes_needed<payload>(text.size());
  const guarded_pages room{enough};
  for (const json::instruction_set set : sets_here()) {
    reading<payload> whole, part;
    const std::unique_ptr<std::byte[]> own{new std::byte[enough]};
    whole.read<json::read_options{}>(text, {own.get(), enough}, set);
    ASSERT_FALSE(whole.failed);
    std::size_t exhausted = 0;
    for (std::size_t size = 0; size <= enough; ++size) {
      part.read<json::read_options{}>(text, room.room_at_end(size), set);
      exhausted += part.failed.has_value();
      if (part.failed)
        ASSERT_EQ(enum_name(part.failed->code), "arena_exhausted") << size << json::name_of(set);
      else
        ASSERT_TRUE(same_value(part.value, whole.value)) << size << json::name_of(set);
    }
    EXPECT_GT(exhausted, 100U);
  }
}

// What stands behind a text may be the rest of it, or of another one: nothing of that is believed,
// and it is not followed to where nothing may be read.
TEST_F(PageEnd, IsNotReachedThroughWhatFollowsTheText) {
  const std::string numbers(300, '1');
  for (const std::string& whole :
       {R"({"story_id":"s","error":"e","metadata":{"language":1.)" + numbers,
        R"({"story_id":"s","error":"e","metadata":)" + std::string(300, '[') + "}",
        R"({"story_id":"s","error":"e","job_id":")" + numbers + "\\\"\"}" + std::string(200, ' '),
        R"({"story_id":"s","error":"e"})" + std::string(130, ' ')}) {
    const std::string_view placed = text_.at_end(whole);
    rooms arenas;
    for (std::size_t size = 0; size <= placed.size(); ++size) {
      for (std::size_t i = 0; i < arenas.size(); ++i)
        arenas[i] = arenas_[i].room_at_end(json::arena_bytes_needed<tts_payload>(size));
      ASSERT_EQ(
          (differences<tts_payload, json::read_options{}>(placed.substr(0, size), arenas, seen)),
          "")
          << size << " of " << whole;
    }
  }
}

TEST_F(PageEnd, IsNotReachedFromOneObjectIntoTheNext) {
  const std::string deep = R"({"a_name_of_29_bytes_and_a_half":{"a_name_of_29_bytes_and_a_half":)"
                           R"({"a_name_of_29_bytes_and_a_half":{"a_name_of_29_bytes_and_a_half":)"
                           R"({"a_name_of_29_bytes_and_a_half":{}}}}}})";
  const std::string_view placed = text_.at_end(deep.substr(0, 129));
  rooms arenas;
  for (std::size_t size = 0; size <= placed.size(); ++size) {
    for (std::size_t i = 0; i < arenas.size(); ++i)
      arenas[i] = arenas_[i].room_at_end(json::arena_bytes_needed<nested_5>(size));
    ASSERT_EQ((differences<nested_5, json::read_options{}>(placed.substr(0, size), arenas, seen)),
              "")
        << size;
  }
}

TEST_F(PageEnd, IsNotReachedFromOneItemIntoTheNext) {
  std::string whole = R"({"items":[")" + std::string(200, 'x') + "\"";
  while (whole.size() < 400) whole += ",\"\"";
  const std::string_view placed = text_.at_end(whole);
  rooms arenas;
  for (std::size_t size = 0; size <= placed.size(); ++size) {
    for (std::size_t i = 0; i < arenas.size(); ++i)
      arenas[i] = arenas_[i].room_at_end(json::arena_bytes_needed<many_texts>(size));
    ASSERT_EQ((differences<many_texts, json::read_options{}>(placed.substr(0, size), arenas, seen)),
              "")
        << size;
  }
}

TEST_F(PageEnd, IsNotLookedForWhereThereIsNoText) {
  const auto* const nowhere = reinterpret_cast<const char*>(std::uintptr_t{1});
  for (const std::string_view none : {std::string_view{}, std::string_view{nowhere, 0}}) {
    for (const json::instruction_set set : sets_here()) {
      reading<tts_payload> got;
      got.read<json::read_options{}>(none, arenas_[0].room_at_end(1000), set);
      ASSERT_TRUE(got.failed);
      EXPECT_EQ(enum_name(got.failed->code), "unexpected_end");
    }
  }
}

}  // namespace
}  // namespace callgate::test
