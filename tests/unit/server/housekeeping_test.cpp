// SPDX-License-Identifier: Apache-2.0
// Retention: what is removed, how often, and how it stops.
#include <callgate/server/housekeeping.hpp>

#include <tests/support/fake_store.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace callgate {
namespace {

using namespace std::chrono_literals;
using testing::fake_store;

TEST(Housekeeping, RemovesWhatIsOlderThanTheRule) {
  fake_store store;
  const unix_micros begin = wall_now();
  const housekeeping<fake_store> keeper(store, {{"suno", 24h}}, 1ms);
  ASSERT_TRUE(store.wait_for_removals(2));
  const auto first = store.removals().at(0);
  constexpr std::int64_t day = 86'400'000'000;
  EXPECT_EQ(first.mount, "suno");
  EXPECT_GE(first.before, begin - day);
  EXPECT_LE(first.before, wall_now() - day);
  EXPECT_EQ(first.limit, 100U);
}

TEST(Housekeeping, KeepsForEverWhatHasNoRule) {
  fake_store store;
  const housekeeping<fake_store> keeper(store, {{"for ever", 0us}, {"a while", 1h}}, 1ms);
  ASSERT_TRUE(store.wait_for_removals(3));
  for (const auto& r : store.removals()) EXPECT_EQ(r.mount, "a while");
}

TEST(Housekeeping, GoesOnInBatchesUntilAllIsGone) {
  fake_store store;
  store.removable = 250;
  const housekeeping<fake_store> keeper(store, {{"suno", 1h}}, 10ms);
  ASSERT_TRUE(store.wait_for_removals(3));
  const auto removals = store.removals();
  EXPECT_EQ(removals[0].before, removals[1].before) << "one sweep in batches, not three sweeps";
  EXPECT_EQ(removals[1].before, removals[2].before);
}

TEST(Housekeeping, ForgetsDeliveriesWhoseTimeIsOverAlsoWhereHistoryIsKeptForEver) {
  fake_store store;
  store.forgettable = 2'500;
  const unix_micros begin = wall_now();
  const housekeeping<fake_store> keeper(store, {{"for ever", 0us}}, 10ms);
  const auto times = store.wait_for_forgetting(4);
  ASSERT_GE(times.size(), 4U);
  EXPECT_GE(times[0], begin) << "over now, not when the history ends";
  EXPECT_LE(times[0], wall_now());
}

TEST(Housekeeping, FillsTablesOfChangedRecordsRightAtTheStart) {
  fake_store store;
  store.deriving_fails = 1;
  store.derivable = 3;
  const housekeeping<fake_store> keeper(store, {{"suno", 1h}}, 1h);
  EXPECT_TRUE(store.wait_for_derivations(5)) << "a failure, three times more, then no more";
  EXPECT_FALSE(store.wait_for_derivations(6, 50ms));
}

TEST(Housekeeping, TriesAgainAfterAFailure) {
  fake_store store;
  store.removable = 1'000'000;
  store.reading_fails = store::errc::busy;
  const housekeeping<fake_store> keeper(store, {{"suno", 1h}}, 1ms);
  ASSERT_TRUE(store.wait_for_removals(3));
  const auto removals = store.removals();
  EXPECT_NE(removals[0].before, removals[1].before) << "a failed batch ends its sweep";
}

TEST(Housekeeping, RemovesNothingRightAfterTheStart) {
  fake_store store;
  const housekeeping<fake_store> keeper(store, {{"suno", 1h}});
  EXPECT_FALSE(store.wait_for_removals(1, 50ms));
}

TEST(Housekeeping, StopsAtOnceWhateverItsInterval) {
  fake_store store;
  const auto begin = std::chrono::steady_clock::now();
  { const housekeeping<fake_store> keeper(store, {{"suno", 1h}}, std::chrono::hours{1}); }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

}  // namespace
}  // namespace callgate
