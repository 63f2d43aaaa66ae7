// SPDX-License-Identifier: Apache-2.0
// What is answered without a schema, and that a body nobody reads closes the connection.
#include <callgate/server/plain_answers.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace callgate {
namespace {

// As a connection is seen, without one.
struct exchange {
  struct {
    std::int64_t retry_after_seconds = 0;
  } state{};
  http::request asked{};
  std::array<char, 1024> room{};
  http::response_writer out{{}};
  bool closes = false;

  [[nodiscard]] const http::request& request() const { return asked; }
  void close_after() { closes = true; }
  http::response_writer& answer(std::uint16_t status) {
    out = http::response_writer(room);
    out.start(status, {});
    return out;
  }
};

using answers = plain_answers<exchange>;

exchange asking(std::string_view method) {
  exchange e;
  e.asked.method = method;
  return e;
}

bool has(const exchange& e, std::string_view text) {
  return e.out.text().find(text) != std::string_view::npos;
}

TEST(PlainAnswers, RefuseWithStatusFieldsAndError) {
  exchange e = asking("POST");
  e.state.retry_after_seconds = 7;
  EXPECT_TRUE(answers::refuse(e, 405, "method_not_allowed", "GET, HEAD", true).answered);
  EXPECT_EQ(e.out.text().substr(0, 12), "HTTP/1.1 405");
  for (const char* line : {"Allow: GET, HEAD\r\n", "Retry-After: 7\r\n",
                           "Content-Type: application/json\r\n", "Access-Control-Allow-Origin: *"})
    EXPECT_TRUE(has(e, line)) << line;
  EXPECT_TRUE(e.out.text().ends_with(R"({"error":"method_not_allowed"})"));
  EXPECT_FALSE(e.closes);
}

TEST(PlainAnswers, SayNothingThatNobodyAskedFor) {
  exchange e = asking("POST");
  (void)answers::refuse(e, 404, "not_found");
  for (const char* name : {"Allow", "Retry-After", "Access-Control"})
    EXPECT_FALSE(has(e, name)) << name;
}

// RFC 9110 15.6.2: of a method that nobody knows it does not matter where it went.
TEST(PlainAnswers, OfAnUnknownMethodAreThatItIsUnknown) {
  exchange e = asking("BREW");
  (void)answers::refuse_unfit(e, {nullptr, 404, "not_found"});
  EXPECT_TRUE(has(e, "HTTP/1.1 501"));
  exchange known = asking("GET");
  (void)answers::refuse_unfit(known, {nullptr, 404, "not_found"});
  EXPECT_TRUE(has(known, "HTTP/1.1 404"));
}

TEST(PlainAnswers, ToOptionsTellWhatIsAllowed) {
  exchange e = asking("OPTIONS");
  place at;
  at.preflight = "POST";
  EXPECT_TRUE(answers::answer_preflight(e, at).answered);
  EXPECT_TRUE(has(e, "HTTP/1.1 204"));
  EXPECT_TRUE(has(e, "Access-Control-Allow-Methods: POST\r\n"));
  EXPECT_TRUE(answers::answer_options_of_all(e).answered);
  EXPECT_TRUE(has(e, "Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n"));
}

TEST(PlainAnswers, CloseTheConnectionWhenABodyFollows) {
  for (const auto framing : {http::body_framing::content_length, http::body_framing::chunked}) {
    exchange refused = asking("POST"), asked = asking("OPTIONS"), of_all = asking("OPTIONS");
    refused.asked.framing = asked.asked.framing = of_all.asked.framing = framing;
    (void)answers::refuse(refused, 404, "not_found");
    (void)answers::answer_preflight(asked, {});
    (void)answers::answer_options_of_all(of_all);
    EXPECT_TRUE(refused.closes && asked.closes && of_all.closes);
  }
}

}  // namespace
}  // namespace callgate
