// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/memory_quarantine.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

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

// Bodies of "a" and "b" by turns, the first of which has `bytes`. Returns those that are left.
std::vector<std::string> left_of(const memory_options& options, std::size_t bodies,
                                 std::size_t bytes) {
  memory_quarantine quarantine{options};
  for (std::size_t i = 0; i < bodies; ++i) {
    const std::string body = std::to_string(i) + std::string(i == 0 ? bytes : 0, '.');
    append_request r;
    r.result = outcome::bad_json;
    r.mount = i % 2 == 0 ? "a" : "b";
    r.raw = body;
    quarantine.append(r);
  }
  std::vector<std::string> out;
  for (std::int64_t n = quarantine.oldest(); n <= quarantine.newest(); ++n)
    if (quarantine.is_live(n))
      out.push_back(std::string(quarantine.mount_of(n)) + std::string(quarantine.raw_of(n)));
  EXPECT_EQ(quarantine.evicted() + static_cast<std::int64_t>(out.size()),
            static_cast<std::int64_t>(bodies));
  return out;
}
using bodies = std::vector<std::string>;

TEST(MemoryQuarantine, KeepsAsManyOfAMountAsItMay) {
  memory_options o;
  o.max_quarantine_rows = 2;
  for (const std::size_t ring : {5U, 100U}) {
    o.max_quarantine_records = ring;
    EXPECT_EQ(left_of(o, 8, 0), (bodies{"a4", "b5", "a6", "b7"})) << ring;
  }
}

TEST(MemoryQuarantine, KeepsAsManyBytesOfAMountAsItMay) {
  memory_options o;
  o.max_quarantine_bytes = 100;
  o.max_quarantine_record_bytes = 110;  // the ring holds them, with their mounts
  EXPECT_EQ(left_of(o, 3, 98), (bodies{"a0" + std::string(98, '.'), "b1", "a2"}));
  EXPECT_EQ(left_of(o, 3, 99), (bodies{"b1", "a2"})) << "101 bytes of one mount";
}

// Where the ring has room for no more, it alone says who goes.
TEST(MemoryQuarantine, KeepsTheNewestOfAllMountsInItsRing) {
  memory_options o;
  o.max_quarantine_records = 3;
  for (const std::int64_t rows : {2, 3, 4}) {
    o.max_quarantine_rows = rows;
    EXPECT_EQ(left_of(o, 8, 0), (bodies{"b5", "a6", "b7"})) << rows;
  }
}

TEST(MemoryQuarantine, KeepsWhatJustCameWhateverItMayKeep) {
  for (const std::int64_t none : {0, -1}) {
    memory_options o;
    o.max_quarantine_rows = none;
    EXPECT_EQ(left_of(o, 4, 0), (bodies{"a2", "b3"})) << none;
    o = {};
    o.max_quarantine_bytes = none;
    EXPECT_EQ(left_of(o, 4, 0), (bodies{"a2", "b3"})) << none;
  }
}

}  // namespace
}  // namespace callgate::store
