// SPDX-License-Identifier: Apache-2.0
// What records come to, the same with every store.
#include <callgate/store/store.hpp>

#include <callgate/provider/record_set.hpp>
#include <callgate/store/task_registration.hpp>
#include <tests/support/every_store.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::testing {
namespace {

template <class Case>
class EveryStoresRecords : public EveryStore<Case> {
 protected:
  outcome post_for(const record_set& set, std::string_view stage,
                   const std::vector<std::string>& titles) {
    return post_with_records(this->store(), suno_callback(stage, titles), set).result;
  }
  std::string rows(const record_set& set) {
    const auto found = this->store().records(set, "suno", "task-1");
    return found ? text_of(*found) : "failed";
  }
};
TYPED_TEST_SUITE(EveryStoresRecords, Stores, StoreNames);

using sample_records::ex::first_of;
using sample_records::ex::null;
using first_title =
    sample_records::ex::body<&sample_records::payload::data, &sample_records::data::tracks,
                             source::at{0}, &sample_records::track::title>;

// kept: the title, if there is one. cleared: the title, or null.
constexpr std::array<record_column, 2> titles{{
    {"kept", column_type::text, &sample_records::ex::read<sample_records::payload, first_title>},
    {"cleared", column_type::text,
     &sample_records::ex::read<sample_records::payload, first_of<first_title, null>>},
}};

struct title_records {
  std::array<record_plan, 1> plans{{{.name = "title", .columns = titles}}};
  record_set set = [this] {
    record_set made = sample_record_set;
    made.plans = plans;
    return made;
  }();
};

TYPED_TEST(EveryStoresRecords, AreClearedByANullThatIsSaidAndByNothingElse) {
  const title_records records;
  this->store().use_records(records.set);
  this->post_for(records.set, "first", {"A"});
  EXPECT_EQ(this->rows(records.set), "title: kept=A cleared=A;\n");
  this->post_for(records.set, "first", {""});
  EXPECT_EQ(this->rows(records.set), "title: kept=A;\n") << "of one stage the later counts";
  this->post_for(records.set, "text", {"late"});
  EXPECT_EQ(this->rows(records.set), "title: kept=A;\n") << "the null is of a further stage";
  this->post_for(records.set, "complete", {"B"});
  EXPECT_EQ(this->rows(records.set), "title: kept=B cleared=B;\n");
  this->post_for(records.set, "first", {""});
  EXPECT_EQ(this->rows(records.set), "title: kept=B cleared=B;\n");
}

TYPED_TEST(EveryStoresRecords, AreClearedByWhatMovesNoTaskWhereNothingElseSaidIt) {
  const title_records records;
  this->store().use_records(records.set);
  this->post_for(records.set, "remix", {"A"});
  this->post_for(records.set, "remix", {""});
  EXPECT_EQ(this->rows(records.set), "title: kept=A;\n");
}

// The last of 64 columns has the sign bit of whatever counts them.
TYPED_TEST(EveryStoresRecords, AreClearedInEveryColumnThatARecordMayHave) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < max_record_columns; ++c) names.push_back("c" + std::to_string(c));
  std::vector<record_column> columns;
  for (const std::string& name : names)
    columns.push_back({name, column_type::text, titles[names.size() - columns.size() < 2].read});
  const std::array<record_plan, 1> plans{{{.name = "wide", .columns = columns}}};
  record_set set = sample_record_set;
  set.plans = plans;
  this->store().use_records(set);
  this->post_for(set, "first", {"A"});
  EXPECT_NE(this->rows(set).find("c63=A"), std::string::npos);
  this->post_for(set, "first", {""});
  const std::string got = this->rows(set);
  EXPECT_EQ(got.find("c63="), std::string::npos) << got;
  EXPECT_NE(got.find("c62=A"), std::string::npos) << got;
}

