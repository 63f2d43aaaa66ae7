// SPDX-License-Identifier: Apache-2.0
// Whole requests from bytes in pieces: bodies of all three forms, what follows them, and every
// refusal.
#include <callgate/net/request_reader.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::net {
namespace {

// How a stream of bytes was understood: one text per request, then how it ended.
struct reading {
  std::vector<std::string> requests;
  read_status end = read_status::need_more;
  http::errc error{};
  bool idle = true;

  bool operator==(const reading&) const = default;
};

constexpr std::size_t plenty = 8 << 20;

// Feeds as a connection does. cuts: sizes of the pieces that arrive; the last one again and again.
class feeder {
 public:
  explicit feeder(std::size_t pool_bytes = plenty, std::size_t max_body = 1 << 20)
      : pool(pool_bytes), reader(receiving, pool), max_body_(max_body) {}

  reading feed(std::string_view bytes, std::vector<std::size_t> cuts) {
    reading out;
    std::size_t cut = 0;
    while (!bytes.empty()) {
      const std::span<char> room = reader.room();
      EXPECT_FALSE(room.empty()) << "a read into no room would spin";
      if (room.empty()) break;
      const std::size_t piece =
          std::min({bytes.size(), cuts[std::min(cut, cuts.size() - 1)], room.size()});
      ++cut;
      std::copy_n(bytes.data(), piece, room.data());
      bytes.remove_prefix(piece);
      if (!follow(reader.received(piece), out)) break;
    }
    out.idle = reader.idle();
    return out;
  }

  buffer_pool receiving{limits::receive_buffer_bytes};  // of one connection
  buffer_pool pool;
  request_reader reader;

 private:
  // False when the connection would close.
  bool follow(read_status status, reading& out) {
    while (status != read_status::need_more) {
      if (status == read_status::head_complete) {
        status = reader.admit(max_body_);
        continue;
      }
      if (status != read_status::complete) {
        out.end = status;
        if (status == read_status::refused) out.error = reader.error();
        return false;
      }
      const http::request& r = reader.request();
      out.requests.push_back(std::string(r.method) + " " + std::string(r.target.path) + " " +
                             std::string(r.fields.find("X-A").value_or("-")) + " " +
                             std::string(reader.body()));
      reader.next();
      status = reader.pending();
    }
    return true;
  }

  std::size_t max_body_;
};

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n";
}

std::string sized(std::string_view body) {
  return "POST /sized HTTP/1.1\r\nHost: h\r\nX-A: 2\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string chunk(std::string_view data) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + std::string(data) + "\r\n";
}

std::string chunked(const std::vector<std::string>& chunks) {
  std::string text =
      "POST /chunked HTTP/1.1\r\nHost: h\r\nX-A: 3\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& c : chunks) text += chunk(c);
  return text + "0\r\n\r\n";
}

// A body in which every place looks different.
std::string text_of(std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; out.size() < bytes; ++i) out += std::to_string(i) + ",";
  out.resize(bytes);
  return out;
}

reading whole(std::string_view bytes) {
  return feeder().feed(bytes, {SIZE_MAX});
}

void expect_same_however_split(const std::string& bytes) {
  const reading want = whole(bytes);
  EXPECT_EQ(feeder().feed(bytes, {1}), want) << "byte by byte";
  for (std::size_t at = 1; at < bytes.size(); ++at)
    ASSERT_EQ(feeder().feed(bytes, {at, SIZE_MAX}), want) << at;
}

TEST(RequestReader, ReadsARequestWithoutABody) {
  const reading r = whole(get("/a"));
  EXPECT_EQ(r.requests, std::vector<std::string>{"GET /a 1 "});
  EXPECT_TRUE(r.idle);
  expect_same_however_split(get("/a"));
}

TEST(RequestReader, ReadsASmallBodyBesideTheHead) {
  feeder f;
  EXPECT_EQ(f.feed(sized("hello"), {SIZE_MAX}).requests,
            std::vector<std::string>{"POST /sized 2 hello"});
  EXPECT_EQ(f.pool.allocated_bytes(), 0U) << "no buffer was needed";
  expect_same_however_split(sized("hello"));
  expect_same_however_split(sized(""));
}

TEST(RequestReader, ReadsALargeBodyIntoABuffer) {
  for (const std::size_t bytes : {8'000UL, 8'192UL, 8'193UL, 50'000UL, 1UL << 20}) {
    const std::string body = text_of(bytes);
    feeder f;
    const std::vector<std::string> want{"POST /sized 2 " + body};
    EXPECT_EQ(f.feed(sized(body), {SIZE_MAX}).requests, want) << bytes;
    EXPECT_EQ(f.feed(sized(body), {1000}).requests, want) << "again, with the same buffers";
    EXPECT_EQ(f.feed(sized(body), {30, 1, 7000}).requests, want);
  }
}

