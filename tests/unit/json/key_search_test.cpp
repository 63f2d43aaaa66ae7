// SPDX-License-Identifier: Apache-2.0
// Members by their names, wherever they stand, in any bytes, within bounds.
#include <callgate/json/key_search.hpp>

#include "tests/support/counted_heap.hpp"
#include "tests/support/exact_copy.hpp"
#include "tests/support/json_generator.hpp"
#include "tests/support/reference_search.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::json {
namespace {

constexpr std::array<std::string_view, 4> keys{"taskId", "task_id", "recordId", "record_id"};
constexpr key_search::options plain{keys, 10, true};

struct found {
  std::optional<std::string> id;
  std::size_t visited = 0;
};

// In an arena of just the size that is asked for; it must keep no more than it says.
found search(std::string_view text, const key_search::options& what = plain) {
  const test::exact_copy copy{text};
  const std::size_t bytes = key_search::bytes_needed(what.max_depth, text.size());
  const std::unique_ptr<std::byte[]> room{new std::byte[bytes]};
  arena memory{{room.get(), bytes}};
  key_search searching{what, memory};
  const std::size_t before = counted_heap::allocations;
  const auto id = searching.find(copy.view());
  EXPECT_EQ(counted_heap::allocations, before) << "the heap is not for this";
  EXPECT_LE(memory.used(), id ? key_search::bytes_kept : 0U);
  found out{std::nullopt, searching.visited_bytes()};
  if (id) out.id = std::string{*id};
  return out;
}

std::optional<std::string> id_in(std::string_view text, const key_search::options& what = plain) {
  return search(text, what).id;
}

// As a JSON string; every character as its escape if it must be, or if it shall be.
std::string in_quotes(std::string_view text, bool all_escaped = false) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || (all_escaped && code < 0x80)) {
      constexpr std::string_view digits = "0123456789abcdef";
      out += std::string{"\\u00"} + digits[code / 16] + digits[code % 16];
    } else {
      out += c == '"' || c == '\\' ? std::string{"\\"} + c : std::string{c};
    }
  }
  return out + "\"";
}

std::string nested(std::size_t depth, std::string inner) {
  for (std::size_t i = 0; i < depth; ++i)
    inner = i % 2 == 0 ? "[" + inner + "]" : R"({"x":)" + inner + "}";
  return inner;
}

// --- where

TEST(KeySearch, FindsAMemberWhereverItStands) {
  for (const char* text :
       {R"({"taskId":"a"})", R"( { "x" : 1 , "task_id" : "a" } )", R"([{"recordId":"a"}])",
        R"({"x":{"y":[0,[],{},{"record_id":"a"}]}})", R"([[[[{"x":null,"taskId":"a"}]]]])"})
    EXPECT_EQ(id_in(text), "a") << text;
}

TEST(KeySearch, FindsNothingWhereNothingIs) {
  for (const char* text : {"{}", "[]", "17", "null", "\"taskId\"", R"(["taskId","a"])",
                           R"({"taskID":"a"})", R"({"task":"taskId"})", R"({"":"a"})"})
    EXPECT_EQ(id_in(text), std::nullopt) << text;
}

TEST(KeySearch, TakesAnObjectsOwnMemberBeforeWhatLiesDeeper) {
  EXPECT_EQ(id_in(R"({"x":{"taskId":"deep"},"record_id":"own"})"), "own");
  EXPECT_EQ(id_in(R"({"x":{"y":{"taskId":"deep"},"taskId":"first"},"z":{"taskId":"second"}})"),
            "first");
  EXPECT_EQ(id_in(R"([{"x":{"taskId":"first"}},{"taskId":"second"}])"), "first");
}

TEST(KeySearch, TakesTheKeysInTheirOrder) {
  EXPECT_EQ(id_in(R"({"record_id":"d","recordId":"c","task_id":"b","taskId":"a"})"), "a");
  EXPECT_EQ(id_in(R"({"record_id":"d","recordId":"c","task_id":"b"})"), "b");
  EXPECT_EQ(id_in(R"({"record_id":"d","recordId":"c","task_id":""})"), "c");
  EXPECT_EQ(id_in(R"({"taskId":null,"taskId":"first","taskId":"second"})"), "first");
}

TEST(KeySearch, ComparesNamesByWhatTheyStandFor) {
  EXPECT_EQ(id_in(R"({"t\u0061sk\u0049d":"a"})"), "a");
  EXPECT_EQ(id_in(R"({"taskId\u0000":"a"})"), std::nullopt);
  EXPECT_EQ(id_in("{" + in_quotes(std::string(5000, 't'), true) + R"(:"a","taskId":"b"})"), "b");
}

// --- what

