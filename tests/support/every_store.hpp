// SPDX-License-Identifier: Apache-2.0
// Runs the same tests over every store.
#pragma once

#include <callgate/store/memory.hpp>
#include <callgate/store/sqlite.hpp>
#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace callgate::testing {

inline constexpr std::int64_t quarantine_rows = 3;

struct memory_case {
  using type = store::memory;
  store::memory store{[] {
    store::memory_options o;
    o.max_quarantine_rows = quarantine_rows;
    o.max_quarantine_bytes = 1000;
    return o;
  }()};
};

struct sqlite_case {
  using type = store::sqlite;
  temporary_folder folder;
  store::sqlite store{[this] {
    store::sqlite_options o;
    o.folder = folder.path + "/data";
    o.max_quarantine_rows = quarantine_rows;
    o.max_quarantine_bytes = 1000;
    return o;
  }()};
};

template <class Case>
class EveryStore : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(reaches(store(), store::condition::ready)); }
  typename Case::type& store() { return case_.store; }
  posted post(const callback& c) { return testing::post(store(), c); }
  auto list(std::string_view provider = {}, std::size_t limit = 1000) {
    return testing::list(store(), provider, limit);
  }
  auto found(std::string_view name, std::string_view provider = {}) {
    return testing::found(store(), name, provider);
  }

  store::history_entry only(std::string_view id, std::string_view provider = {}) {
    const auto names = found(id, provider);
    EXPECT_EQ(names.size(), 1u) << id;
    if (names.empty()) return {};
    EXPECT_TRUE(names.front().timeline.empty() && names.front().raw.empty()) << "read for one only";
    return store().entry(names.front().id).value().value();
  }

 private:
  Case case_;
};

using Stores = ::testing::Types<memory_case, sqlite_case>;
class StoreNames {
 public:
  template <class Case>
  static std::string GetName(int) {
    return std::is_same_v<Case, memory_case> ? "memory" : "sqlite";
  }
};

}  // namespace callgate::testing
