// SPDX-License-Identifier: Apache-2.0
// Entries of the history, member by member.
#include <callgate/server/history_json.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate {
namespace {

constexpr unix_micros at = 1'767'816'453'101'250;  // 2026-01-07T20:07:33.101250Z

store::history_entry task() {
  store::history_entry e;
  e.id = "id-1";
  e.mount = "main";
  e.provider = "suno";
  e.task_id = "t\"1";
  e.result = outcome::accepted;
  e.stage = "first";
  e.status = task_status::processing;
  e.last_stage = "text";
  e.code = 200;
  e.message = "said";
  e.first_received_at = at;
  e.last_received_at = at + 1;
  e.callbacks = 2;
  e.sequence = 9;
  e.raw = R"({"a": [1]})";
  store::stored_event one;
  one.sequence = 8;
  one.stage = "first";
  one.moved = true;
  one.code = 200;
  one.message = "said";
  one.received_at = at;
  e.timeline = {one, {}};
  e.timeline[1].sequence = 9;
  e.timeline[1].result = outcome::unknown_type;
  e.timeline[1].reason = "record 'track': no";
  e.timeline[1].received_at = at + 1;
  return e;
}

constexpr std::string_view members =
    R"("id":"id-1","kind":"task","provider":"suno","mount":"main","task_id":"t\"1",)"
    R"("record_id":null,)"
    R"("status":"processing",)"
    R"("callback_progress":"first","last_callback_type":"text",)"
    R"("status_code":200,"status_message":"said",)"
    R"("callbacks":2,"outcome":"accepted","sequence":9,"timestamp":"2026-01-07T20:07:33.101250Z",)"
    R"("last_callback_time":"2026-01-07T20:07:33.101251Z")";

TEST(HistoryJson, ListsEntriesWithoutBodies) {
  EXPECT_EQ(history_json({}), R"({"history":[],"next_cursor":null})");
  const std::string one = "{" + std::string(members) + R"(,"records":{}})";
  EXPECT_EQ(history_json({{task(), task()}, {}}),
            R"({"history":[)" + one + "," + one + R"(],"next_cursor":null})");
  const store::history_position next{at, false, 9};
  EXPECT_EQ(history_json({{}, next}),
            R"({"history":[],"next_cursor":")" + store::cursor_text(next) + "\"}");
}

TEST(HistoryJson, ShowsOneEntryWithItsTimelineAndBody) {
  EXPECT_EQ(entry_json(task()),
            "{" + std::string(members) +
                R"(,"timeline":[{"sequence":8,"callback_type":"first","outcome":"accepted",)"
                R"("moved":true,)"
                R"("status_code":200,"status_message":"said","reason":null,)"
                R"("timestamp":"2026-01-07T20:07:33.101250Z"},)"
                R"({"sequence":9,"callback_type":null,"outcome":"unknown_type",)"
                R"("moved":false,"status_code":null,)"
                R"("status_message":null,"reason":"record 'track': no",)"
                R"("timestamp":"2026-01-07T20:07:33.101251Z"}],)"
                R"("timeline_truncated":false,"stages":[],"records":{},"raw_data":{"a": [1]}})");
}

TEST(HistoryJson, TellsWhenStagesAreExpected) {
  using namespace std::chrono_literals;
  static constexpr std::array<stage, 2> stages{
      {{.name = "first", .rank = 1, .expected = 1ms}, {.name = "last", .rank = 2, .expected = 2s}}};
  const std::string text = entry_json(task(), {}, {}, stages, at + 3'000'000);
  EXPECT_NE(text.find(R"("stages":[{"name":"first","expected_at":"2026-01-07T20:07:33.102250Z",)"
                      R"("reached_at":"2026-01-07T20:07:33.101250Z","overdue":false},)"
                      R"({"name":"last","expected_at":"2026-01-07T20:07:35.101250Z",)"
                      R"("reached_at":null,"overdue":true}])"),
            text.npos)
      << text;
}

constexpr code listed{
    .value = 200, .name = "success", .severity = severity::success, .meaning = "Done"};

TEST(HistoryJson, SaysWhatACodeMeansBesideIt) {
  const auto codes = [](std::string_view provider, std::int64_t value) -> const code* {
    return provider == "suno" && value == 200 ? &listed : nullptr;
  };
  const std::string row =
      R"("status_code":200,"code":{"name":"success","severity":"success","retry":"never",)"
      R"("refunded":false,"meaning":"Done","message":{}},"status_message":"said")";
  const std::string list = history_json({{task()}, {}}, codes);
  EXPECT_NE(list.find(row), std::string::npos) << list;
  const std::string entry = entry_json(task(), codes);
  const std::size_t first = entry.find(row);
  ASSERT_NE(first, std::string::npos) << entry;
  EXPECT_NE(entry.find(row, first + 1), std::string::npos) << "of the timeline's item, too";
  EXPECT_NE(entry.find(R"("status_code":null,"status_message":null)"), std::string::npos);
}

TEST(HistoryJson, ShowsTheReasonOfAQuarantinedBodyInsteadOfATasksState) {
  store::history_entry e;
  e.id = "id-2";
  e.mount = e.provider = "kie";
  e.quarantined = true;
  e.result = outcome::bad_json;
  e.reason = "unexpected_byte";
  e.first_received_at = e.last_received_at = at;
  e.sequence = 3;
  e.raw = "bad \"json\"";
  EXPECT_EQ(entry_json(e),
            R"({"id":"id-2","kind":"quarantine",)"
            R"("provider":"kie","mount":"kie",)"
            R"("task_id":null,"record_id":null,"outcome":"bad_json",)"
            R"("reason":"unexpected_byte","sequence":3,"timestamp":"2026-01-07T20:07:33.101250Z",)"
            R"("last_callback_time":"2026-01-07T20:07:33.101250Z","raw_text":"bad \"json\""})");
}

TEST(HistoryJson, ShowsRecordIdAndWhetherTheTimelineIsWhole) {
  store::history_entry e = task();
  e.record_id = "rec-1";
  e.timeline_truncated = true;
  const std::string text = entry_json(e);
  EXPECT_NE(text.find(R"("record_id":"rec-1")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("timeline_truncated":true)"), std::string::npos) << text;
}

std::string raw_of(std::string_view bytes) {
  store::history_entry e;
  e.raw = bytes;
  const std::string text = entry_json(e);
  return text.substr(text.find("\"raw_"));
}

TEST(HistoryJson, LosesNoByteOfABody) {
  EXPECT_EQ(raw_of("{ \"a\" : 1e400 }"), "\"raw_data\":{ \"a\" : 1e400 }}")
      << "JSON stays as it came";
  EXPECT_EQ(raw_of("null"), "\"raw_data\":null}");
  EXPECT_EQ(raw_of(""), "\"raw_text\":\"\"}");
  EXPECT_EQ(raw_of("{\"a\":1"), "\"raw_text\":\"{\\\"a\\\":1\"}");
  EXPECT_EQ(raw_of(std::string_view("a\0b", 3)), "\"raw_text\":\"a\\u0000b\"}");
  EXPECT_EQ(raw_of("\xff"), "\"raw_base64\":\"/w==\"}");
  EXPECT_EQ(raw_of("\xff\xfe"), "\"raw_base64\":\"//4=\"}");
  EXPECT_EQ(raw_of("\"\xff\""), "\"raw_base64\":\"Iv8i\"}")
      << "a string with such bytes is no JSON";
}

}  // namespace
}  // namespace callgate
