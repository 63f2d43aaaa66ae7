// SPDX-License-Identifier: Apache-2.0
// Every control byte of a text is found, once, in order, wherever it and the end of the text stand.
#include <callgate/http/detail/control_scan.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::http {
namespace {

std::vector<std::size_t> found_in(std::string_view text, std::size_t from) {
  detail::control_scan controls(text, from);
  std::vector<std::size_t> out;
  for (std::size_t at = controls.next(); at < text.size(); at = controls.next()) out.push_back(at);
  EXPECT_EQ(controls.next(), text.size());  // the end is said again and again
  return out;
}

std::vector<std::size_t> expected_in(std::string_view text, std::size_t from) {
  std::vector<std::size_t> out;
  for (std::size_t at = from; at < text.size(); ++at)
    if (static_cast<unsigned char>(text[at]) < 0x20 || text[at] == 0x7f) out.push_back(at);
  return out;
}

// In memory of its own size: a byte read behind it is seen by the sanitizer.
void expect_all_found(const std::string& text) {
  for (std::size_t from = 0; from <= text.size(); ++from) {
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view{exact.data(), exact.size()};
    ASSERT_EQ(found_in(view, from), expected_in(view, from)) << from << " of " << text.size();
  }
}

}  // namespace

TEST(HttpControlScan, FindsEveryPairOfControlBytesInTextsOfEveryLength) {
  for (std::size_t size = 0; size < 50; ++size)
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = '\t';
      text[size - 1 - at] = '\r';
      expect_all_found(text);
    }
}

TEST(HttpControlScan, FindsBlocksFullOfControlBytesAndNone) {
  for (const char c : {'\0', '\n', '\x1f', '\x7f', ' ', '\x80', '\xff'})
    for (std::size_t size = 0; size < 50; ++size) expect_all_found(std::string(size, c));
}

}  // namespace callgate::http
