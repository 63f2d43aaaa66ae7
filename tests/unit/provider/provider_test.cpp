// SPDX-License-Identifier: Apache-2.0
// The concept: what the generator writes fulfils it, anything less does not.
#include <callgate/provider/provider.hpp>

#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace callgate {
namespace {

static_assert(provider<schemas::suno::provider>);
static_assert(provider<schemas::kie::provider>);
static_assert(provider<schemas::tts_error::provider>);
static_assert(provider<schemas::job_worker::provider>);

struct without_name : schemas::suno::provider {
  static constexpr int name = 0;
};
struct without_payload : schemas::suno::provider {
  using payload = int;
};
struct without_answers : schemas::suno::provider {
  static constexpr int answers = 0;
};
struct without_codes : schemas::suno::provider {
  static constexpr int codes = 0;
};
struct without_unknown_code : schemas::suno::provider {
  static constexpr int unknown_code = 0;
};
struct without_requirements : schemas::suno::provider {
  static constexpr int requirements = 0;
};
struct without_records : schemas::suno::provider {
  static constexpr int records = 0;
};
struct without_a_digest : schemas::suno::provider {
  struct none {};
  static constexpr none records_digest{};
};
struct without_context : schemas::suno::provider {
  static constexpr int context = 0;
};
struct without_what_answers_tell : schemas::suno::provider {
  static constexpr int told = 0;
};
struct without_a_log : schemas::suno::provider {
  static constexpr int log = 0;
};
struct without_a_word_on_tasks : schemas::suno::provider {
  struct neither {};
  static constexpr neither tasks_required{};
};

TEST(Provider, IsWhatHasEveryPart) {
  EXPECT_FALSE(provider<int>);
  EXPECT_FALSE(provider<schemas::suno::callback>);
  EXPECT_FALSE(provider<without_name>);
  EXPECT_FALSE(provider<without_payload>);
  EXPECT_FALSE(provider<without_answers>);
  EXPECT_FALSE(provider<without_codes>);
  EXPECT_FALSE(provider<without_unknown_code>);
  EXPECT_FALSE(provider<without_requirements>);
  EXPECT_FALSE(provider<without_records>);
  EXPECT_FALSE(provider<without_a_digest>);
  EXPECT_FALSE(provider<without_context>);
  EXPECT_FALSE(provider<without_what_answers_tell>);
  EXPECT_FALSE(provider<without_a_log>);
  EXPECT_FALSE(provider<without_a_word_on_tasks>);
}

template <class P>
void expect_sound() {
  SCOPED_TRACE(std::string(P::name));
  for (std::size_t i = 1; i < P::stages.size(); ++i)
    EXPECT_LT(P::stages[i - 1].rank, P::stages[i].rank);
  for (const stage& s : P::stages) {
    EXPECT_GT(s.rank, 0);
    EXPECT_EQ(s.terminal, s.status == task_status::completed || s.status == task_status::failed);
  }
  EXPECT_LE(P::context.size(), limits::max_context_fields);
  EXPECT_LE(P::records.size(), limits::max_records);
  for (const record_plan& r : P::records) {
    EXPECT_LE(r.columns.size(), limits::max_record_columns) << r.name;
    EXPECT_LE(r.key_columns, r.columns.size()) << r.name;
    EXPECT_EQ(r.key_columns == 0, r.count_rows == nullptr) << r.name;
    for (const record_column& c : r.columns) EXPECT_LE(c.name.size(), limits::max_name_bytes);
  }
  for (const route& r : P::routes) {
    EXPECT_TRUE(r.path.starts_with('/')) << r.path;
    EXPECT_LE(r.max_body_bytes, limits::max_body_bytes);
    EXPECT_LT(r.applies_stage, static_cast<int>(P::stages.size()));
  }
  EXPECT_EQ(P::codes.empty(), P::unknown_code.name.empty());
  for (const code& c : P::codes) {
    EXPECT_FALSE(c.name.empty());
    EXPECT_LT(c.applies_stage, static_cast<int>(P::stages.size()));
  }
}

// What no callback shows at once: whatever a template or a plan leaves out would go unnoticed.
TEST(Provider, OfTheBundledSchemasSaysWhatTheirFilesSay) {
  using namespace std::chrono_literals;
  EXPECT_EQ(schemas::suno::provider::deduplication_ttl, 60min);
  EXPECT_EQ(schemas::suno::provider::history_retention, 15 * 24h);
  EXPECT_EQ(schemas::job_worker::provider::history_retention, 30 * 24h);
  EXPECT_TRUE(schemas::job_worker::provider::tasks_required);
  EXPECT_TRUE(schemas::tts_error::provider::tasks_required);
  EXPECT_FALSE(schemas::suno::provider::tasks_required);
  EXPECT_NE(schemas::suno::provider::records_digest, schemas::kie::provider::records_digest);
  EXPECT_TRUE(schemas::suno::provider::records[0].at_registration);
  EXPECT_FALSE(schemas::suno::provider::records[1].at_registration);
}

TEST(Provider, OfTheBundledSchemasIsSound) {
  expect_sound<schemas::suno::provider>();
  expect_sound<schemas::kie::provider>();
  expect_sound<schemas::tts_error::provider>();
  expect_sound<schemas::job_worker::provider>();
}

}  // namespace
}  // namespace callgate
