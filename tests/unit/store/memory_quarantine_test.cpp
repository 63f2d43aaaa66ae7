// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/memory_quarantine.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(MemoryQuarantine, ShowsABodyUntilItIsRemoved) {
  memory_quarantine quarantine{memory_options{}};
  append_request r;
  r.result = outcome::bad_json;
  r.mount = "suno";
  r.task_id = "t1";
  r.reason = "unexpected_end";
  r.raw = "{";
  quarantine.append(r);
  EXPECT_EQ(r.sequence, 1);
  ASSERT_TRUE(quarantine.is_live(1));
  EXPECT_EQ(quarantine.raw_of(1), "{");
  EXPECT_EQ(quarantine.mount_of(1), "suno");
  EXPECT_EQ(quarantine.view(1).reason, "unexpected_end");
  EXPECT_EQ(quarantine.entry_of(1).task_id, "t1");
  EXPECT_EQ(quarantine.entry_of(1).id, quarantine.id_of(1));
  EXPECT_EQ(quarantine.entry_of(1).raw, "");
  EXPECT_FALSE(quarantine.is_live(2));
  EXPECT_EQ(quarantine.remove_before("suno", 1, 10), 1u);
  EXPECT_FALSE(quarantine.is_live(1));
  EXPECT_EQ(quarantine.evicted(), 0);
}

}  // namespace
}  // namespace callgate::store
