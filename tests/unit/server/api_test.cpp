// SPDX-License-Identifier: Apache-2.0
// What the history API answers: api_answer by api_answer.
#include <callgate/server/api.hpp>

#include <callgate/json/find.hpp>
#include <tests/support/fake_store.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

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

  api_answer ask(api_operation operation, std::string id = {}, std::string_view query = {},
                 std::string body = {}) {
    for (const api_route& route : api_routes) {
      if (route.operation != operation) continue;
      auto given = api_parameters::read(query, route.parameters);
      if (!given) return given.error();
      return answer_api(store, {operation, std::move(id), *given, std::move(body)});
    }
    return {};
  }
  api_answer list(std::string_view query = {}) { return ask(api_operation::list, {}, query); }
  api_answer one(std::string id, std::string_view query = {}) {
    return ask(api_operation::entry, std::move(id), query);
  }
  api_answer raw(std::string id, std::string_view query = {}) {
    return ask(api_operation::raw, std::move(id), query);
  }
  api_answer cleanup(std::string_view query, std::string body = {}) {
    return ask(api_operation::cleanup, {}, query, std::move(body));
  }

  fake_store store;
};

std::string error_of(const api_answer& a) {
  const auto found = json::find(a.body, "/error");
  return std::to_string(a.status) + " " + (found ? std::string(found->text) : a.body);
}

// --- the list

TEST_F(Api, ListsTheHistory) {
  const api_answer all = list();
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.body, history_json({store.entries, {}}));
  EXPECT_EQ(store.last_query().limit, 50U);
  EXPECT_EQ(store.last_query().provider, "");
  EXPECT_FALSE(store.last_query().after);
}

TEST_F(Api, PassesEveryFilterOn) {
  ASSERT_EQ(list("provider=kie&stage=done&status=failed&code=-5&text=a%20b&quarantined=without"
                 "&from=2026-01-07T20:07:33.101250Z&until=2026-01-07T21:07:33Z&limit=7")
                .status,
            200);
  const store::history_query q = store.last_query();
  EXPECT_EQ(q.provider, "kie");
  EXPECT_EQ(q.stage, "done");
  EXPECT_EQ(q.status, task_status::failed);
  EXPECT_EQ(q.code, -5);
  EXPECT_EQ(q.text, "a b");
  EXPECT_EQ(q.kinds, store::entry_kinds::tasks);
  EXPECT_EQ(q.from, 1'767'816'453'101'250);
  EXPECT_EQ(q.until, 1'767'820'053'000'000);
  EXPECT_EQ(q.limit, 7U);
  (void)list("quarantined=only");
  EXPECT_EQ(store.last_query().kinds, store::entry_kinds::quarantine);
  (void)list("quarantined=both");
  EXPECT_EQ(store.last_query().kinds, store::entry_kinds::both);
}

TEST_F(Api, GivesACursorAndTakesItBack) {
  store.next_page = store::history_position{5, true, 7};
  const api_answer page = list("limit=3");
  const std::string cursor = store::cursor_text(*store.next_page);
  EXPECT_NE(page.body.find(R"("next_cursor":")" + cursor + "\""), std::string::npos) << page.body;
  EXPECT_EQ(list("cursor=" + cursor).status, 200);
  EXPECT_EQ(store.last_query().after, store.next_page);
}

TEST_F(Api, BoundsTheLimit) {
  for (const char* good : {"1", "500", "007"})
    EXPECT_EQ(list(std::string("limit=") + good).status, 200) << good;
  for (const char* bad :
       {"", "0", "501", "-1", "%2B1", "+1", "1+", "1.0", "x", "0x1", "99999999999999999999"}) {
    const api_answer refused = list(std::string("limit=") + bad);
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_EQ(refused.body,
              R"({"error":"bad_limit","message":"limit must be a number from 1 to 500"})");
  }
}

TEST_F(Api, SaysWhichParameterIsBad) {
  for (const char* query :
       {"cursor=x", "cursor=", "status=done", "status=", "code=1.5", "code=99999999999999999999",
        "from=yesterday", "until=2026-01-07", "quarantined=yes", "quarantined="}) {
    const std::string name = std::string(query).substr(0, std::string(query).find('='));
    EXPECT_EQ(error_of(list(query)), "400 \"bad_" + name + "\"") << query;
  }
  EXPECT_EQ(error_of(list("text=" + std::string(129, 'x'))), R"(400 "bad_text")");
  EXPECT_EQ(list("text=" + std::string(128, 'x')).status, 200);
  EXPECT_EQ(error_of(list("provder=kie")), R"(400 "unknown_parameter")");
}

// --- one entry

TEST_F(Api, FindsOneEntryByAnyOfItsNames) {
  store.entries[2].record_id = "rec-3";
  EXPECT_EQ(one("id-1").body, entry_json(store.entries[0]));
  EXPECT_EQ(one("t3").body, entry_json(store.entries[2]));
  EXPECT_EQ(one("rec-3").body, entry_json(store.entries[2]));
  EXPECT_EQ(one("t1", "provider=kie").body, entry_json(store.entries[1]));
}

TEST_F(Api, SaysWhatCodesMean) {
  static constexpr code row{.value = 500, .name = "server_error"};
  const api_context about{
      [](std::string_view, std::int64_t value) { return value == 500 ? &row : nullptr; }};
  store.entries[0].code = 500;
  for (const char* id : {"", "id-1"}) {
    api_call call;
    call.operation = *id == '\0' ? api_operation::list : api_operation::entry;
    call.id = id;
    EXPECT_NE(answer_api(store, call, about).body.find("server_error"), std::string::npos);
    EXPECT_EQ(answer_api(store, call).body.find("server_error"), std::string::npos);
  }
}

// Of a task whose provider is mounted.
TEST_F(Api, ShowsTheRecordsOfATask) {
  const record_plan plan{.name = "track"};
  store.rows = {{&plan}};
  const record_set set{};
  api_call call;
  call.operation = api_operation::entry;
  call.id = "id-1";
  EXPECT_NE(answer_api(store, call).body.find(R"("records":{})"), std::string::npos);
  const api_context about{{}, {{store.entries[0].mount, store.entries[0].provider, &set}}};
  EXPECT_NE(answer_api(store, call, about).body.find(R"("records":{"track":null})"),
            std::string::npos);
}

// Those alone of which a task has one row, and none of a body that names no task.
TEST_F(Api, ListsTheRecordsOfEachTask) {
  const record_plan plan{.name = "history"};
  store.rows = {{&plan}};
  store.entries.resize(2);
  store.entries[1].quarantined = true;
  const record_set all{}, single{};
  const auto listed = [&](const record_set* shown) {
    const api_context about{{}, {{store.entries[0].mount, store.entries[0].provider, &all, shown}}};
    return answer_api(store, {}, about).body;
  };
  const std::string body = listed(&single);
  EXPECT_NE(body.find(R"("records":{"history":null}})"), std::string::npos) << body;
  EXPECT_EQ(body.find("records"), body.rfind("records")) << "the quarantined body has none";
  EXPECT_NE(listed(nullptr).find(R"("records":{}})"), std::string::npos);
  store.reading_fails = store::errc::not_open;
  EXPECT_EQ(answer_api(store, {}).status, 503);
}

TEST_F(Api, PrefersATaskToBodiesInQuarantineThatNameIt) {
  store::history_entry kept = store.entries[2];
  kept.id = "id-9";
  kept.quarantined = true;
  store.entries.push_back(kept);
  EXPECT_EQ(one("t3").body, entry_json(store.entries[2]));
}

// Whoever sends a task id that is somebody's entry id hides nothing.
TEST_F(Api, PrefersTheEntryIdToEveryOtherName) {
  store.entries.push_back(entry("id-9", "id-1", "kie"));
  EXPECT_EQ(one("id-1").body, entry_json(store.entries[0]));
}

TEST_F(Api, SaysSoWhenNothingIsThere) {
  const api_answer none = one("t9");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.body,
            R"({"error":"not_found","message":"no entry has this id, task id or record id"})");
  EXPECT_EQ(one("t3", "provider=suno").status, 404);
  EXPECT_EQ(raw("t9").status, 404);
}

