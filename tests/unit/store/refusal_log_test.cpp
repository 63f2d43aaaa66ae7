// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/refusal_log.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::store {
namespace {

TEST(RefusalLog, TellsWhoListensAndNobodyElse) {
  std::string told;
  const refusal_log log{
      [](void* to, std::string_view text) { *static_cast<std::string*>(to) += text; }, &told};
  log.tell("a");
  EXPECT_EQ(told, "a");
  refusal_log{}.tell("b");
}

}  // namespace
}  // namespace callgate::store
