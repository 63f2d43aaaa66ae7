// SPDX-License-Identifier: Apache-2.0
// JSON into a std::string.
#include <callgate/json/string_writer.hpp>

#include "tests/support/counted_heap.hpp"

#include <gtest/gtest.h>

#include <string>

namespace callgate::json {
namespace {

TEST(StringWriter, AppendsToWhatIsThere) {
  std::string out = "data: ";
  string_writer w{out};
  w.begin_array(), w.string(std::string(1000, 'x')), w.integer(7), w.end_array();
  EXPECT_EQ(out, "data: [\"" + std::string(1000, 'x') + "\",7]");
  EXPECT_EQ(w.view(), out);
}

// A text that leaves in pieces: each is full to its last byte for one of these.
TEST(StringWriter, CutsLongTextsWhereverTheyBegin) {
  std::string text;
  for (const std::string head : {"", "a", "aa"}) {
    text = head;
    while (text.size() < 1200) {
      text += "\xd0\x96";
      std::string out;
      string_writer w{out};
      w.begin_array(), w.null(), w.string(text), w.end_array();
      ASSERT_EQ(out, "[null,\"" + text + "\"]");
    }
  }
}

TEST(StringWriter, AllocatesNothingWhileTheStringHasRoom) {
  const std::string plain(1500, 'x'), escaped(300, '"');
  std::string out;
  out.reserve(3000);
  const std::size_t before = counted_heap::allocations;
  string_writer w{out};
  w.begin_object(), w.key("a"), w.string(plain), w.key(escaped), w.number(0.1), w.end_object();
  EXPECT_EQ(counted_heap::allocations, before);
  EXPECT_EQ(out.size(), 2 + 3 + 1 + 1502 + 1 + 602 + 1 + 3);
}

}  // namespace
}  // namespace callgate::json
