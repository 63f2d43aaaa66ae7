// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/uuid_source.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace callgate::store {
namespace {

TEST(UuidSource, MakesVersion4IdentifiersThatDiffer) {
  uuid_source source;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id{source.next().view()};
    ASSERT_EQ(id.size(), 36u);
    for (std::size_t at = 0; at < 36; ++at) {
      const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
      if (dash)
        ASSERT_EQ(id[at], '-');
      else
        ASSERT_NE(std::string{"0123456789abcdef"}.find(id[at]), std::string::npos);
    }
    ASSERT_EQ(id[14], '4');
    ASSERT_NE(std::string{"89ab"}.find(id[19]), std::string::npos);
    ASSERT_TRUE(seen.insert(id).second);
  }
}

}  // namespace
}  // namespace callgate::store