// A row whose key is null would be no row of anything.
TYPED_TEST(EveryStoresRecords, HaveNoRowWhoseKeyIsANullThatIsSaid) {
  std::vector<record_column> columns(sample_record_set.plans[1].columns.begin(),
                                     sample_record_set.plans[1].columns.end());
  columns[0].read = [](const record_input& in) {
    return in.item == 0 ? scalar{.kind = scalar::type::cleared} : scalar_of(std::int64_t{7});
  };
  record_plan plan = sample_record_set.plans[1];
  plan.columns = columns;
  record_set set = sample_record_set;
  set.plans = {&plan, 1};
  this->store().use_records(set);
  EXPECT_EQ(this->post_for(set, "first", {"A", "B"}), outcome::accepted);
  EXPECT_EQ(this->rows(set), "version: position=7 id=b duration=2.5 title=B;\n");
}

// The sample's task, there as soon as it is registered; beside it a record that is not.
struct registered_records {
  std::array<record_plan, 2> plans{sample_record_set.plans[0], sample_record_set.plans[1]};
  record_set set{};

  explicit registered_records(bool (*applies)(const record_input&) = nullptr) {
    plans[0].at_registration = true;
    plans[0].stages = 0b1011;  // not error; that is about callbacks only
    plans[0].applies = applies;
    set = sample_record_set;
    set.plans = plans;
  }
};

template <class Store>
void expect_task(Store& store, const record_set& set, const char* user, std::int64_t attempt = 1) {
  const std::array<store::context_value, 1> context{
      {{"user", {.kind = scalar::type::text, .text = user}}}};
  ASSERT_TRUE(store.register_task({.mount = "suno",
                                   .task_id = "task-1",
                                   .records = &set,
                                   .attempt = attempt,
                                   .context = context,
                                   .now = 5 * second}));
}

TYPED_TEST(EveryStoresRecords, OfARegisteredTaskAreThereBeforeItsFirstCallback) {
  const registered_records records;
  this->store().use_records(records.set);
  expect_task(this->store(), records.set, "u1");
  EXPECT_EQ(this->rows(records.set), "task: status=pending owner=u1/task-1;\nversion:\n");
  expect_task(this->store(), records.set, "u2");
  EXPECT_EQ(this->rows(records.set), "task: status=pending owner=u2/task-1;\nversion:\n");
  this->post_for(records.set, "error", {"E"});
  EXPECT_EQ(this->rows(records.set), "task: status=pending owner=u2/task-1;\nversion:\n")
      << "the record does not concern it";
  this->post_for(records.set, "first", {"A"});
  const std::string first =
      "task: status=processing title=A owner=u2/task-1;\n"
      "version: position=1 id=a duration=1.5 title=A;\n";
  EXPECT_EQ(this->rows(records.set), first);
  expect_task(this->store(), records.set, "u2");
  EXPECT_EQ(this->rows(records.set), first) << "every callback goes over it";
  expect_task(this->store(), records.set, "u3", 2);
  EXPECT_EQ(this->rows(records.set), "task: status=pending owner=u3/task-1;\nversion:\n")
      << "a new attempt begins anew";
}

TYPED_TEST(EveryStoresRecords, OfACallbackThatCameFirstAreTheSame) {
  registered_records records;
  records.plans[0].stages = record_plan::every_callback;
  this->store().use_records(records.set);
  this->post_for(records.set, "remix", {});
  EXPECT_EQ(this->rows(records.set), "task: owner=/task-1;\nversion:\n")
      << "nobody has registered the task";
  expect_task(this->store(), records.set, "u1");
  EXPECT_EQ(this->rows(records.set), "task: status=pending owner=u1/task-1;\nversion:\n");
}

TYPED_TEST(EveryStoresRecords, OfARegistrationAskTheirCondition) {
  const registered_records records([](const record_input& in) { return in.payload != nullptr; });
  this->store().use_records(records.set);
  expect_task(this->store(), records.set, "u1");
  EXPECT_EQ(this->rows(records.set), "task:\nversion:\n");
}

}  // namespace
}  // namespace callgate::testing