TEST(RequestReader, ReadsAChunkedBody) {
  EXPECT_EQ(whole(chunked({"hello, ", "world"})).requests,
            std::vector<std::string>{"POST /chunked 3 hello, world"});
  EXPECT_EQ(whole(chunked({})).requests, std::vector<std::string>{"POST /chunked 3 "});
  expect_same_however_split(chunked({"hello, ", "world"}));
}

// Small pieces fill the buffer up again and again; large ones make it grow.
TEST(RequestReader, GrowsForAChunkedBodyOfAnySize) {
  for (const std::size_t bytes : {8'191UL, 8'192UL, 16'384UL, 16'385UL, 100'000UL, 1UL << 20}) {
    const std::string body = text_of(bytes);
    const std::vector<std::string> want{"POST /chunked 3 " + body};
    EXPECT_EQ(whole(chunked({body})).requests, want) << bytes;
    std::vector<std::string> small;
    for (std::size_t i = 0; i < bytes; i += 999) small.push_back(body.substr(i, 999));
    EXPECT_EQ(whole(chunked(small)).requests, want) << bytes;
    EXPECT_EQ(feeder().feed(chunked(small), {100, 1500}).requests, want) << bytes;
  }
}

TEST(RequestReader, KeepsPipelinedRequestsBehindEveryFormOfBody) {
  const std::string large = text_of(20'000);
  const std::vector<std::string> forms{get("/a"), sized("small"), sized(large),
                                       chunked({"c1", "c2"}), chunked({large})};
  for (const std::string& first : forms) {
    for (const std::string& second : forms) {
      const std::string both = first + second + get("/last");
      reading want = whole(first);
      for (const std::string& r : whole(second).requests) want.requests.push_back(r);
      want.requests.emplace_back("GET /last 1 ");
      EXPECT_EQ(whole(both), want);
      EXPECT_EQ(feeder().feed(both, {5000}), want);
      EXPECT_EQ(feeder().feed(both, {7}), want);
    }
  }
}

TEST(RequestReader, KeepsWhatFollowsHoweverItIsSplit) {
  expect_same_however_split(get("/a") + sized("x") + chunked({"y"}) + get("/b") + "GE");
}

// A 404, say, is answered without admitting the request; what is pipelined behind it must not get
// lost.
TEST(RequestReader, KeepsWhatFollowsARequestThatWasNeverAdmitted) {
  buffer_pool pool(plenty);
  request_reader reader(pool, pool);
  const std::string both = get("/first") + get("/second") + "GET /thi";
  std::copy(both.begin(), both.end(), reader.room().begin());
  ASSERT_EQ(reader.received(both.size()), read_status::head_complete);
  EXPECT_EQ(reader.request().target.path, "/first");
  reader.next();
  ASSERT_EQ(reader.pending(), read_status::head_complete);
  EXPECT_EQ(reader.request().target.path, "/second");
  reader.next();
  EXPECT_EQ(reader.pending(), read_status::need_more);
  EXPECT_FALSE(reader.idle());
}

TEST(RequestReader, TakesBodiesUpToTheBoundAndNoByteMore) {
  for (const std::size_t bound : {0UL, 5UL, 9'000UL, 70'000UL}) {
    const std::string fits = text_of(bound);
    EXPECT_EQ(feeder(plenty, bound).feed(sized(fits), {SIZE_MAX}).requests.size(), 1U) << bound;
    const std::vector<std::string> chunks =
        bound == 0 ? std::vector<std::string>{} : std::vector{fits};
    EXPECT_EQ(feeder(plenty, bound).feed(chunked(chunks), {SIZE_MAX}).requests.size(), 1U) << bound;
    const std::string over = text_of(bound + 1);
    for (const std::string& bytes : {sized(over), chunked({over})}) {
      const reading r = feeder(plenty, bound).feed(bytes, {SIZE_MAX});
      EXPECT_TRUE(r.requests.empty()) << bound;
      EXPECT_EQ(r.end, read_status::refused);
      EXPECT_EQ(r.error, http::errc::body_too_large);
    }
  }
}

TEST(RequestReader, RefusesALengthThatNoBodyCanHave) {
  const reading r =
      whole("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n");
  EXPECT_EQ(r.end, read_status::refused);
  EXPECT_EQ(r.error, http::errc::body_too_large);
}

TEST(RequestReader, RefusesWhatIsNoRequest) {
  EXPECT_EQ(whole("nonsense\r\n\r\n").error, http::errc::bad_request_line);
  EXPECT_EQ(whole("GET / HTTP/1.1\r\n\r\n").error, http::errc::missing_host);
  EXPECT_EQ(whole("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").error,
            http::errc::bad_chunk_size);
  expect_same_however_split(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!!");
}

TEST(RequestReader, RefusesAHeadThatFillsItsRoom) {
  const std::string endless =
      "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2 * limits::max_head_bytes, 'x');
  for (const std::size_t piece : {1UL, 100UL, 100'000UL}) {
    const reading r = feeder().feed(endless, {piece});
    EXPECT_EQ(r.end, read_status::refused);
    EXPECT_EQ(r.error, http::errc::head_too_large);
  }
}

TEST(RequestReader, ReadsAHeadThatJustFits) {
  std::string head = "POST /sized HTTP/1.1\r\nHost: h\r\nX-A: 2\r\nContent-Length: 5\r\nX: ";
  head += std::string(limits::max_head_bytes - head.size() - 4, 'x') + "\r\n\r\n";
  ASSERT_EQ(head.size(), limits::max_head_bytes);
  EXPECT_EQ(whole(head + "hello" + get("/b")).requests,
            (std::vector<std::string>{"POST /sized 2 hello", "GET /b 1 "}));
}

TEST(RequestReader, LeasesNoMoreForAnAnnouncedLengthThanForWhatHasCome) {
  buffer_pool buffers(64 << 20);
  buffer_pool receiving(plenty);
  request_reader reader(receiving, buffers);
  const std::string_view head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
  std::copy(head.begin(), head.end(), reader.room().begin());
  ASSERT_EQ(reader.received(head.size()), read_status::head_complete);
  EXPECT_EQ(reader.admit(1 << 20), read_status::need_more);
  EXPECT_LE(buffers.allocated_bytes(), 16U << 10);
}

TEST(RequestReader, SaysSoWhenThereIsNoBuffer) {
  EXPECT_EQ(feeder(0).feed(sized(text_of(18'000)), {SIZE_MAX}).end, read_status::no_memory);
  EXPECT_EQ(feeder(0).feed(chunked({"x"}), {SIZE_MAX}).end, read_status::no_memory);
  EXPECT_EQ(feeder(20 * 1024).feed(chunked({text_of(20'000)}), {SIZE_MAX}).end,
            read_status::no_memory)
      << "while growing";
  EXPECT_EQ(feeder(0).feed(sized("small"), {SIZE_MAX}).requests.size(), 1U)
      << "small ones need none";
}

TEST(RequestReader, GivesItsBufferBackWithTheRequest) {
  feeder f(128 * 1024);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(f.feed(sized(text_of(60'000)), {SIZE_MAX}).requests.size(), 1U) << i;
    ASSERT_EQ(f.feed(chunked({text_of(10'000)}), {SIZE_MAX}).requests.size(), 1U) << i;
  }
}

TEST(RequestReader, ForgetsEverythingForAnotherConnection) {
  for (const std::string& half :
       {std::string("GET /half HTT"), sized(text_of(18'000)).substr(0, 3000),
        chunked({text_of(9000)}).substr(0, 3000), std::string("nonsense\r\n")}) {
    feeder f(64 * 1024);
    (void)f.feed(half, {SIZE_MAX});
    f.reader.clear();
    EXPECT_TRUE(f.reader.idle());
    EXPECT_FALSE(f.reader.has_head());
    EXPECT_EQ(f.feed(get("/new"), {SIZE_MAX}).requests, std::vector<std::string>{"GET /new 1 "});
  }
}

TEST(RequestReader, IsIdleBetweenRequestsOnly) {
  feeder f;
  EXPECT_TRUE(f.reader.idle());
  (void)f.feed("G", {1});
  EXPECT_FALSE(f.reader.idle());
  (void)f.feed("ET / HTTP/1.1\r\nHost: h\r\n\r\n", {SIZE_MAX});
  EXPECT_TRUE(f.reader.idle());
}

TEST(RequestReader, KeepsTheRequestInItsPlaceUntilNext) {
  buffer_pool pool(plenty);
  request_reader reader(pool, pool);
  const std::string both = sized("hello") + get("/next");
  std::copy(both.begin(), both.end(), reader.room().begin());
  ASSERT_EQ(reader.received(both.size()), read_status::head_complete);
  ASSERT_EQ(reader.admit(100), read_status::complete);
  const std::string_view body = reader.body();
  EXPECT_EQ(body, "hello");
  EXPECT_EQ(reader.request().target.path, "/sized");
  EXPECT_EQ(reader.body().data(), body.data());
}

}  // namespace
}  // namespace callgate::net
