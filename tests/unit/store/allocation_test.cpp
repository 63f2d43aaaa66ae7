// SPDX-License-Identifier: Apache-2.0
// No append allocates on the thread that submits it.
#include <callgate/store/memory.hpp>
#include <callgate/store/sqlite.hpp>

#include <tests/support/record_sample.hpp>
#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace {
thread_local std::size_t allocations = 0;
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  void* place = std::malloc(size == 0 ? 1 : size);
  if (place == nullptr) throw std::bad_alloc{};
  return place;
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* place) noexcept {
  std::free(place);
}
[[gnu::noinline]] void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}

namespace callgate::testing {
namespace {

TEST(Allocations, AreCounted) {
  const std::size_t before = allocations;
  ::operator delete(::operator new(4));  // a call: no optimiser may leave it out
  EXPECT_EQ(allocations, before + 1);
}

TEST(Allocations, AreNotMadeByTheMemoryStoreOnceItIsThere) {
  store::memory_options o;
  o.max_events = 50;
  o.max_tasks = 10;
  o.max_deliveries = 20;
  o.max_quarantine_records = 5;
  store::memory s{o};
  callback c;
  c.raw = std::string(2000, 'x');
  for (int i = 0; i < 300; ++i) {
    c.task_id = "task-" + std::to_string(i % 40);
    c.key = i % 3 == 0 ? "again" : std::to_string(i);
    c.decided = i % 5 == 0 ? outcome::bad_json : outcome::accepted;
    store::append_request r = request_of(c);
    const std::size_t before = allocations;
    const store::submission answer = s.append(r);
    ASSERT_EQ(allocations, before);
    ASSERT_EQ(answer, store::submission::done);
  }
}

TEST(Allocations, AreNotMadeByTheMemoryStoreForWhatAnAnswerTells) {
  store::memory s;
  s.use_records(sample_record_set);
  const std::array<store::context_value, 2> context{
      {{"user", scalar_of(std::string_view("a user whose name is no small string"))},
       {"rated", scalar_of(true)}}};
  ASSERT_TRUE(s.register_task({.mount = "suno",
                               .task_id = "task-1",
                               .records = &sample_record_set,
                               .context = context,
                               .now = 1}));
  callback c = suno_callback("first", {"A"});
  std::vector<std::byte> room(64 * 1024);
  arena memory{room};
  store::told_values told;
  for (int i = 0; i < 20; ++i) {
    c.key = std::to_string(i / 2);  // every second one is a duplicate
    store::append_request r = request_of(c);
    r.records = &sample_record_set;
    memory.reset(room);
    r.payload = sample_record_set.parse(c.raw, memory);
    r.told = &told;
    const std::size_t before = allocations;
    ASSERT_EQ(s.append(r), store::submission::done);
    ASSERT_EQ(allocations, before);
    ASSERT_EQ(told.view().size(), 5U);
    ASSERT_EQ(told.view()[0].text, "a user whose name is no small string/task-1");
  }
}

TEST(Allocations, AreNotMadeBySubmittingToTheEmbeddedStore) {
  temporary_folder folder;
  store::sqlite_options o;
  o.folder = folder.path + "/data";
  store::sqlite s{o};
  ASSERT_TRUE(reaches(s, store::condition::ready));
  for (int i = 0; i < 50; ++i) {
    const callback c;
    inbox in;
    store::append_request r = request_of(c);
    r.completions = &in.queue;
    const std::size_t before = allocations;
    const store::submission answer = s.append(r);
    ASSERT_EQ(allocations, before);
    ASSERT_EQ(answer, store::submission::queued);
    ASSERT_NE(in.take(1), nullptr);
  }
}

}  // namespace
}  // namespace callgate::testing
