// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/history_cursor.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace callgate::store {
namespace {

TEST(HistoryCursor, ReadsBackWhatItWrites) {
  for (const history_position& at : {history_position{},
                                     {1'767'816'453'101'250, false, 7},
                                     {INT64_MAX, true, INT64_MAX},
                                     {INT64_MIN, false, -1},
                                     {-1, true, 62 << 18 | 63}}) {
    const std::string text = cursor_text(at);
    EXPECT_EQ(text.size(), 24u);
    EXPECT_EQ(
        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "-_"),
        std::string::npos)
        << "nothing in it needs an escape in a URL: " << text;
    EXPECT_EQ(read_cursor(text), at);
  }
}

TEST(HistoryCursor, RefusesWhatItDoesNotWrite) {
  const std::string good = cursor_text({-1, true, -1});
  ASSERT_NE(good.find('_'), std::string::npos);
  std::string plain = good;
  plain[plain.find('_')] = '/';
  std::string version = good, kind = good;
  version[0] = 'B';
  kind[2] = 'I';
  for (const std::string& text :
       {std::string(), good.substr(1), good + "AAAA", good + "A", plain, version, kind,
        std::string(24, '='), std::string(24, ' '), std::string(23, 'A') + "="})
    EXPECT_EQ(read_cursor(text), std::nullopt) << text;
}

}  // namespace
}  // namespace callgate::store
