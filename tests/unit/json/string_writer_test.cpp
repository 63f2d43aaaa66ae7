// SPDX-License-Identifier: Apache-2.0
// JSON into a std::string.
#include <callgate/json/string_writer.hpp>

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

}  // namespace
}  // namespace callgate::json
