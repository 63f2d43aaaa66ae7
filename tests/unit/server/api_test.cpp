// SPDX-License-Identifier: Apache-2.0
// What the history API answers.
#include <callgate/server/api.hpp>

#include <tests/support/fake_store.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate {
namespace {

using testing::fake_store;

store::history_entry entry(std::string id, std::string task, std::string mount) {
  store::history_entry e;
  e.id = std::move(id);
  e.task_id = std::move(task);
  e.mount = e.provider = std::move(mount);
  return e;
}

struct Api : ::testing::Test {
  Api() {
    store.entries = {entry("id-1", "t1", "suno"), entry("id-2", "t1", "kie"),
                     entry("id-3", "t3", "kie")};
  }

  fake_store store;
};

TEST_F(Api, ListsTheHistory) {
  const api_answer all = answer_history(store, {});
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.body, history_json(store.entries));
  EXPECT_EQ(store.last_query().limit, 50U);
  EXPECT_EQ(store.last_query().provider, "");
}

TEST_F(Api, PassesFilterAndLimitOn) {
  EXPECT_EQ(answer_history(store, {.provider = "kie", .limit = "7"}).status, 200);
  EXPECT_EQ(store.last_query().provider, "kie");
  EXPECT_EQ(store.last_query().limit, 7U);
}

TEST_F(Api, BoundsTheLimit) {
  for (const char* good : {"1", "500", "007"})
    EXPECT_EQ(answer_history(store, {.limit = good}).status, 200) << good;
  for (const char* bad :
       {"", "0", "501", "-1", "+1", " 1", "1 ", "1.0", "x", "0x1", "99999999999999999999"}) {
    const api_answer refused = answer_history(store, {.limit = bad});
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_EQ(refused.body,
              R"({"error":"bad_limit","message":"limit must be a number from 1 to 500"})");
  }
}

TEST_F(Api, FindsOneEntryByEitherId) {
  EXPECT_EQ(answer_history(store, {.path = "id-1"}).body, entry_json(store.entries[0]));
  EXPECT_EQ(answer_history(store, {.path = "t3"}).body, entry_json(store.entries[2]));
  EXPECT_EQ(answer_history(store, {.path = "t1", .provider = "kie"}).body,
            entry_json(store.entries[1]));
}

TEST_F(Api, SaysWhatCodesMean) {
  static constexpr code row{.value = 500, .name = "server_error"};
  const auto codes = [](std::string_view, std::int64_t value) {
    return value == 500 ? &row : nullptr;
  };
  store.entries[0].code = 500;
  EXPECT_EQ(answer_history(store, {}, codes).body, history_json(store.entries, codes));
  EXPECT_EQ(answer_history(store, {.path = "id-1"}, codes).body,
            entry_json(store.entries[0], codes));
  EXPECT_NE(answer_history(store, {}, codes).body.find("server_error"), std::string::npos);
}

TEST_F(Api, PrefersATaskToBodiesInQuarantineThatNameIt) {
  store::history_entry kept = store.entries[2];
  kept.id = "id-9";
  kept.quarantined = true;
  store.entries.push_back(kept);
  EXPECT_EQ(answer_history(store, {.path = "t3"}).body, entry_json(store.entries[2]));
}

TEST_F(Api, SaysSoWhenNothingIsThere) {
  const api_answer none = answer_history(store, {.path = "t9"});
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.body, R"({"error":"not_found","message":"no entry has this id or task id"})");
  EXPECT_EQ(answer_history(store, {.path = "t3", .provider = "suno"}).status, 404);
}

TEST_F(Api, AsksBackWhenSeveralAreThere) {
  const api_answer several = answer_history(store, {.path = "t1"});
  EXPECT_EQ(several.status, 409);
  EXPECT_EQ(several.body,
            R"({"error":"ambiguous","message":"'t1' names 2 entries: add ?provider= or ask by id",)"
            R"("candidates":[)"
            R"({"id":"id-1","provider":"suno","mount":"suno"},)"
            R"({"id":"id-2","provider":"kie","mount":"kie"}]})");
}

TEST_F(Api, SaysSoWhenTheStoreCannotBeRead) {
  store.reading_fails = store::errc::corrupt;
  for (const char* path : {"", "t1"}) {
    const api_answer failed = answer_history(store, {.path = path});
    EXPECT_EQ(failed.status, 503);
    EXPECT_EQ(failed.body,
              R"({"error":"store_unavailable","message":"the store cannot be read now: corrupt"})");
  }
}

}  // namespace
}  // namespace callgate