TEST_F(Api, AsksBackWhenSeveralAreThere) {
  const api_answer several = one("t1");
  EXPECT_EQ(several.status, 409);
  EXPECT_EQ(several.body,
            R"({"error":"ambiguous","message":"'t1' names 2 entries: add ?provider= or ask by id",)"
            R"("candidates":[)"
            R"({"id":"id-1","provider":"suno","mount":"suno"},)"
            R"({"id":"id-2","provider":"kie","mount":"kie"}]})");
  EXPECT_EQ(raw("t1").body, several.body);
}

TEST_F(Api, NamesNoMoreCandidatesThanTheBound) {
  for (int i = 0; i < 100; ++i) store.entries.push_back(entry("x" + std::to_string(i), "t1", "m"));
  const api_answer several = one("t1");
  EXPECT_NE(several.body.find("'t1' names at least 20 entries"), std::string::npos);
  EXPECT_LT(several.body.size(), 2'000U);
}

// --- raw bodies

TEST_F(Api, GivesTheVeryBytes) {
  store.entries[2].raw = " {\"a\" : 1}\n";
  EXPECT_EQ(raw("t3").body, store.entries[2].raw);
  EXPECT_EQ(raw("t3").content_type, "application/json");
  store.entries[2].raw = std::string("<html>\0\xff", 8);
  EXPECT_EQ(raw("id-3").body, store.entries[2].raw);
  EXPECT_EQ(raw("id-3").content_type, "application/octet-stream");
  store.entries[2].raw = "";
  EXPECT_EQ(raw("id-3").body, "");
}

TEST_F(Api, GivesTheRawBodyOfASequence) {
  store.entries[2].sequence = 7;
  EXPECT_EQ(raw("t3", "sequence=7").status, 200);
  EXPECT_EQ(error_of(raw("t3", "sequence=8")), R"(404 "not_found")");
  for (const char* bad : {"0", "-1", "x", ""})
    EXPECT_EQ(error_of(raw("t3", std::string("sequence=") + bad)), R"(400 "bad_sequence")") << bad;
}

// --- removing

TEST_F(Api, RemovesByEntryIdOnly) {
  EXPECT_EQ(error_of(ask(api_operation::remove, "t3")), R"(404 "not_found")");
  EXPECT_EQ(store.entries.size(), 3U);
  const api_answer gone = ask(api_operation::remove, "id-3");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(store.entries.size(), 2U);
}

TEST_F(Api, ClearsEveryMountInBatches) {
  store.removable = 150;
  EXPECT_EQ(ask(api_operation::clear).body, R"({"removed":150,"complete":true})");
  const auto done = store.removals();
  ASSERT_EQ(done.size(), 4U) << "64, 64, 22 of the first mount, none of the second";
  EXPECT_EQ(done[0].mount, "suno");
  EXPECT_EQ(done[2].mount, "suno");
  EXPECT_EQ(done[3].mount, "kie");
  for (const auto& each : done) EXPECT_EQ(each.limit, 64U);
}

TEST_F(Api, ClearsOneProviderWhenToldSo) {
  EXPECT_EQ(ask(api_operation::clear, {}, "provider=kie").body, R"({"removed":0,"complete":true})");
  ASSERT_EQ(store.removals().size(), 1U);
  EXPECT_EQ(store.removals()[0].mount, "kie");
}

TEST_F(Api, ClearsNothingForAMisspelledProvider) {
  EXPECT_EQ(error_of(ask(api_operation::clear, {}, "provder=kie")), R"(400 "unknown_parameter")");
  EXPECT_TRUE(store.removals().empty());
}

TEST_F(Api, ClearsForAnEmptyObjectAndForNoOtherBody) {
  EXPECT_EQ(ask(api_operation::clear, {}, {}, "{}").status, 200);
  ASSERT_EQ(store.removals().size(), 2U);
  for (const char* body : {R"({"days":1})", "[]", "null", "no JSON"})
    EXPECT_EQ(error_of(ask(api_operation::clear, {}, {}, body)), R"(400 "bad_body")") << body;
  EXPECT_EQ(store.removals().size(), 2U);
}

TEST_F(Api, ClearsWhatIsThereNowAlsoWhenTheClockWasSetBack) {
  const unix_micros later = wall_now() + 3'600'000'000;
  store.entries[0].last_received_at = later;
  (void)ask(api_operation::clear);
  EXPECT_EQ(store.removals().at(0).before, later + 1);
  store.entries[0].last_received_at = 5;
  const unix_micros now = wall_now();
  (void)ask(api_operation::clear);
  EXPECT_GT(store.removals().back().before, now);
  EXPECT_LE(store.removals().back().before, wall_now() + 1);
}

TEST_F(Api, CleansUpWhatIsOlderThanTheDays) {
  constexpr std::int64_t day = 86'400'000'000;
  const auto days_of = [&](const api_answer& made) {
    EXPECT_EQ(made.status, 200) << made.body;
    return (wall_now() - store.removals().back().before + day / 2) / day;
  };
  EXPECT_EQ(days_of(cleanup("")), 15);
  EXPECT_EQ(days_of(cleanup("days=3")), 3);
  EXPECT_EQ(days_of(cleanup("", R"({"days":4})")), 4);
  EXPECT_EQ(days_of(cleanup("", "{}")), 15);
  EXPECT_EQ(days_of(cleanup("days=5", "{}")), 5);
  EXPECT_EQ(days_of(cleanup("days=36500")), 36500);
}

TEST_F(Api, CleansUpNothingForABadNumberOfDays) {
  for (const char* bad : {"0", "-1", "36501", "x", "", "1.5"})
    EXPECT_EQ(error_of(cleanup(std::string("days=") + bad)), R"(400 "bad_days")") << bad;
  for (const char* bad : {R"({"days":0})", R"({"days":36501})", R"({"days":"15"})", R"({"day":15})",
                          R"({"days":1.5})", "15", "[]", "{", R"({"days":1}{})"})
    EXPECT_EQ(error_of(cleanup("", bad)), R"(400 "bad_body")") << bad;
  EXPECT_EQ(cleanup("", R"({"days":0})").body,
            R"({"error":"bad_body","message":"/days: minimum"})");
  EXPECT_EQ(error_of(cleanup("days=1", R"({"days":1})")), R"(400 "repeated_parameter")");
  EXPECT_TRUE(store.removals().empty());
}

TEST_F(Api, SaysSoWhenTheStoreFails) {
  store.reading_fails = store::errc::corrupt;
  for (const api_operation o :
       {api_operation::list, api_operation::entry, api_operation::raw, api_operation::remove,
        api_operation::clear, api_operation::cleanup}) {
    const api_answer failed = ask(o, "t1");
    EXPECT_EQ(failed.status, 503);
    EXPECT_EQ(failed.body,
              R"({"error":"store_unavailable","message":"the store cannot be used now: corrupt"})");
  }
}

}  // namespace
}  // namespace callgate