TEST(KeySearch, TakesTextAndIntegersOnly) {
  for (const char* value :
       {"null", "true", "false", "\"\"", "{}", "[]", "[\"a\"]", "1.5", "1e3", R"({"x":"a"})"})
    EXPECT_EQ(id_in(std::string{R"({"taskId":)"} + value + R"(,"recordId":"r"})"), "r") << value;
  EXPECT_EQ(id_in(R"({"taskId":12})"), "12");
  EXPECT_EQ(id_in(R"({"taskId":-7})"), "-7");
  EXPECT_EQ(id_in(R"({"taskId":-0})"), "0");
  EXPECT_EQ(id_in(R"({"taskId":"-0"})"), "-0");
  EXPECT_EQ(id_in(R"({"taskId":123456789012345678901234567890})"),
            "123456789012345678901234567890");
}

TEST(KeySearch, BoundsTheIdByWhatItStandsFor) {
  const std::string most(limits::max_task_id_bytes, 't');
  for (const bool escaped : {false, true}) {
    EXPECT_EQ(id_in(R"({"taskId":)" + in_quotes(most, escaped) + "}"), most);
    EXPECT_EQ(id_in(R"({"taskId":)" + in_quotes(most + "t", escaped) + R"(,"recordId":"r"})"), "r");
  }
  EXPECT_EQ(id_in(R"({"taskId":)" + std::string(most.size() + 1, '1') + "}"), std::nullopt);
}

TEST(KeySearch, DecodesIntoTheArena) {
  EXPECT_EQ(id_in(R"({"taskId":"a\u00e9\n\ud83c\udfb5\/"})"), "a\xc3\xa9\n\xf0\x9f\x8e\xb5/");
  const std::string text = R"({"taskId":"plain"})";
  arena none;
  const auto id = key_search{plain, none}.find(text);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->data(), text.data() + text.find("plain")) << "no copy";
}

// --- strings that hold JSON

