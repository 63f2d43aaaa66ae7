// SPDX-License-Identifier: Apache-2.0
// Tests of the chunked coding: in place, resumed anywhere, against a trivial decoder.
#include <callgate/http/chunked_decoder.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace http = callgate::http;
using namespace std::string_view_literals;

namespace {

struct decoded {
  std::string body;
  std::size_t raw_size = 0;
};

// Takes well-formed bodies only, all at once.
std::optional<decoded> reference_decode(const std::string& raw) {
  decoded out;
  while (true) {
    const std::size_t line_end = raw.find("\r\n", out.raw_size);
    if (line_end == std::string::npos) return std::nullopt;
    const std::size_t n = std::stoul(raw.substr(out.raw_size), nullptr, 16);
    out.raw_size = line_end + 2;
    if (n == 0) break;
    if (out.raw_size + n + 2 > raw.size()) return std::nullopt;
    out.body += raw.substr(out.raw_size, n);
    out.raw_size += n + 2;
  }
  while (true) {
    const std::size_t line_end = raw.find("\r\n", out.raw_size);
    if (line_end == std::string::npos) return std::nullopt;
    const bool last = line_end == out.raw_size;
    out.raw_size = line_end + 2;
    if (last) return out;
  }
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  constexpr std::string_view pool = "\r\n0\0;a:"sv;
  std::string out;
  for (std::size_t i = 0; i < size; ++i)
    out += random() % 2 == 0 ? pool[random() % pool.size()] : static_cast<char>(random());
  return out;
}

std::string random_chunk(std::mt19937& random, std::size_t size) {
  char digits[32];
  std::snprintf(digits, sizeof digits, random() % 2 == 0 ? "%zx" : "%05zX", size);
  const char* const extensions[] = {"", "", ";a", " ;b=\"c;d\"", " ; b = c"};
  return std::string{digits} + extensions[random() % 5] + "\r\n";
}

std::string random_message(std::mt19937& random) {
  std::string out;
  for (std::size_t chunks = random() % 6; chunks > 0; --chunks) {
    const std::size_t size = 1 + random() % (random() % 8 == 0 ? 600 : 20);
    out += random_chunk(random, size) + random_bytes(random, size) + "\r\n";
  }
  out += random_chunk(random, 0);
  for (std::size_t trailers = random() % 3; trailers > 0; --trailers) out += "T-1: v \t:v\r\n";
  return out + "\r\n";
}

// Feeds pieces of random sizes, each received right behind what is decoded, or further on.
void expect_decodes(const std::string& raw, const decoded& expected, std::mt19937& random) {
  http::chunked_decoder decoder;
  std::vector<char> buffer(raw.size() + 16);
  std::size_t fed = 0;
  while (decoder.status() == http::parse_status::need_more) {
    ASSERT_LT(fed, raw.size());
    const std::size_t n = std::min<std::size_t>(1 + random() % 40, raw.size() - fed);
    const std::size_t begin = std::min(decoder.decoded_size() + random() % 4, buffer.size() - n);
    raw.copy(buffer.data() + begin, n, fed);
    decoder.feed(buffer, begin, begin + n);
    fed += decoder.raw_consumed() - begin;
    const std::string_view left =
        std::string_view{raw}.substr(fed, begin + n - decoder.raw_consumed());
    ASSERT_EQ(std::string_view(buffer.data() + decoder.raw_consumed(), left.size()), left);
  }
  ASSERT_EQ(decoder.status(), http::parse_status::complete);
  EXPECT_EQ(std::string(buffer.data(), decoder.decoded_size()), expected.body);
  EXPECT_EQ(fed, expected.raw_size);
}

http::errc error_of(std::string raw, std::size_t max_decoded_bytes = 64) {
  http::chunked_decoder decoder{max_decoded_bytes};
  EXPECT_EQ(decoder.feed(raw, 0, raw.size()), http::parse_status::error);
  return decoder.error();
}

}  // namespace

TEST(ChunkedDecoder, JoinsTheDataAtTheFrontOfTheBuffer) {
  std::string raw = "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\nGET /";
  http::chunked_decoder decoder;
  EXPECT_EQ(decoder.feed(raw, 0, raw.size()), http::parse_status::complete);
  EXPECT_EQ(raw.substr(0, decoder.decoded_size()), "hello world");
  EXPECT_EQ(raw.substr(decoder.raw_consumed()), "GET /");
}

