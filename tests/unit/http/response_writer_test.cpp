// SPDX-License-Identifier: Apache-2.0
// Tests of written responses, byte for byte.
#include <callgate/http/response_writer.hpp>

#include <callgate/http/request_parser.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace http = callgate::http;

namespace {

constexpr http::response_context kept{true, false, false};
constexpr http::response_context kept_head{true, true, false};
constexpr http::response_context kept_1_0{true, false, true};
constexpr http::response_context closing{};

std::string simple(std::uint16_t status, http::response_context context, std::string_view body) {
  std::array<char, 512> memory;
  http::response_writer w{memory};
  w.start(status, context);
  w.body(body);
  return std::string{w.text()};
}

// Name and value of the field that must be left out.
void expect_refused(std::string_view name, std::string_view value) {
  std::array<char, 512> memory;
  http::response_writer w{memory};
  w.start(200, kept);
  w.field(name, value);
  w.body("");
  EXPECT_EQ(w.refused_fields(), 1u) << name;
  EXPECT_EQ(w.text(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") << name;
}

}  // namespace

TEST(HttpResponseWriter, WritesFieldsInTheOrderOfTheCalls) {
  std::array<char, 512> memory;
  http::response_writer w{memory};
  w.start(200, kept);
  w.date(http::format_imf_fixdate(784'111'777));
  w.content_type("application/json");
  w.field("X-A", "b\tc");
  w.body("{\"ok\":true}");
  EXPECT_EQ(w.text(),
            "HTTP/1.1 200 OK\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: application/json\r\n"
            "X-A: b\tc\r\n"
            "Content-Length: 11\r\n"
            "\r\n"
            "{\"ok\":true}");
  EXPECT_FALSE(w.overflowed());
  EXPECT_EQ(w.refused_fields(), 0u);
}

TEST(HttpResponseWriter, SaysWhatBecomesOfTheConnection) {
  EXPECT_EQ(simple(200, kept, ""), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(simple(200, kept_1_0, ""),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(simple(400, closing, ""),
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(HttpResponseWriter, GivesHeadTheSameHeadWithoutTheBytes) {
  EXPECT_EQ(simple(200, kept, "abc"), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(simple(200, kept_head, "abc"), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
}

TEST(HttpResponseWriter, DropsTheBodyOfAStatusThatHasNone) {
  EXPECT_EQ(simple(204, kept, "abc"), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(simple(304, kept, "abc"), "HTTP/1.1 304 Not Modified\r\n\r\n");
  EXPECT_EQ(simple(205, kept, "abc"), "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpResponseWriter, AnnouncesABodyThatTheCallerSends) {
  std::array<char, 512> memory;
  http::response_writer w{memory};
  w.start(200, kept);
  EXPECT_TRUE(w.body_follows(70'000));
  EXPECT_EQ(w.text(), "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n");
  w.start(200, kept_head);
  EXPECT_FALSE(w.body_follows(70'000));
  EXPECT_EQ(w.text(), "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n");
}

TEST(HttpResponseWriter, AnnouncesNoBodyWhereThereIsNone) {
  std::array<char, 512> memory;
  http::response_writer w{memory};
  w.start(204, kept);
  EXPECT_FALSE(w.body_follows(3));
  EXPECT_EQ(w.text(), "HTTP/1.1 204 No Content\r\n\r\n");
  w.start(304, kept);
  EXPECT_FALSE(w.body_follows(3));
  EXPECT_EQ(w.text(), "HTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST(HttpResponseWriter, WritesAnUnknownStatusWithoutAPhrase) {
  EXPECT_EQ(simple(299, kept, ""), "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpResponseWriter, SendsAMistakenStatusAs500) {
  const std::string expected = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(simple(0, kept, ""), expected);
  EXPECT_EQ(simple(100, kept, ""), expected);
  EXPECT_EQ(simple(1000, kept, ""), expected);
}

TEST(HttpResponseWriter, ClosesAfterAStream) {
  std::array<char, 512> memory;
  http::response_writer w{memory};
  w.start(200, kept_1_0);
  w.content_type("text/event-stream");
  w.stream();
  EXPECT_EQ(w.text(),
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
}

TEST(HttpResponseWriter, CopiesConstantFieldsAsTheyAre) {
  std::array<char, 512> memory;
  http::response_writer w{memory};
  w.start(200, kept);
  w.fields("X-A: b\r\nX-C: d e\r\n");
  w.field("X-F", "g");
  w.body("");
  EXPECT_EQ(w.text(),
            "HTTP/1.1 200 OK\r\nX-A: b\r\nX-C: d e\r\nX-F: g\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(w.refused_fields(), 0u);
}

TEST(HttpResponseWriter, WritesEveryStatusOfThreeDigits) {
  for (const std::uint16_t status : std::array<std::uint16_t, 5>{200, 404, 507, 299, 999})
    EXPECT_EQ(simple(status, kept, "").substr(0, 13), "HTTP/1.1 " + std::to_string(status) + " ");
}

TEST(HttpResponseWriter, NeverSplitsTheResponse) {
  expect_refused("X", "a\r\nSet-Cookie: b");
  expect_refused("X", "a\nb");
  expect_refused("X", "a\rb");
  expect_refused("X", std::string_view{"a\0b", 3});
  expect_refused("X\r\nY", "b");
  expect_refused("X: y\r\nZ", "b");
}

TEST(HttpResponseWriter, RefusesNamesThatAreNoTokens) {
  expect_refused("", "b");
  expect_refused("X Y", "b");
  expect_refused("X:", "b");
}

TEST(HttpResponseWriter, KeepsTheFramingToItself) {
  expect_refused("Content-Length", "5");
  expect_refused("content-LENGTH", "5");
  expect_refused("Transfer-Encoding", "chunked");
  expect_refused("Connection", "keep-alive");
}

TEST(HttpResponseWriter, NeverOverrunsWhateverTheRoom) {
  const std::string whole = simple(503, closing, "body");
  for (std::size_t room = 0; room <= whole.size(); ++room) {
    std::vector<char> memory(room);
    http::response_writer w{memory};
    w.start(503, closing);
    w.body("body");
    EXPECT_EQ(w.overflowed(), room < whole.size()) << room;
    EXPECT_EQ(w.text(), room < whole.size() ? "" : whole) << room;
  }
}

TEST(HttpResponseWriter, WritesNothingAfterItOverflowed) {
  std::array<char, 128> memory{};  // of which 30 are its
  http::response_writer w{std::span(memory).first(30)};
  w.start(200, kept);
  w.field("Long", "0123456789012345678901234567890");
  w.field("X", "y");
  w.body("");
  EXPECT_TRUE(w.overflowed());
  EXPECT_EQ(memory[17], '\0');  // not even the beginning of what did not fit
  EXPECT_EQ(std::string_view(memory.data(), memory.size()).find("X: y"), std::string_view::npos);
}

TEST(HttpResponseWriter, HasNoTextBeforeTheHeadEnds) {
  std::array<char, 64> memory;
  http::response_writer w{memory};
  EXPECT_EQ(w.text(), "");
  w.start(200, kept);
  EXPECT_EQ(w.text(), "");
}

TEST(HttpResponseWriter, StartsAgainAfterAnOverflow) {
  std::array<char, 40> memory;
  http::response_writer w{memory};
  w.start(200, kept);
  w.field("X\n", "y");
  w.body("too long for what is left");
  ASSERT_TRUE(w.overflowed());
  w.start(200, kept);
  w.body("");
  EXPECT_FALSE(w.overflowed());
  EXPECT_EQ(w.refused_fields(), 0u);
  EXPECT_EQ(w.text(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}
