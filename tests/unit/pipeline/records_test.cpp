// SPDX-License-Identifier: Apache-2.0
// The bundled providers' plans, on their examples: the record_set of each, and the rows that its
// record plans give.
#include <callgate/pipeline/records.hpp>

#include <callgate/pipeline/values.hpp>
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace callgate {
namespace {

using kind = scalar::type;

std::string shown(const scalar& value) {
  switch (value.kind) {
    case kind::text: return std::string(value.text);
    case kind::integer: return std::to_string(value.integer);
    case kind::number: return std::to_string(value.number);
    case kind::boolean: return value.boolean ? "true" : "false";
    default: return "absent";
  }
}

bool fits(column_type type, const scalar& value) {
  if (value.kind == kind::cleared) return true;
  switch (type) {
    case column_type::text:
    case column_type::json: return value.kind == kind::text && !value.text.empty();
    case column_type::integer:
    case column_type::timestamp: return value.kind == kind::integer;
    case column_type::real: return value.kind == kind::number;
    case column_type::boolean: return value.kind == kind::boolean;
  }
  return false;
}

// What a store keeps of one task, done slowly: each column has the value of the highest stage that
// has one, of one stage the latest.
class task_rows {
 public:
  void add(const record_set& set, const record_plan& plan, record_input in) {
    if (in.stage_index != no_stage ? (plan.stages >> in.stage_index & 1U) == 0
                                   : plan.stages != record_plan::every_callback)
      return;
    if (plan.applies != nullptr && !plan.applies(in)) return;
    const int rank =
        in.stage_index == no_stage ? 0 : set.stages[static_cast<std::size_t>(in.stage_index)].rank;
    const std::size_t rows = plan.count_rows == nullptr ? 1 : plan.count_rows(in.payload);
    for (in.item = 0; in.item < rows; ++in.item) add_row(plan, in, rank);
  }

  [[nodiscard]] std::size_t count(std::string_view record) const {
    const auto found = rows_.find(std::string(record));
    return found == rows_.end() ? 0 : found->second.size();
  }

  // A row by its key ("" without one).
  [[nodiscard]] std::string at(const std::string& record, const std::string& key,
                               const std::string& column) const {
    const auto& row = rows_.at(record).at(key);
    const auto found = row.find(column);
    return found == row.end() ? "absent" : found->second.text;
  }

 private:
  struct cell {
    std::string text;
    int rank = 0;
  };
  using row_type = std::map<std::string, cell>;

  void add_row(const record_plan& plan, const record_input& in, int rank) {
    std::string key;
    for (const record_column& column : plan.columns.first(plan.key_columns)) {
      const scalar value = column.read(in);
      if (value.kind == kind::null) return;
      key += shown(value);
    }
    row_type& row = rows_[std::string(plan.name)][key];
    for (const record_column& column : plan.columns) {
      const scalar value = column.read(in);
      if (value.kind == kind::null) continue;
      EXPECT_TRUE(fits(column.type, value)) << plan.name << "." << column.name;
      cell& kept = row[std::string(column.name)];
      if (rank >= kept.rank) kept = {shown(value), rank};
    }
  }

  std::map<std::string, std::map<std::string, row_type>> rows_;
};

// What an example leaves: one task as a rule.
template <provider P>
class played {
 public:
  explicit played(const example& e) {
    context_.resize(P::context.size());
    for (const example_value& value : e.context)
      for (std::size_t i = 0; i < P::context.size(); ++i)
        if (std::span<const context_field>(P::context)[i].name == value.field)
          context_[i] = value.value;
    for (const example_step& step : e.steps) play(step);
  }

  [[nodiscard]] const task_rows& rows() const { return rows_; }

 private:
  void play(const example_step& step) {
    const outcome result = step.expected.result;
    if (placement_of(result) == placement::event && result != outcome::duplicate) take(step);
    for (const expected_rows& want : step.expected.records)
      EXPECT_EQ(rows_.count(want.record), want.rows) << P::name << " " << want.record << step.body;
  }

  void take(const example_step& step) {
    const record_set& set = records_of<P>;
    std::vector<std::byte> room(set.bytes_needed(step.body.size()) + 4096);
    arena memory{room};
    const void* parsed = set.parse(step.body, memory);
    ASSERT_NE(parsed, nullptr) << step.body;
    const auto* payload = static_cast<const typename P::payload*>(parsed);
    const http::request request{};
    const request_values<typename P::payload> values{payload, step.body, request, memory};
    bool overflowed = false;
    record_input in{.payload = parsed,
                    .raw = step.body,
                    .provider = P::name,
                    .mount = P::name,
                    .task_id = step.expected.task_id.value_or(""),
                    .stage = step.expected.stage.value_or(""),
                    .result = step.expected.result,
                    .code = integer_at<typename P::code>(values),
                    .message = text_at<typename P::message>(values).value_or(""),
                    .received_at = ++time_,
                    .sequence = time_,
                    .context = context_,
                    .scratch = &memory,
                    .overflowed = &overflowed};
    for (std::size_t i = 0; i < P::stages.size(); ++i) {
      if (P::stages[i].name != in.stage) continue;
      in.stage_index = static_cast<std::int16_t>(i);
      in.status = P::stages[i].status;
    }
    for (const record_plan& plan : set.plans) rows_.add(set, plan, in);
    EXPECT_FALSE(overflowed);
  }

  std::vector<scalar> context_;
  unix_micros time_ = 0;
  task_rows rows_;
};

template <provider P, class Examples>
task_rows rows_of(const Examples& examples, std::string_view name) {
  const auto found = std::find_if(examples.begin(), examples.end(),
                                  [=](const example& e) { return e.name == name; });
  EXPECT_NE(found, examples.end()) << name;
  return played<P>(*found).rows();
}

template <provider P, class Examples>
void expect_rows(const Examples& examples) {
  std::size_t checked = 0;
  for (const example& e : examples) {
    SCOPED_TRACE(std::string(e.name));
    const played<P> once(e);
    for (const example_step& step : e.steps) checked += step.expected.records.size();
  }
  EXPECT_GT(checked, 0U);
}

using suno = schemas::suno::provider;
using kie = schemas::kie::provider;
using tts_error = schemas::tts_error::provider;
using job_worker = schemas::job_worker::provider;

TEST(Records, OfTheBundledSchemasAreAsTheExamplesExpect) {
  expect_rows<suno>(schemas::suno::examples);
  expect_rows<kie>(schemas::kie::examples);
  expect_rows<tts_error>(schemas::tts_error::examples);
  expect_rows<job_worker>(schemas::job_worker::examples);
}

TEST(Records, OfSunoFollowItsStages) {
  const task_rows rows = rows_of<suno>(schemas::suno::examples, "progress");
  EXPECT_EQ(rows.at("track", "", "status"), "completed") << "a late error moves nothing";
  EXPECT_EQ(rows.at("track", "", "track_id"), "track-3");
  EXPECT_EQ(rows.at("track", "", "user_id"), "absent");
  EXPECT_EQ(rows.at("track", "", "metadata.suno_callback_stage"), "complete");
  EXPECT_EQ(rows.at("track", "", "metadata.text_generated_at"), "1");
  EXPECT_EQ(rows.at("track", "", "metadata.first_track_ready_at"), "4") << "the later of one stage";
  EXPECT_EQ(rows.at("track", "", "metadata.all_variants_ready_at"), "3");
  EXPECT_EQ(rows.at("track", "", "metadata.total_variants"), "2");
  EXPECT_EQ(rows.at("track_versions", "1", "suno_id"), "b");
  EXPECT_EQ(rows.at("track_versions", "1", "is_primary_variant"), "false");
}

TEST(Records, OfSunoPreferTheStreamAndRoundTheDurationDown) {
  const task_rows rows = rows_of<suno>(schemas::suno::examples, "complete_stage");
  EXPECT_EQ(rows.at("track", "", "audio_url"), "https://cdn.suno.com/stream/abc123");
  EXPECT_EQ(rows.at("track", "", "duration"), "198");
  EXPECT_EQ(rows.at("track_versions", "0", "is_preferred_variant"), "true");
  EXPECT_EQ(rows.at("track_versions", "0", "lyrics"), "[Verse]\nIron and fire");
  EXPECT_EQ(rows.at("track_versions", "1", "duration"), "228");
  EXPECT_EQ(rows.at("track_versions", "1", "metadata.create_time"), "2025-01-01 00:00:01");
}

TEST(Records, OfSunoKeepWhyATaskFailed) {
  const task_rows rows = rows_of<suno>(schemas::suno::examples, "error_400");
  EXPECT_EQ(rows.at("track", "", "status"), "failed");
  EXPECT_EQ(rows.at("track", "", "error_code"), "400");
  EXPECT_EQ(rows.at("track", "", "metadata.suno_last_callback_msg"), "Content violation detected");
  EXPECT_EQ(rows.at("track", "", "metadata.failed_at"), "1");
  EXPECT_EQ(rows_of<suno>(schemas::suno::examples, "text_stage").at("track", "", "status"),
            "pending");
}

TEST(Records, OfKieHaveEveryTrackFromNumberOne) {
  const task_rows rows = rows_of<kie>(schemas::kie::examples, "complete_stage");
  EXPECT_EQ(rows.at("history", "", "tracks_count"), "1");
  EXPECT_EQ(rows.at("history", "", "has_audio_urls"), "true");
  EXPECT_EQ(rows.at("history", "", "status_code"), "200");
  EXPECT_EQ(rows.at("track", "1", "duration"), "120.500000");
  EXPECT_EQ(rows.at("track", "1", "audio_urls.source_stream"), "https://example.com/source_stream");
  EXPECT_EQ(rows.at("track", "1", "image_urls.generated"), "https://example.com/image.jpg");
  const task_rows progress = rows_of<kie>(schemas::kie::examples, "progress");
  EXPECT_EQ(progress.at("history", "", "tracks_count"), "2");
  EXPECT_EQ(progress.at("history", "", "has_audio_urls"), "false");
  EXPECT_EQ(progress.at("history", "", "status_message"), "ok")
      << "a late callback tells nothing new";
  EXPECT_EQ(progress.at("track", "2", "id"), "b");
}

TEST(Records, OfTtsErrorsKeepMetadataThatSaysSomething) {
  const task_rows rows = rows_of<tts_error>(schemas::tts_error::examples, "full");
  EXPECT_EQ(rows.at("story", "", "audio_status"), "failed");
  EXPECT_EQ(rows.at("story", "", "audio_error"), "Voice profile not found");
  EXPECT_TRUE(rows.at("story", "", "audio_error_metadata").starts_with(R"({"language":"en",)"));
  const task_rows empty = rows_of<tts_error>(schemas::tts_error::examples, "empty_metadata");
  EXPECT_EQ(empty.at("story", "", "audio_error_metadata"), "absent");
  const task_rows again = rows_of<tts_error>(schemas::tts_error::examples, "try_again");
  EXPECT_EQ(again.at("story", "", "audio_job_id"), "job_2");
}

TEST(Records, OfImageJobsPutTheUserInFront) {
  const task_rows rows = rows_of<job_worker>(schemas::job_worker::examples, "sdxl_batch");
  EXPECT_EQ(rows.at("images", "", "image_url"), "u1/sdxl_j1_0.png");
  EXPECT_EQ(rows.at("images", "", "status"), "completed");
  EXPECT_EQ(rows.at("images", "", "quality"), "fast");
  EXPECT_TRUE(rows.at("images", "", "image_urls").starts_with(R"(["u1/sdxl_j1_0.png",)"));
  EXPECT_EQ(rows.at("jobs", "", "metadata.model_type"), "sdxl");
  const std::string path = "metadata.file_path_validation.";
  EXPECT_EQ(rows.at("jobs", "", path + "expected_pattern"), "u1/sdxl_job-sdxl-1_*.png");
  EXPECT_EQ(rows.at("jobs", "", path + "length"), "16");
  EXPECT_EQ(rows.at("jobs", "", path + "starts_with_user_id"), "true");
  EXPECT_EQ(rows.at("jobs", "", path + "is_multiple_images"), "true");
  EXPECT_EQ(rows.at("jobs", "", path + "image_count"), "6");
  const task_rows other = rows_of<job_worker>(schemas::job_worker::examples, "processing");
  EXPECT_EQ(other.at("images", "", "status"), "generating");
  EXPECT_EQ(other.at("jobs", "", "status"), "processing");
  EXPECT_EQ(other.at("jobs", "", "completed_at"), "absent");
  EXPECT_EQ(other.at("jobs", "", path + "image_count"), "1");
  EXPECT_EQ(other.at("jobs", "", path + "length"), "0");
}

TEST(Records, OfVideoJobsLeaveThePathAtTheRoot) {
  const task_rows rows = rows_of<job_worker>(schemas::job_worker::examples, "wan_video");
  EXPECT_EQ(rows.at("videos", "", "video_url"), "j2_out.mp4");
  EXPECT_EQ(rows.at("videos", "", "video_id"), "vid-1");
  EXPECT_EQ(rows.at("videos", "", "completed_at"), "1");
  EXPECT_EQ(rows.at("jobs", "", "metadata.enhanced_prompt"), "a cat, cinematic light");
  EXPECT_EQ(rows.at("jobs", "", "metadata.is_sdxl"), "false");
  const task_rows progress = rows_of<job_worker>(schemas::job_worker::examples, "progress");
  EXPECT_EQ(progress.at("videos", "", "status"), "completed");
  EXPECT_EQ(progress.at("jobs", "", "metadata.enhanced_prompt"), "late") << "nobody else said it";
  EXPECT_EQ(progress.at("jobs", "", "error_message"), "a late failure");
}

TEST(Records, FallThroughAnEmptyFilePath) {
  const task_rows rows = rows_of<job_worker>(schemas::job_worker::examples, "empty_file_path");
  EXPECT_EQ(rows.at("jobs", "", "metadata.file_path"), "u1/j4_0.png");
  EXPECT_EQ(rows.at("jobs", "", "metadata.callback_debug.received_file_path"), "absent");
  EXPECT_EQ(rows.at("images", "", "image_url"), "u1/j4_0.png");
  EXPECT_EQ(rows.at("images", "", "image_urls"), "absent");
}

TEST(Records, AreAConstantOfTheProvider) {
  static_assert(records_of<suno>.provider == "suno");
  static_assert(records_of<suno>.plans.size() == 2);
  static_assert(records_of<suno>.stages.size() == suno::stages.size());
  static_assert(records_of<job_worker>.context.size() == 4);
  EXPECT_EQ(records_of<suno>.context[2].names.size(), 2U);
  EXPECT_EQ(records_of<job_worker>.context[1].max_bytes, 128U);
}

TEST(Records, AreNotParsedFromABodyThatDoesNotFitTheSchema) {
  std::vector<std::byte> room(records_of<tts_error>.bytes_needed(64));
  arena memory{room};
  EXPECT_EQ(records_of<tts_error>.parse(R"({"story_id":"s"})", memory), nullptr);
  arena nothing;
  EXPECT_EQ(records_of<tts_error>.parse(R"({"story_id":"s","error":"e"})", nothing), nullptr);
}

// The bound is of any place in memory, also a bad one.
template <provider P, class Examples>
void expect_room(const Examples& examples) {
  for (const example& e : examples) {
    for (const example_step& step : e.steps) {
      if (placement_of(step.expected.result) != placement::event) continue;
      std::vector<std::byte> room(records_of<P>.bytes_needed(step.body.size()) + 1);
      arena memory{std::span(room).subspan(1)};
      EXPECT_NE(records_of<P>.parse(step.body, memory), nullptr) << P::name << " " << e.name;
    }
  }
}

TEST(Records, AreParsedWithinTheBytesThatTheyAskFor) {
  expect_room<suno>(schemas::suno::examples);
  expect_room<kie>(schemas::kie::examples);
  expect_room<tts_error>(schemas::tts_error::examples);
  expect_room<job_worker>(schemas::job_worker::examples);
}

}  // namespace
}  // namespace callgate
