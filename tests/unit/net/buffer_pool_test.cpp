// SPDX-License-Identifier: Apache-2.0
// Leased buffers: sizes, reuse, the bound.
#include <callgate/net/buffer_pool.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

namespace {

std::atomic<std::size_t> heap_allocations{0};

}  // namespace

// Of the whole test program. Not inlined: g++ would take malloc() and delete for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  heap_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* place = std::malloc(bytes)) return place;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* place) noexcept {
  std::free(place);
}
[[gnu::noinline]] void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}

namespace callgate::net {
namespace {

constexpr std::size_t KiB = 1024;

TEST(BufferPool, LeasesTheSmallestClassThatHolds) {
  buffer_pool pool(64 * KiB * KiB);
  const auto size_of = [&](std::size_t bytes) { return pool.lease(bytes).bytes().size(); };
  EXPECT_EQ(size_of(0), 4 * KiB);
  EXPECT_EQ(size_of(4 * KiB), 4 * KiB);
  EXPECT_EQ(size_of(4 * KiB + 1), 16 * KiB);
  EXPECT_EQ(size_of(16 * KiB + 1), 64 * KiB);
  EXPECT_EQ(size_of(64 * KiB + 1), 256 * KiB);
  EXPECT_EQ(size_of(256 * KiB + 1), 1024 * KiB);
  EXPECT_EQ(size_of(1024 * KiB + 1), 4096 * KiB);
  EXPECT_EQ(size_of(4096 * KiB), 4096 * KiB);
}

TEST(BufferPool, ServesSmallLeasesFromIdleLargeBuffersOnceTheBudgetIsSpent) {
  buffer_pool pool(4096 * KiB);
  { const buffer_lease burst = pool.lease(4096 * KiB); }
  buffer_lease small = pool.lease(1);
  ASSERT_TRUE(small);
  EXPECT_EQ(small.bytes().size(), 4096 * KiB);
  EXPECT_FALSE(pool.lease(1));
  small.reset();
  EXPECT_TRUE(pool.lease(4096 * KiB));
}

TEST(BufferPool, LeasesNothingLargerThanItsLargestClass) {
  buffer_pool pool(SIZE_MAX);
  EXPECT_EQ(buffer_pool::max_lease_bytes, 4096 * KiB);
  EXPECT_FALSE(pool.lease(buffer_pool::max_lease_bytes + 1));
  EXPECT_FALSE(pool.lease(SIZE_MAX));
  EXPECT_EQ(pool.allocated_bytes(), 0U);
}

TEST(BufferPool, NeverGoesOverItsBound) {
  buffer_pool pool(20 * KiB);
  buffer_lease large = pool.lease(16 * KiB);
  EXPECT_TRUE(large);
  EXPECT_FALSE(pool.lease(16 * KiB));
  buffer_lease small = pool.lease(1);
  EXPECT_TRUE(small);
  EXPECT_FALSE(pool.lease(1));
  EXPECT_EQ(pool.allocated_bytes(), 20 * KiB);
  small.reset();
  EXPECT_TRUE(pool.lease(1)) << "what came back can be leased again";
}

TEST(BufferPool, ReusesWhatCameBack) {
  buffer_pool pool(1024 * KiB);
  const char* first = pool.lease(1).bytes().data();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pool.lease(1).bytes().data(), first);
  EXPECT_EQ(pool.allocated_bytes(), 4 * KiB);
}

TEST(BufferPool, GivesNoBufferTwice) {
  buffer_pool pool(1024 * KiB);
  std::vector<buffer_lease> leases;
  for (int i = 0; i < 20; ++i) {
    leases.push_back(pool.lease(1));
    ASSERT_TRUE(leases.back());
    std::fill(leases.back().bytes().begin(), leases.back().bytes().end(),
              static_cast<char>('a' + i));
  }
  for (int i = 0; i < 20; ++i)
    for (const char c : leases[static_cast<std::size_t>(i)].bytes()) ASSERT_EQ(c, 'a' + i);
}

TEST(BufferPool, AllocatesNothingOnceItIsWarm) {
  buffer_pool pool(1024 * KiB);
  const auto lease_some = [&] {
    const buffer_lease a = pool.lease(1), b = pool.lease(1), c = pool.lease(5 * KiB);
    return a && b && c;
  };
  ASSERT_TRUE(lease_some());
  const std::size_t warm = heap_allocations;
  EXPECT_GT(warm, 0U) << "or nothing is counted";
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(lease_some());
  EXPECT_EQ(heap_allocations, warm);
}

TEST(BufferLease, MovesItsBuffer) {
  buffer_pool pool(1024 * KiB);
  buffer_lease a = pool.lease(1);
  const char* place = a.bytes().data();
  buffer_lease b = std::move(a);
  EXPECT_FALSE(a);  // NOLINT: moved from is empty, and that is promised
  EXPECT_EQ(b.bytes().data(), place);
  buffer_lease c = pool.lease(1);
  c = std::move(b);
  EXPECT_EQ(c.bytes().data(), place);
  c.reset();
  EXPECT_FALSE(c);
  EXPECT_TRUE(c.bytes().empty());
  c.reset();
}

}  // namespace
}  // namespace callgate::net
