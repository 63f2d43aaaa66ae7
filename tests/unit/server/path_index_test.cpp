// SPDX-License-Identifier: Apache-2.0
// The perfect hash: whatever the paths, each leads to its place and nothing else does.
#include <callgate/server/path_index.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

constexpr std::array<std::string_view, 5> some{"/a", "/callbacks/suno", "/callbacks/kie",
                                               "/callbacks/eleven", "/callback"};
constexpr path_index<5> compiled(some);
static_assert(compiled.find("/callbacks/kie") == 2);
static_assert(compiled.find("/callbacks/kif") == compiled.nowhere);

// What is found when compiling is what is found at start.
TEST(PathIndex, IsTheSameWhereverItIsBuilt) {
  const std::vector<std::string_view> at_start(some.begin(), some.end());
  const path_index<5> built(at_start);
  for (std::size_t i = 0; i < some.size(); ++i) {
    const std::string copy(some[i]);
    EXPECT_EQ(compiled.find(copy), i) << copy;
    EXPECT_EQ(built.find(copy), i) << copy;
  }
}

TEST(PathIndex, LeadsNowhereFromOtherPaths) {
  for (const std::string_view path : some) {
    for (std::size_t size = 0; size < path.size(); ++size)
      EXPECT_EQ(compiled.find(path.substr(0, size)), size == 9 ? 4 : compiled.nowhere) << size;
    EXPECT_EQ(compiled.find(std::string(path) + "/"), compiled.nowhere);
    EXPECT_EQ(compiled.find(std::string(path) + '\0'), compiled.nowhere);
    for (std::size_t i = 0; i < path.size(); ++i) {
      std::string other(path);
      other[i] ^= 0x20;
      EXPECT_EQ(compiled.find(other), compiled.nowhere) << other;
    }
  }
  EXPECT_EQ(compiled.find(""), compiled.nowhere);
  EXPECT_EQ(compiled.find(" "), compiled.nowhere);
  EXPECT_EQ(compiled.find(std::string(4096, '/')), compiled.nowhere);
}

// Under a sanitizer: of the path and nothing behind it.
TEST(PathIndex, ReadsNoByteBehindThePath) {
  for (std::size_t size = 1; size < 40; ++size) {
    const std::unique_ptr<char[]> exact(new char[size]);
    std::fill_n(exact.get(), size, '/');
    const std::string_view path(exact.get(), size);
    const path_index<1> index({&path, 1});
    EXPECT_EQ(index.find(path), 0U);
    EXPECT_EQ(index.find(std::string(size + 1, '/')), index.nowhere);
  }
}

TEST(PathIndex, MayBeEmpty) {
  const path_index<0> none({});
  EXPECT_EQ(none.find("/"), none.nowhere);
  const path_index<9> room_only({});
  EXPECT_EQ(room_only.find(""), room_only.nowhere);
  EXPECT_TRUE(room_only.paths().empty());
}

// Sets that are as alike as can be: one differing digit at the start, in the middle, at the end.
template <std::size_t N>
void expect_all_found(const std::vector<std::string>& owned) {
  const std::vector<std::string_view> paths(owned.begin(), owned.end());
  const auto index = std::make_unique<path_index<N>>(paths);
  for (std::size_t i = 0; i < paths.size(); ++i) ASSERT_EQ(index->find(owned[i]), i) << owned[i];
  for (const std::string& each : owned) ASSERT_EQ(index->find(each + "x"), index->nowhere);
}

TEST(PathIndex, IsFoundForManyPathsThatAreAlike) {
  for (std::size_t count = 1; count <= 64; ++count) {
    std::vector<std::string> first, middle, last, doubled;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string digits = std::to_string(1'000 + i);
      first.push_back("/" + digits + "/callbacks");
      middle.push_back("/callbacks/" + digits + "/of/one/provider");
      last.push_back("/callbacks/mount-" + digits);
      doubled.push_back("/" + digits + digits + digits + digits);
    }
    for (const auto& each : {first, middle, last, doubled}) expect_all_found<64>(each);
  }
  std::vector<std::string> thousand;
  for (int i = 0; i < 1'000; ++i) thousand.push_back("/callbacks/" + std::to_string(i));
  expect_all_found<1'000>(thousand);
}

}  // namespace
}  // namespace callgate
