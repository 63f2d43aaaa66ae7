// SPDX-License-Identifier: Apache-2.0
// What the answer to a callback tells of its task, over every store.
#include <callgate/store/tell.hpp>

#include <tests/support/every_store.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace callgate::testing {
namespace {

using store::told_values;

std::string text_of(const told_values& told) {
  std::string out;
  for (const scalar& value : told.view()) {
    using type = scalar::type;
    if (!out.empty()) out += ' ';
    if (value.kind == type::text)
      out += value.text;
    else if (value.kind == type::integer)
      out += std::to_string(value.integer);
    else
      out += value.kind == type::null ? "null" : value.boolean ? "true" : "false";
  }
  return out;
}

template <class Case>
class Tell : public EveryStore<Case> {
 protected:
  void SetUp() override {
    EveryStore<Case>::SetUp();
    this->store().use_records(sample_record_set);
  }

  void register_task(std::string_view owner) {
    const std::array<store::context_value, 2> context{
        {{"user", scalar_of(owner)}, {"rated", scalar_of(true)}}};
    const store::task_registration wanted{.mount = "suno",
                                          .task_id = "task-1",
                                          .records = &sample_record_set,
                                          .context = context,
                                          .now = 999 * second};
    ASSERT_TRUE(this->store().register_task(wanted));
  }

  // What is told when this is posted; the outcome comes with it.
  std::string told_of(const callback& c, bool wants_registered_task = false,
                      const record_set& set = sample_record_set) {
    told_values told;
    told.add(scalar_of(std::string_view("of the callback before")));
    const posted got = post_with_records(this->store(), c, set, wants_registered_task, &told);
    return std::string{enum_name(got.result)} + ": " + text_of(told);
  }
};

TYPED_TEST_SUITE(Tell, Stores, StoreNames);

callback titled(std::string_view title, std::string_view key = "k") {
  callback c = suno_callback("first", {std::string{title}});
  c.key = key;
  return c;
}

TYPED_TEST(Tell, HasTheContextOfARegisteredTaskAndThePayload) {
  this->register_task("u1");
  EXPECT_EQ(this->told_of(titled("Song")), "accepted: u1/task-1 true 200 Song accepted");
}

TYPED_TEST(Tell, HasNoContextOfATaskThatNobodyRegistered) {
  EXPECT_EQ(this->told_of(titled("Song")), "accepted: /task-1 null 200 Song accepted");
}

TYPED_TEST(Tell, SaysTheSameOfADuplicate) {
  this->register_task("u1");
  (void)this->told_of(titled("Song"));
  EXPECT_EQ(this->told_of(titled("Song")), "duplicate: u1/task-1 true 200 Song duplicate");
}

TYPED_TEST(Tell, SaysWhatItCanOfADuplicateWhoseTaskIsGone) {
  this->register_task("u1");
  (void)this->told_of(titled("Song"));
  EXPECT_TRUE(this->store().remove(this->only("task-1").id).value());
  EXPECT_EQ(this->told_of(titled("Song")), "duplicate: /task-1 null 200 Song duplicate");
}

TYPED_TEST(Tell, WorksForEveryOutcomeThatIsStoredWithItsTask) {
  EXPECT_EQ(this->told_of(titled("Song", "a"), true),
            "unknown_task: /task-1 null 200 Song unknown_task");
  this->register_task("u1");
  callback conflicting = titled("Other", "a");
  conflicting.conflicts = true;
  EXPECT_EQ(this->told_of(conflicting, true), "conflict: u1/task-1 true 200 Other conflict");
  callback odd = titled("Odd", "b");
  odd.decided = outcome::unknown_type;
  EXPECT_EQ(this->told_of(odd, true), "unknown_type: u1/task-1 true 200 Odd unknown_type");
}

TYPED_TEST(Tell, IsOfTheTaskAndTheCallbackAtHand) {
  this->register_task("u1");
  callback other = titled("Two", "b");
  other.task_id = "task-2";
  EXPECT_EQ(this->told_of(other), "accepted: /task-2 null 200 Two accepted");
  EXPECT_EQ(this->told_of(titled("One", "a")), "accepted: u1/task-1 true 200 One accepted");
}

TYPED_TEST(Tell, MakesNullOfATextThatIsTooLong) {
  this->register_task(std::string(limits::max_told_bytes, 'o'));
  EXPECT_EQ(this->told_of(titled("Song")), "accepted: null true 200 Song accepted");
}

TYPED_TEST(Tell, DoesNothingWhereNobodyAsks) {
  EXPECT_EQ(post_with_records(this->store(), titled("Song")).result, outcome::accepted);
  record_set silent = sample_record_set;
  silent.provider = "silent";
  silent.told = {};
  this->store().use_records(silent);
  EXPECT_EQ(this->told_of(titled("Song", "a"), false, silent), "accepted: of the callback before")
      << "the room is as the submitter left it";
}

TYPED_TEST(Tell, NeedsNoTableOfRecords) {
  record_set plain = sample_record_set;
  plain.provider = "plain";
  plain.plans = {};
  this->store().use_records(plain);
  EXPECT_EQ(this->told_of(titled("Song"), false, plain),
            "accepted: /task-1 null 200 Song accepted");
}

// Takes all the memory there is.
scalar greedy(const record_input& in) {
  while (in.scratch->allocate_array<char>(64) != nullptr) continue;
  *in.overflowed = true;
  return {};
}
constexpr std::array<record_column, 1> impossible{{{"x", column_type::text, &greedy}}};

TEST(TellBesideRecords, IsThereWhenARecordFails) {
  static constexpr std::array<record_plan, 1> plans{{{.name = "hopeless", .columns = impossible}}};
  record_set set = sample_record_set;
  set.provider = "failing";
  set.plans = plans;
  sqlite_case made;
  ASSERT_TRUE(reaches(made.store, store::condition::ready));
  made.store.use_records(set);
  told_values told;
  const posted got = post_with_records(made.store, titled("Song"), set, false, &told);
  EXPECT_EQ(got.result, outcome::processing_failed);
  EXPECT_EQ(text_of(told), "/task-1 null 200 Song processing_failed");
}

TEST(TellItself, TellsNothingWhenMemoryIsUsedUp) {
  record_set set = sample_record_set;
  set.told = impossible;
  std::array<std::byte, 512> room{};
  arena memory{room};
  told_values told;
  told.add(scalar_of(1));
  store::tell(set, {}, memory, told);
  EXPECT_TRUE(told.view().empty());
}

}  // namespace
}  // namespace callgate::testing
