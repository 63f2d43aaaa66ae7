// SPDX-License-Identifier: Apache-2.0
// Tasks that an application registers: the same with every store (memory_registrations,
// memory_record_source and task_registration are seen through it).
#include <callgate/store/sqlite_tasks.hpp>

#include <callgate/store/memory.hpp>
#include <callgate/store/sqlite.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <type_traits>

namespace callgate::store {
namespace {

using testing::post_with_records;
using testing::sample_record_set;
using testing::suno_callback;
using testing::text_of;

constexpr unix_micros now = 5'000 * testing::second;

template <class Store>
class Tasks : public ::testing::Test {
 protected:
  Tasks() {
    if constexpr (std::is_same_v<Store, sqlite>)
      made = std::make_unique<sqlite>(sqlite_options{.folder = folder.path});
    else
      made = std::make_unique<memory>();
    made->use_records(sample_record_set);
    EXPECT_TRUE(testing::reaches(*made, condition::ready));
  }
  registered_task expect_task(std::int64_t attempt = 1, const char* user = nullptr) {
    std::array<context_value, 1> context{};
    task_registration wanted{.mount = "suno",
                             .task_id = "task-1",
                             .records = &sample_record_set,
                             .attempt = attempt,
                             .now = now};
    if (user != nullptr) {
      context[0] = {"user", {.kind = scalar::type::text, .text = user}};
      wanted.context = context;
    }
    return made->register_task(wanted).value();
  }
  outcome post(const char* stage, const std::vector<std::string>& titles, bool required = false) {
    return post_with_records(*made, suno_callback(stage, titles), sample_record_set, required)
        .result;
  }
  history_entry entry() { return made->find("task-1", "suno", 9).value().at(0); }
  std::string rows() { return text_of(*made->records(sample_record_set, "suno", "task-1")); }