TEST(ChunkedDecoder, TakesAllThatIsFedWhileMoreIsNeeded) {
  std::string raw = "5\r\nhel";
  http::chunked_decoder decoder;
  EXPECT_EQ(decoder.feed(raw, 0, raw.size()), http::parse_status::need_more);
  EXPECT_EQ(decoder.raw_consumed(), raw.size());
  EXPECT_EQ(decoder.decoded_size(), 3u);
}

TEST(ChunkedDecoder, NeedsNoMoreRoomThanTheBodyAndOneRead) {
  std::string buffer(8, '\0');
  http::chunked_decoder decoder{4};
  for (const char c : std::string{"1;abcdefghij\r\na\r\n3\r\nbcd\r\n0\r\nT: u\r\n\r\n"}) {
    buffer[decoder.decoded_size()] = c;
    decoder.feed(buffer, decoder.decoded_size(), decoder.decoded_size() + 1);
  }
  EXPECT_EQ(decoder.status(), http::parse_status::complete);
  EXPECT_EQ(buffer.substr(0, decoder.decoded_size()), "abcd");
}

TEST(ChunkedDecoder, DoesNothingWithNoBytes) {
  http::chunked_decoder decoder;
  EXPECT_EQ(decoder.feed({}, 0, 0), http::parse_status::need_more);
  EXPECT_EQ(decoder.decoded_size(), 0u);
}

TEST(ChunkedDecoder, KeepsItsVerdictUntilReset) {
  std::string bad = "x";
  http::chunked_decoder decoder;
  EXPECT_EQ(decoder.feed(bad, 0, 1), http::parse_status::error);
  std::string good = "1\r\na\r\n0\r\n\r\n";
  EXPECT_EQ(decoder.feed(good, 0, good.size()), http::parse_status::error);
  EXPECT_EQ(decoder.error(), http::errc::bad_chunk_size);
  decoder.reset(1);
  EXPECT_EQ(decoder.feed(good, 0, good.size()), http::parse_status::complete);
}

TEST(ChunkedDecoder, RefusesABodyOverItsBoundByTheSizeLine) {
  EXPECT_EQ(error_of("3\r", 2), http::errc::body_too_large);
  EXPECT_EQ(error_of("1\r\na\r\n2\r", 2), http::errc::body_too_large);
  EXPECT_EQ(error_of("1\r", 0), http::errc::body_too_large);
}

TEST(ChunkedDecoder, TakesABodyOfItsBound) {
  std::string raw = "1\r\na\r\n1\r\nb\r\n0\r\n\r\n";
  http::chunked_decoder decoder{2};
  EXPECT_EQ(decoder.feed(raw, 0, raw.size()), http::parse_status::complete);
}

TEST(ChunkedDecoder, BoundsTheExtensionsOfAWholeBody) {
  std::string raw;
  for (int i = 0; i < 64; ++i) raw += "1;" + std::string(200, 'e') + "\r\nx\r\n";
  EXPECT_EQ(error_of(raw), http::errc::chunk_line_too_long);
}

TEST(ChunkedDecoder, DecodesRandomBodiesAsTheReferenceDoes) {
  std::mt19937 random{42};
  for (int i = 0; i < 4000; ++i) {
    const std::string raw = random_message(random);
    const auto expected = reference_decode(raw);
    ASSERT_TRUE(expected);
    ASSERT_EQ(expected->raw_size, raw.size());
    SCOPED_TRACE(i);
    expect_decodes(raw + "next", *expected, random);
    if (HasFatalFailure()) return;
  }
}

TEST(ChunkedDecoder, WaitsForTheLastByteOfRandomBodies) {
  std::mt19937 random{43};
  for (int i = 0; i < 300; ++i) {
    const std::string raw = random_message(random);
    for (std::size_t n = 0; n < raw.size(); ++n) {
      std::string part = raw.substr(0, n);
      http::chunked_decoder decoder;
      ASSERT_EQ(decoder.feed(part, 0, n), http::parse_status::need_more) << n;
    }
  }
}
