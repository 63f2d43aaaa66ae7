// SPDX-License-Identifier: Apache-2.0
// What a source finds in a request and its payload.
#include <callgate/pipeline/values.hpp>

#include <callgate/schemas/suno.hpp>
#include <tests/support/sample_payload.hpp>
#include <tests/support/sample_request.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace callgate {
namespace {

using testing::branch;
using testing::leaf;
using testing::sample_payload;
using testing::sample_request;

using text_source = source::body<&sample_payload::tree, &branch::inner, &leaf::text>;
using maybe_text = source::body<&sample_payload::tree, &branch::inner, &leaf::maybe_text>;
using integer_source = source::body<&sample_payload::integer>;
using number_source = source::body<&sample_payload::number>;
using boolean_source = source::body<&sample_payload::boolean>;
using header_source = source::header<"X-Task-Id">;
using query_source = source::query<"task">;

class Values : public ::testing::Test {
 protected:
  template <class Source>
  std::optional<std::string> text(const http::request& request) {
    const auto found =
        text_at<Source>(request_values<sample_payload>{&payload, body, request, memory});
    return found ? std::optional<std::string>(*found) : std::nullopt;
  }
  template <class Source>
  std::optional<std::int64_t> integer(const http::request& request) {
    return integer_at<Source>(request_values<sample_payload>{&payload, body, request, memory});
  }

  sample_payload payload{};
  std::string body = "{}";
  std::array<std::byte, 512> room{};
  arena memory{room};
  sample_request plain{};
};

TEST_F(Values, ComeFromThePayload) {
  EXPECT_EQ(text<text_source>(plain), std::nullopt) << "empty text counts as absent";
  payload.tree.inner.text = "t1";
  EXPECT_EQ(text<text_source>(plain), "t1");
  EXPECT_EQ(text<maybe_text>(plain), std::nullopt);
}

TEST_F(Values, ComeFromHeaderFieldsOfAnyCase) {
  EXPECT_EQ(text<header_source>(plain), std::nullopt);
  EXPECT_EQ(text<header_source>(sample_request("/", "x-tASK-id:  t2 \r\n")), "t2");
  EXPECT_EQ(text<header_source>(sample_request("/", "X-Task-Id:\r\n")), std::nullopt);
  EXPECT_EQ(text<header_source>(sample_request("/", "X-Task-Id: a\r\nX-Task-Id: b\r\n")), "a");
}

TEST_F(Values, ComeFromTheQueryDecoded) {
  EXPECT_EQ(text<query_source>(plain), std::nullopt);
  EXPECT_EQ(text<query_source>(sample_request("/?task=t3")), "t3");
  EXPECT_EQ(text<query_source>(sample_request("/?x=1&task=a%2Fb+c&task=z")), "a/b c");
  EXPECT_EQ(text<query_source>(sample_request("/?Task=t3")), std::nullopt) << "case matters here";
  EXPECT_EQ(text<query_source>(sample_request("/?task=")), std::nullopt);
}

TEST_F(Values, TellWhichSourceHadThem) {
  using any = source::first_of<maybe_text, query_source, header_source, integer_source>;
  const auto place = [&](const http::request& request) {
    std::size_t found = 99;
    EXPECT_TRUE(
        text_at<any>(request_values<sample_payload>{&payload, body, request, memory}, found));
    return found;
  };
  EXPECT_EQ(place(sample_request("/?task=t3", "X-Task-Id: h\r\n")), 1U);
  EXPECT_EQ(place(sample_request("/", "X-Task-Id: h\r\n")), 2U);
  EXPECT_EQ(place(plain), 3U);
  payload.tree.inner.maybe_text = "m";
  EXPECT_EQ(place(sample_request("/?task=t3")), 0U);
  std::size_t only = 99;
  EXPECT_TRUE(
      text_at<maybe_text>(request_values<sample_payload>{&payload, body, plain, memory}, only));
  EXPECT_EQ(only, 0U);
}

TEST_F(Values, AreTheFirstThatIsThere) {
  using any = source::first_of<maybe_text, query_source, header_source, text_source>;
  EXPECT_EQ(text<any>(plain), std::nullopt);
  payload.tree.inner.text = "last";
  EXPECT_EQ(text<any>(plain), "last");
  EXPECT_EQ(text<any>(sample_request("/", "X-Task-Id: third\r\n")), "third");
  EXPECT_EQ(text<any>(sample_request("/?task=second", "X-Task-Id: third\r\n")), "second");
  payload.tree.inner.maybe_text = "first";
  EXPECT_EQ(text<any>(sample_request("/?task=second", "X-Task-Id: third\r\n")), "first");
  payload.tree.inner.maybe_text = "";
  EXPECT_EQ(text<any>(sample_request("/?task=second")), "second");
}

TEST_F(Values, AreSearchedForInTheBody) {
  using search = source::search<3, true, "task", "record">;
  EXPECT_EQ(text<search>(plain), std::nullopt);
  body = R"([{"record":"r","x":[{"task":"t"}]}])";
  EXPECT_EQ(text<search>(plain), "r");
  EXPECT_EQ((text<source::search<3, true, "task">>(plain)), std::nullopt) << "one level too deep";
  EXPECT_EQ((text<source::search<4, true, "task">>(plain)), "t");
  body = R"({"x":"{\"task\":17}"})";
  EXPECT_EQ(text<search>(plain), "17");
  EXPECT_EQ((text<source::search<3, false, "task">>(plain)), std::nullopt);
  body = "no JSON \xff";
  EXPECT_EQ(text<search>(plain), std::nullopt);
}

