// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/api_access.hpp>

#include <callgate/http/request_parser.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate {
namespace {

// The head is parsed as it would come; its text outlives the parser.
class Asked {
 public:
  explicit Asked(std::string_view fields)
      : text_("GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n") {
    EXPECT_EQ(parser_.parse_head(text_), http::parse_status::complete) << fields;
  }
  [[nodiscard]] const http::request& request() const { return parser_.request(); }

 private:
  std::string text_;
  http::request_parser parser_;
};

TEST(ApiAccess, ReadsTheTokenOfABearerWhateverItsCase) {
  for (const char* scheme : {"Bearer", "bearer", "BEARER", "bEaReR"})
    EXPECT_EQ(
        bearer_token(
            Asked("Host: h\r\nAuthorization: " + std::string(scheme) + " t0k=\r\n").request()),
        "t0k=");
  EXPECT_EQ(bearer_token(Asked("Host: h\r\nAuthorization: Bearer   two\r\n").request()), "two");
  for (const char* other : {"Basic t", "Bearert", "t", "Bearer", ""})
    EXPECT_FALSE(
        bearer_token(Asked("Host: h\r\nAuthorization: " + std::string(other) + "\r\n").request()))
        << other;
  EXPECT_FALSE(bearer_token(Asked("Host: h\r\n").request()));
}

bool foreign(std::string_view fields) {
  return is_cross_site(Asked(fields).request());
}

TEST(ApiAccess, TakesWhatNoBrowserSentForAnotherPage) {
  for (const char* fields :
       {"Host: localhost:8080\r\n", "Host: 127.0.0.1\r\n", "Host: [::1]:8080\r\n",
        "Host: LOCALHOST\r\nOrigin: http://localhost\r\n", "Host: 127.8.9.1:99\r\n",
        "Host: 127.0.0.1:8080\r\nOrigin: http://127.0.0.1:8080\r\n"})
    EXPECT_FALSE(foreign(fields)) << fields;
}

TEST(ApiAccess, RefusesTheOriginOfAnotherPage) {
  for (const char* origin :
       {"http://evil.example", "null", "", "http://localhost:8081", "http://localhost",
        "http://localhost:8080.evil.example", "localhost:8080", "http://localhost:8080/"})
    EXPECT_TRUE(foreign("Host: localhost:8080\r\nOrigin: " + std::string(origin) + "\r\n"))
        << origin;
  EXPECT_TRUE(foreign("Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://x\r\n"));
}

// A page may let its own name lead to this machine: then Origin and Host are the same.
TEST(ApiAccess, RefusesANameThatIsNotThisMachines) {
  for (const char* host :
       {"evil.example", "evil.example:8080", "127.evil.example", "127.0.0.1.evil.example",
        "localhost.evil.example", "192.168.0.1", "[::2]", "0.0.0.0", "1270.0.0.1"})
    EXPECT_TRUE(foreign("Host: " + std::string(host) + "\r\n")) << host;
}

}  // namespace
}  // namespace callgate