TEST(KeySearch, LooksIntoStringsThatHoldJson) {
  const std::string object = R"({"taskId":"a"})";
  for (const std::string& inner : {object, " \n" + object + "\t", "[1," + object + "]"})
    for (const bool escaped : {false, true})
      EXPECT_EQ(id_in(R"({"x":{"y":)" + in_quotes(inner, escaped) + "}}"), "a") << inner;
  EXPECT_EQ(id_in(in_quotes(object)), "a") << "the whole text";
  EXPECT_EQ(id_in(in_quotes(in_quotes(object))), "a") << "twice";
  EXPECT_EQ(id_in(R"({"x":)" + in_quotes(R"([{"y":)" + in_quotes(object) + "}]") + "}"), "a");
  EXPECT_EQ(id_in(R"({"x":"{\"taskId\":\"\\u0061\\\"\"}"})"), "a\"");
  EXPECT_EQ(id_in(R"({"x":"{\"taskId\":7}"})"), "7");
}

TEST(KeySearch, LooksIntoStringsLast) {
  const std::string object = R"({"taskId":"string"})";
  EXPECT_EQ(id_in(R"({"x":)" + in_quotes(object) + R"(,"y":[{"record_id":"text"}]})"), "text");
  EXPECT_EQ(id_in("[" + in_quotes(R"({"x":1})") + "," + in_quotes("{\"taskId\":") + "," +
                  in_quotes(object) + "]"),
            "string")
      << "what is no JSON, or names nothing, is passed over";
  EXPECT_EQ(id_in(R"({"taskId":)" + in_quotes(object) + "}"), object) << "it counts as it stands";
}

TEST(KeySearch, LooksIntoNoStringThatIsNotJsonAsAWhole) {
  const std::string object = R"({"taskId":"a"})";
  for (const std::string& inner : {object + "x", "x" + object, object + object,
                                   "\xef\xbb\xbf" + object, object.substr(0, object.size() - 1)})
    EXPECT_EQ(id_in("[" + in_quotes(inner) + "]"), std::nullopt) << inner;
}

TEST(KeySearch, LooksIntoNoStringsWhenItShallNot) {
  const key_search::options texts_only{keys, 10, false};
  EXPECT_EQ(id_in("[" + in_quotes(R"({"taskId":"a"})") + "]", texts_only), std::nullopt);
  EXPECT_EQ(id_in(R"([{"taskId":"a"}])", texts_only), "a");
}

// --- bounds

TEST(KeySearch, CountsObjectsArraysAndStringsAsLevels) {
  const std::string object = R"({"taskId":"a"})";
  for (const std::size_t depth : {1U, 2U, 3U, 10U, 32U}) {
    const key_search::options what{keys, depth, true};
    EXPECT_EQ(id_in(nested(depth - 1, object), what), "a") << depth;
    EXPECT_EQ(id_in(nested(depth, object), what), std::nullopt) << depth;
    if (depth < 3) continue;
    EXPECT_EQ(id_in(nested(depth - 2, in_quotes(object)), what), "a") << depth;
    EXPECT_EQ(id_in(nested(depth - 1, in_quotes(object)), what), std::nullopt) << depth;
    const auto twice = [&](std::size_t more) {
      return in_quotes("[" + in_quotes(nested(more, object)) + "]");
    };
    EXPECT_EQ(id_in(twice(depth - 3), what), std::nullopt) << depth;
    if (depth > 3) {
      EXPECT_EQ(id_in(twice(depth - 4), what), "a") << depth;
    }
  }
  const key_search::options endless{keys, 1000, true};
  EXPECT_EQ(id_in(nested(limits::max_search_depth - 1, object), endless), "a");
  EXPECT_EQ(id_in(nested(limits::max_search_depth, object), endless), std::nullopt);
}

TEST(KeySearch, GoesOverWhatIsDeeperWithoutALook) {
  const std::string deep = nested(500, R"({"taskId":"deep"})");
  EXPECT_EQ(id_in(R"({"x":)" + deep + R"(,"recordId":"r"})"), "r");
  const std::string too_deep(max_nesting + 1, '[');
  EXPECT_EQ(id_in(R"({"x":)" + too_deep + std::string(max_nesting + 1, ']') + R"(,"taskId":"a"})"),
            std::nullopt);
}

TEST(KeySearch, TakesAStringThatIsNestedTooDeepForNoJson) {
  const auto text = [](std::size_t depth) {
    return "[" + in_quotes(R"({"x":)" + nested(depth - 1, "0") + R"(,"taskId":"a"})") + "]";
  };
  EXPECT_EQ(id_in(text(limits::max_depth)), "a");
  EXPECT_EQ(id_in(text(limits::max_depth + 1)), std::nullopt);
}

TEST(KeySearch, ReadsSoMuchOfStringsAndNoMore) {
  const auto filled = [](std::size_t size) {
    return in_quotes(R"(["x",")" + std::string(size, 'x') + R"("])");
  };
  const std::string id = in_quotes(R"({"taskId":"a"})");
  constexpr std::size_t most = limits::max_embedded_bytes;
  EXPECT_EQ(id_in("[" + filled(most) + "," + id + "]"), "a")
      << "one that is too long is passed over";
  EXPECT_EQ(id_in("[" + filled(most / 2) + "," + filled(most / 3) + "," + id + "]"), "a");
  EXPECT_EQ(id_in("[" + filled(most - 20) + "," + id + "]"), std::nullopt) << "nothing is left";
}

// At most: two passes and a look at how strings begin, of the text and of what strings hold, and
// once the decoding of those, of names and of ids.
constexpr std::size_t passes = 6;

TEST(KeySearch, VisitsEveryByteABoundedNumberOfTimes) {
  constexpr std::size_t mebibyte = 1 << 20;
  const auto repeated = [](std::string_view piece, std::string_view head, std::string_view tail) {
    std::string out{head};
    while (out.size() + piece.size() + tail.size() < mebibyte) out += piece;
    return out + std::string{tail};
  };
  std::string wrapped = R"(["x"])";
  for (int i = 0; i < 14; ++i) wrapped = "[" + in_quotes(wrapped) + "]";
  std::vector<std::string> texts{std::string(mebibyte, '['),
                                 std::string(100'000, '[') + std::string(100'000, ']'),
                                 repeated("{\"a\":", "", ""),
                                 repeated("{\"taskId\":", "", ""),
                                 repeated(R"("[\"a\"]",)", "[", "0]"),
                                 repeated(R"("\"",)", "[", "0]"),
                                 repeated(R"("{\"taskId\":1.5,)", "[", "0]"),
                                 repeated(R"({\"taskId\":[\"a\"]},)", "\"[", "1]\""),
                                 repeated("\\n", "[\"", "[\"]"),
                                 repeated("\\u0020", "[\"", "{\"]"),
                                 repeated("\\\"", "\"", "\""),
                                 repeated("\\\\\\\"", "[\"[\\\"", "\\\"]\"]"),
                                 repeated(R"("\u0074askId":[],)", "{", "\"x\":0}"),
                                 repeated(R"("taskId":"\u0074",)", R"({"x":1.5,)", R"("x":0)"),
                                 repeated(wrapped + ",", "[", "0]"),
                                 repeated("\xff", "[\"", "\"]"),
                                 repeated("0", "", "")};
  for (const std::string& text : texts) {
    const found got = search(text, {keys, 32, true});
    EXPECT_EQ(got.id, std::nullopt) << text.substr(0, 40);
    EXPECT_LE(got.visited, passes * (text.size() + limits::max_embedded_bytes))
        << text.substr(0, 40);
    const found half = search(std::string_view{text}.substr(0, text.size() / 2), {keys, 32, true});
    EXPECT_LE(half.visited, passes * text.size()) << text.substr(0, 40);
  }
}

TEST(KeySearch, SurvivesAnArenaOfAnySize) {
  const std::string text = "[" + in_quotes("[" + in_quotes(R"({"taskId":"a\u0062c"})") + "]") + "]";
  std::array<std::byte, 256> room;
  std::size_t times_found = 0;
  for (std::size_t n = 0; n <= room.size(); ++n) {
    arena memory{std::span{room}.first(n)};
    const auto id = key_search{plain, memory}.find(text);
    if (id) {
      EXPECT_EQ(*id, "abc");
    }
    times_found += id ? 1U : 0U;
  }
  EXPECT_GT(times_found, 100U);
  EXPECT_LT(times_found, room.size());
}

TEST(KeySearch, SearchesAgain) {
  std::array<std::byte, 1024> room;
  arena memory{room};
  key_search searching{plain, memory};
  EXPECT_EQ(searching.find(R"({"taskId":"a"})"), "a");
  EXPECT_EQ(searching.find("{}"), std::nullopt) << "the id of before";
  const auto first = searching.find(R"(["{\"taskId\":\"b\"}"])");
  const auto second = searching.find(R"(["{\"taskId\":\"c\"}"])");
  EXPECT_EQ(first, "b");
  EXPECT_EQ(second, "c");
  const std::string half =
      in_quotes(R"(["\"",")" + std::string(limits::max_embedded_bytes / 2, 'x'));
  const std::unique_ptr<std::byte[]> more{new std::byte[limits::max_embedded_bytes]};
  memory.reset({more.get(), limits::max_embedded_bytes});
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(searching.find("[" + half + R"(,"{\"taskId\":\"d\"}"])"), "d") << "all room anew";
}

// --- compared with the reference

class texts : public test::json_generator {
 public:
  using json_generator::json_generator;

  std::string document() {
    const auto inner = [this] { return any(2 + below(5)); };
    return space() + (one_in(4) ? inner() : list('[', ']', inner)) + space();
  }

  std::string any(std::size_t depth) {
    switch (below(depth == 0 ? 3 : 7)) {
      case 0: return of({"null", "true", "1.5", "12", "-0", "{}", "[]", "\"\"", "\"{\\\"\""});
      case 1: return in_quotes("id" + std::to_string(below(1000)), one_in(3));
      case 2: return in_quotes(std::string(one_in(9) ? 250 + below(12) : below(4), 'l'), one_in(3));
      case 3: return in_quotes(space() + any(depth - 1) + (one_in(8) ? "," : ""), one_in(5));
      case 4: return list('[', ']', [&] { return any(depth - 1); });
      default: return list('{', '}', [&] { return name() + space() + ":" + any(depth - 1); });
    }
  }

 private:
  std::string of(std::initializer_list<const char*> all) { return all.begin()[below(all.size())]; }
  std::string name() {
    const std::string plain_name =
        of({"x", "y", "z", "", "taskid", "data", "taskId", "task_id", "recordId", "record_id"});
    return in_quotes(one_in(3) ? "x" : plain_name, one_in(6));
  }
  template <class Make>
  std::string list(char open, char close, Make make) {
    std::string out{open};
    const std::size_t n = one_in(6) ? 0 : 1 + below(4);
    for (std::size_t i = 0; i < n; ++i) out += (i != 0 ? "," : "") + space() + make() + space();
    return out + close;
  }
};

struct tally {
  std::size_t hits = 0;
  std::size_t misses = 0;
};

void compare(std::string_view text, std::size_t depth, bool embedded, tally& seen) {
  const test::reference_search reference{{keys.begin(), keys.end()}, depth, embedded};
  const auto want = reference.find(text, max_nesting);
  ASSERT_EQ(id_in(text, {keys, depth, embedded}), want) << depth << embedded << " " << text;
  ++(want ? seen.hits : seen.misses);
}

TEST(KeySearch, FindsWhatTheReferenceFinds) {
  texts generator{7};
  tally whole, damaged, strings;
  for (int i = 0; i < 6000 && !::testing::Test::HasFatalFailure(); ++i) {
    const std::string text = generator.document();
    tally without;
    compare(text, 1 + generator.below(7), true, whole);
    compare(text, 10, true, whole);
    compare(text, 10, false, without);
    if (without.misses != 0) compare(text, 10, true, strings);
    for (int n = 0; n < 3; ++n) compare(generator.damage(text), 10, true, damaged);
  }
  // The comparison says little unless all outcomes are frequent.
  EXPECT_GT(whole.hits, 2000U);
  EXPECT_GT(whole.misses, 2000U);
  EXPECT_GT(strings.hits, 200U);
  EXPECT_GT(damaged.hits, 300U);
  EXPECT_GT(damaged.misses, 3000U);
}

}  // namespace
}  // namespace callgate::json
