// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/memory_quarantine.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(MemoryQuarantine, TellsWhetherTheBodyIsWanted) {
  memory_quarantine quarantine{memory_options{}};
  append_request r;
  r.decided = outcome::bad_json;
  r.mount = "suno";
  r.raw = "{";
  quarantine.append(r);
  EXPECT_EQ(r.sequence, 1);
  EXPECT_EQ(quarantine.entry_of(1, true)->raw, "{");
  EXPECT_EQ(quarantine.entry_of(1, false)->raw, "");
  EXPECT_FALSE(quarantine.entry_of(2, true).has_value());
  EXPECT_EQ(quarantine.remove_before("suno", 1, 10), 1u);
  EXPECT_FALSE(quarantine.entry_of(1, true).has_value());
  EXPECT_EQ(quarantine.evicted(), 0);
}

}  // namespace
}  // namespace callgate::store
