// SPDX-License-Identifier: Apache-2.0
// Memory of one operation.
#include <callgate/net/handler_memory.hpp>

#include <gtest/gtest.h>

#include <cstdint>

#include <cstdint>
#include <memory>

namespace callgate::net {
namespace {

TEST(HandlerMemory, ServesOneOperationFromItsOwnRoom) {
  handler_memory memory;
  void* first = memory.allocate(100);
  EXPECT_GE(static_cast<void*>(first), static_cast<void*>(&memory));
  EXPECT_LT(static_cast<void*>(first), static_cast<void*>(&memory + 1));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % alignof(std::max_align_t), 0U);
  memory.deallocate(first);
  EXPECT_EQ(memory.allocate(handler_memory::capacity_bytes), first) << "and the next one again";
  memory.deallocate(first);
}

TEST(HandlerMemory, FallsBackToTheHeap) {
  handler_memory memory;
  void* first = memory.allocate(1);
  void* second = memory.allocate(1);
  EXPECT_NE(first, second);
  memory.deallocate(second);
  void* third = memory.allocate(1);
  EXPECT_NE(third, first) << "the first one is still in use";
  memory.deallocate(third);
  memory.deallocate(first);
  void* large = memory.allocate(handler_memory::capacity_bytes + 1);
  EXPECT_NE(large, first);
  memory.deallocate(large);
}

TEST(HandlerAllocator, IsAnAllocatorOfItsMemory) {
  handler_memory a, b;
  using allocator = handler_allocator<int>;
  EXPECT_TRUE(allocator(a) == handler_allocator<char>(a));
  EXPECT_FALSE(allocator(a) == allocator(b));
  allocator of_a(a);
  int* place = std::allocator_traits<allocator>::allocate(of_a, 4);
  const auto first = reinterpret_cast<std::uintptr_t>(place);
  std::allocator_traits<allocator>::deallocate(of_a, place, 4);
  EXPECT_EQ(first, reinterpret_cast<std::uintptr_t>(a.allocate(1)));
}

struct counter {
  int sum = 0;
  void add(int a, int b) { sum += a + b; }
};

TEST(BoundHandler, CallsTheMember) {
  counter object;
  handler_memory memory;
  const bound_handler<counter, &counter::add> handler(object, memory);
  handler(2, 3);
  EXPECT_EQ(object.sum, 5);
  EXPECT_EQ(&handler.get_allocator().memory(), &memory);
}

}  // namespace
}  // namespace callgate::net