TEST_F(Values, AreSearchedForOnlyWhereNothingElseIs) {
  using any = source::first_of<text_source, source::search<3, true, "task">, header_source>;
  const sample_request with_header("/", "X-Task-Id: third\r\n");
  EXPECT_EQ(text<any>(with_header), "third");
  body = R"({"x":{"task":"second"}})";
  EXPECT_EQ(text<any>(with_header), "second");
  payload.tree.inner.text = "first";
  EXPECT_EQ(text<any>(with_header), "first");
}

TEST_F(Values, OfNoneAreAbsent) {
  EXPECT_EQ(text<source::none>(sample_request("/?task=x", "X-Task-Id: y\r\n")), std::nullopt);
  EXPECT_EQ(integer<source::none>(plain), std::nullopt);
}

TEST_F(Values, SpellIntegersOut) {
  payload.integer = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(text<integer_source>(plain), "-9223372036854775808");
  payload.integer = 0;
  EXPECT_EQ(text<integer_source>(plain), "0");
}

TEST_F(Values, AreNoTextWhereTheyAreNumbersOrBooleans) {
  payload.number = 1.5;
  EXPECT_EQ(text<number_source>(plain), std::nullopt);
  EXPECT_EQ(text<boolean_source>(plain), std::nullopt);
  EXPECT_EQ(integer<number_source>(plain), std::nullopt);
  EXPECT_EQ(integer<boolean_source>(plain), std::nullopt);
}

TEST_F(Values, TakeDigitsForAnInteger) {
  payload.integer = 200;
  EXPECT_EQ(integer<integer_source>(plain), 200);
  const auto of = [&](std::string_view digits) {
    return payload.tree.inner.text = digits, integer<text_source>(plain);
  };
  EXPECT_EQ(of("451"), 451);
  EXPECT_EQ(of("-7"), -7);
  for (const char* none : {"", "4x", " 4", "4 ", "+4", "4.0", "0x4", "9223372036854775808"})
    EXPECT_EQ(of(none), std::nullopt) << none;
}

// Two of the task's id, one of the delivery's, and credentials in the query, if any.
struct reads_queries : schemas::suno::provider {
  using task_id = source::first_of<maybe_text, source::query<"a">, source::query<"b">>;
  using delivery_id = query_source;
};

TEST(ValueBytes, CountEveryParameterThatIsRead) {
  using suno = schemas::suno::provider;
  EXPECT_EQ(value_bytes_needed<reads_queries>(9, 1'000) - value_bytes_needed<suno>(9, 1'000),
            3'000U - 1'000U * source::query_reads<suno::delivery_id> -
                1'000U * source::query_reads<suno::task_id>);
  EXPECT_GE(value_bytes_needed<suno>(0, 0), 6 * 20U) << "integers as text";
}

// Of two searches one runs at a time; both keep what they find.
struct searches : schemas::suno::provider {
  using task_id = source::first_of<maybe_text, source::search<4, true, "a">>;
  using record_id = source::search<2, true, "b">;
};
struct searches_texts_only : schemas::suno::provider {
  using task_id = source::search<4, false, "a">;
};

TEST(ValueBytes, CountWhatSearchesTake) {
  using suno = schemas::suno::provider;
  const auto more = []<class P>(P, std::size_t body) {
    return value_bytes_needed<P>(body, 0) - value_bytes_needed<suno>(body, 0);
  };
  constexpr std::size_t ids = 2 * limits::max_task_id_bytes;
  EXPECT_EQ(more(searches{}, 1'000), ids + 4 * 1'000U);
  EXPECT_EQ(more(searches{}, limits::max_body_bytes), ids + limits::max_embedded_bytes);
  EXPECT_GE(more(searches_texts_only{}, 0), limits::max_task_id_bytes);
}

TEST_F(Values, AreAbsentWhenTheArenaIsUsedUp) {
  ASSERT_NE(memory.allocate(room.size(), 1), nullptr);
  payload.integer = 5;
  EXPECT_EQ(text<integer_source>(plain), std::nullopt);
  EXPECT_EQ(text<query_source>(sample_request("/?task=t")), std::nullopt);
  EXPECT_EQ(integer<integer_source>(plain), 5) << "an integer needs no room";
}

}  // namespace
}  // namespace callgate