  testing::temporary_folder folder;
  std::unique_ptr<Store> made;
};

using stores = ::testing::Types<memory, sqlite>;
TYPED_TEST_SUITE(Tasks, stores);

TYPED_TEST(Tasks, AreInTheHistoryBeforeTheirFirstCallback) {
  const registered_task got = this->expect_task();
  EXPECT_TRUE(got.created);
  EXPECT_EQ(got.attempt, 1);
  EXPECT_EQ(got.callbacks, 0);
  const history_entry e = this->entry();
  EXPECT_EQ(e.id, got.id);
  EXPECT_EQ(e.provider, "suno");
  EXPECT_EQ(e.status, task_status::pending);
  EXPECT_EQ(e.first_received_at, now);
  EXPECT_EQ(e.callbacks, 0);
}

TYPED_TEST(Tasks, GiveTheirContextToTheRecords) {
  this->expect_task(1, "u1");
  this->post("first", {"A"});
  EXPECT_EQ(this->rows(),
            "task: status=processing title=A owner=u1/task-1;\n"
            "version: position=1 id=a duration=1.5 title=A;\n");
}

TYPED_TEST(Tasks, AreJoinedWithCallbacksThatCameFirst) {
  this->post("complete", {"A"});
  this->post("text", {});
  const registered_task got = this->expect_task(1, "u1");
  EXPECT_FALSE(got.created);
  EXPECT_EQ(got.callbacks, 2);
  EXPECT_EQ(got.stage, "complete");
  EXPECT_EQ(got.status, task_status::completed);
  EXPECT_EQ(this->rows(),
            "task: status=completed meta.text_at=1000000000 title=A owner=u1/task-1;\n"
            "version: position=1 id=a duration=1.5 title=A;\n");
}

TYPED_TEST(Tasks, AreUnknownUntilSomebodyRegistersThem) {
  EXPECT_EQ(this->post("first", {"A"}, true), outcome::unknown_task);
  EXPECT_EQ(this->post("error", {}, true), outcome::unknown_task);
  EXPECT_EQ(this->post("text", {}, true), outcome::unknown_task);
  EXPECT_EQ(this->entry().status, task_status::pending);
  EXPECT_EQ(this->entry().stage, "");
  EXPECT_EQ(this->rows(), "task:\nversion:\n") << "no row of a task that nobody knows";
  const registered_task got = this->expect_task();
  EXPECT_EQ(got.stage, "error") << "what came first counts now";
  EXPECT_NE(this->rows(), "task:\nversion:\n");
  EXPECT_EQ(this->entry().status, task_status::failed);
  EXPECT_EQ(this->entry().stage, "error");
  EXPECT_EQ(this->entry().result, outcome::accepted);
  EXPECT_EQ(this->post("complete", {"A"}, true), outcome::accepted);
  EXPECT_EQ(this->entry().stage, "complete");
}

TYPED_TEST(Tasks, ShowTheStageOfTheirLastCallbackWhenAnEarlierOneSetsTheirs) {
  EXPECT_EQ(this->post("first", {"A"}, true), outcome::unknown_task);
  auto c = suno_callback("text", {});
  c.decided = outcome::processing_failed;
  EXPECT_EQ(post_with_records(*this->made, c, sample_record_set, true).result, c.decided);
  EXPECT_EQ(this->entry().stage, "text");
  EXPECT_EQ(this->expect_task().stage, "first");
  EXPECT_EQ(this->entry().last_stage, "text");
}

// The joining changes what came too early, nothing else: the last callback stays what it was.
TYPED_TEST(Tasks, KeepWhatBecameOfTheirLastCallback) {
  auto c = suno_callback("first", {"A"});
  c.key = "delivery";
  c.conflicts = true;
  EXPECT_EQ(post_with_records(*this->made, c, sample_record_set, true).result,
            outcome::unknown_task);
  c.raw += " ";
  EXPECT_EQ(post_with_records(*this->made, c, sample_record_set, true).result, outcome::conflict);
  EXPECT_EQ(this->expect_task().stage, "first");
  EXPECT_EQ(this->entry().result, outcome::conflict);
}

TYPED_TEST(Tasks, AreAcceptedWhenTheirLastCallbackCameTooEarlyAndMovesNothing) {
  EXPECT_EQ(this->post("text", {}, true), outcome::unknown_task);
  this->expect_task();
  EXPECT_EQ(this->entry().result, outcome::accepted);
}

TYPED_TEST(Tasks, SayWhichOfTheirEarlyCallbacksMovedThem) {
  for (const char* stage : {"text", "complete", "first", "complete"})
    this->post(stage, {"A" + std::to_string(this->made->last_sequence())}, true);
  this->expect_task();
  std::string moved;
  const auto events = this->made->read_events("suno", 0, 9);
  for (const stored_event& e : events.value()) moved += e.moved ? 'y' : 'n';
  EXPECT_EQ(moved, "yyny") << "as if they had come after the registration, one by one";
  this->post("first", {"B"}, true);
  EXPECT_FALSE(this->made->read_events("suno", 4, 9).value().at(0).moved);
}

// A later attempt begins without callbacks: none of the earlier ones moves it.
TYPED_TEST(Tasks, OfALaterAttemptAreMovedByNoEarlyCallback) {
  this->post("complete", {"A"}, true);
  EXPECT_EQ(this->expect_task(2).stage, "");
  EXPECT_FALSE(this->made->read_events("suno", 0, 9).value().at(0).moved);
}

TYPED_TEST(Tasks, HaveRowsWithTheRecordIdOfTheCallbackAlsoWhenTheyAreDerivedAnew) {
  static constexpr std::array<record_column, 2> columns{{
      {"id", column_type::text, [](const record_input& in) { return scalar_of(in.record_id); }},
      sample_record_set.plans[0].columns[3],
  }};
  static constexpr std::array<record_plan, 1> plans{{{.name = "task", .columns = columns}}};
  record_set set = sample_record_set;
  set.plans = plans;
  this->made->use_records(set);
  auto c = suno_callback("complete", {"A"});
  c.record_id = "r1";
  post_with_records(*this->made, c, set);
  c = suno_callback("text", {});
  c.record_id = "r2";
  post_with_records(*this->made, c, set);
  EXPECT_EQ(text_of(*this->made->records(set, "suno", "task-1")), "task: id=r1 owner=/task-1;\n");
  EXPECT_EQ(this->entry().record_id, "r2") << "the latest name of the task";
  this->expect_task(1, "u");
  EXPECT_EQ(text_of(*this->made->records(set, "suno", "task-1")), "task: id=r1 owner=u/task-1;\n");
}

TYPED_TEST(Tasks, TakeARepetitionOfWhatWasRefusedAndRemoved) {
  testing::callback c = suno_callback("first", {"A"});
  c.key = "once";
  EXPECT_EQ(post_with_records(*this->made, c, sample_record_set, true).result,
            outcome::unknown_task);
  EXPECT_TRUE(this->made->remove(this->entry().id).value());
  const testing::posted again = post_with_records(*this->made, c, sample_record_set, true);
  EXPECT_EQ(again.result, outcome::unknown_task);
  EXPECT_EQ(again.sequence, 2) << "it is kept anew";
  this->expect_task();
  EXPECT_EQ(this->entry().callbacks, 1);
  EXPECT_EQ(this->entry().stage, "first");
}

TYPED_TEST(Tasks, AreUnknownToARepetitionTooUntilSomebodyRegistersThem) {
  testing::callback c = suno_callback("first", {"A"});
  c.key = "once";
  const auto posted_again = [&] {
    return post_with_records(*this->made, c, sample_record_set, true);
  };
  EXPECT_EQ(posted_again().result, outcome::unknown_task);
  const testing::posted second = posted_again();
  EXPECT_EQ(second.result, outcome::unknown_task);
  EXPECT_EQ(second.sequence, 1) << "of the first: nothing is stored twice";
  EXPECT_EQ(this->entry().callbacks, 1);
  this->expect_task();
  EXPECT_EQ(posted_again().result, outcome::duplicate);
  c.decided = outcome::unknown_type;
  c.task_id = "task-2";
  c.key = "other";
  EXPECT_EQ(posted_again().result, outcome::unknown_type);
  EXPECT_EQ(posted_again().result, outcome::duplicate)
      << "nobody was told that its task is unknown";
}

TYPED_TEST(Tasks, AreReopenedByALaterAttemptOnly) {
  this->expect_task(1, "u1");
  this->post("complete", {"old"});
  EXPECT_EQ(this->expect_task(1).stage, "complete") << "the same attempt changes nothing";
  const registered_task again = this->expect_task(2);
  EXPECT_EQ(again.attempt, 2);
  EXPECT_EQ(again.stage, "");
  EXPECT_EQ(this->entry().status, task_status::pending);
  this->post("first", {"new"});
  EXPECT_EQ(this->entry().stage, "first");
  EXPECT_EQ(this->rows(),
            "task: status=processing title=new owner=u1/task-1;\n"
            "version: position=1 id=a duration=1.5 title=new;\n");
  EXPECT_EQ(this->entry().callbacks, 2) << "one entry, both attempts";
}

// Rows are of the latest attempt: none of the old values, none of the old rows.
TYPED_TEST(Tasks, BeginANewAttemptWithoutRows) {
  this->expect_task(1, "u1");
  this->post("text", {});
  this->post("complete", {"A", "B"});
  this->expect_task(2);
  EXPECT_EQ(this->rows(), "task:\nversion:\n");
  this->post("complete", {"C"});
  EXPECT_EQ(this->rows(),
            "task: status=completed title=C owner=u1/task-1;\n"
            "version: position=1 id=a duration=1.5 title=C;\n");
}

// The second failure may have the very bytes of the first.
TYPED_TEST(Tasks, OfANewAttemptMayReceiveWhatTheOldOneReceived) {
  auto c = suno_callback("error", {});
  c.key = "derived from task, stage and body";
  EXPECT_EQ(post_with_records(*this->made, c).result, outcome::accepted);
  EXPECT_EQ(post_with_records(*this->made, c).result, outcome::duplicate);
  this->expect_task(2);
  EXPECT_EQ(post_with_records(*this->made, c).result, outcome::accepted);
  EXPECT_EQ(this->entry().status, task_status::failed);
  EXPECT_EQ(post_with_records(*this->made, c).result, outcome::duplicate);
  this->expect_task(3);
  c.conflicts = true;  // a delivery id: that delivery was received, whatever the attempt
  EXPECT_EQ(post_with_records(*this->made, c).result, outcome::duplicate);
}

TYPED_TEST(Tasks, HaveRoomForTheRowsOfAWideArray) {
  const record_plan& narrow = sample_record_set.plans[1];
  std::vector<record_column> columns(narrow.columns.begin(), narrow.columns.end());
  while (columns.size() < max_record_columns) columns.push_back(columns.back());
  std::vector<std::string> names;
  for (std::size_t c = 4; c < columns.size(); ++c) names.push_back("c" + std::to_string(c));
  for (std::size_t c = 4; c < columns.size(); ++c) columns[c].name = names[c - 4];
  columns[0].read = [](const record_input& in) {
    return scalar{.kind = scalar::type::integer, .integer = static_cast<std::int64_t>(in.item)};
  };
  record_plan wide = narrow;
  wide.name = "wide";
  wide.columns = columns;
  wide.count_rows = [](const void*) { return std::size_t{200}; };  // 600 KiB of values
  record_set set = sample_record_set;
  set.provider = "wide";
  set.plans = {&wide, 1};
  this->made->use_records(set);
  EXPECT_EQ(post_with_records(*this->made, suno_callback("first", {"A"}), set).result,
            outcome::accepted);
  EXPECT_EQ(this->made->records(set, "suno", "task-1")->at(0).rows.size(), 200U);
}

TYPED_TEST(Tasks, AreNotTakenBackToAnEarlierAttempt) {
  this->expect_task(3, "u3");
  const registered_task late = this->expect_task(2, "u2");
  EXPECT_TRUE(late.outdated);
  EXPECT_EQ(late.attempt, 3);
  this->post("text", {});
  EXPECT_NE(this->rows().find("owner=u3/"), std::string::npos);
}

TYPED_TEST(Tasks, AddToTheirContext) {
  this->expect_task(1, "u1");
  const std::array<context_value, 1> more{
      {{"rated", {.kind = scalar::type::boolean, .boolean = true}}}};
  (void)this->made->register_task({.mount = "suno",
                                   .task_id = "task-1",
                                   .records = &sample_record_set,
                                   .context = more,
                                   .now = now});
  this->post("text", {});
  EXPECT_EQ(this->rows(),
            "task: status=pending meta.text_at=1000000000 owner=u1/task-1 rated=yes;\nversion:\n");
}

// Whatever the order: the same rows, and the same as if they had come with the registration first.
TYPED_TEST(Tasks, ComeToTheSameRecordsInEveryOrder) {
  std::vector<int> order{0, 1, 2, 3};
  std::string expected;
  int number = 0;
  do {
    const std::string task = "task-" + std::to_string(++number);
    for (const int step : order) {
      auto c = step == 0   ? suno_callback("text", {"T"})
               : step == 1 ? suno_callback("first", {"A"})
                           : suno_callback("complete", {"", "B"});
      c.task_id = task;
      if (step < 3) {
        post_with_records(*this->made, c);
        continue;
      }
      const std::array<context_value, 1> who{{{"user", {.kind = scalar::type::text, .text = "u"}}}};
      (void)this->made->register_task({.mount = "suno",
                                       .task_id = task,
                                       .records = &sample_record_set,
                                       .context = who,
                                       .now = now});
    }
    std::string got = text_of(*this->made->records(sample_record_set, "suno", task));
    got.replace(got.find(task), task.size(), "task");
    if (expected.empty()) expected = got;
    EXPECT_EQ(got, expected);
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(
      expected,
      "task: status=completed meta.text_at=1000000000 title=A owner=u/task;\n"
      "version: position=1 id=a duration=1.5 title=A; position=2 id=b duration=2.5 title=B;\n");
}

}  // namespace
}  // namespace callgate::store
