// SPDX-License-Identifier: Apache-2.0
// Generated from suno.yaml by callgen. Do not edit: change the schema.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/core/duration.hpp>
#include <callgate/expression/conditions.hpp>
#include <callgate/expression/numbers.hpp>
#include <callgate/expression/readers.hpp>
#include <callgate/expression/texts.hpp>
#include <callgate/expression/values.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/reflect/open_enum.hpp>
#include <callgate/reflect/reflect.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

static_assert(callgate::schema_abi == 4,
              "suno.hpp was generated for another Callgate: run callgen again");

namespace callgate::schemas::suno {

enum class callback_type_value : std::uint8_t { text, first, complete, error };

}  // namespace callgate::schemas::suno

template <>
struct callgate::enum_names<callgate::schemas::suno::callback_type_value> {
  static constexpr std::array<std::string_view, 4> names{"text", "first", "complete", "error"};
};

namespace callgate::schemas::suno {

// One variant of the music. Suno sends two as a rule.
struct track {
  std::string_view id{};  // Suno music id.
  std::optional<std::string_view> audio_url{};  // Permanent download.
  std::optional<std::string_view> source_audio_url{};
  std::optional<std::string_view> stream_audio_url{};  // Playable at once.
  std::optional<std::string_view> source_stream_audio_url{};
  std::optional<std::string_view> image_url{};  // Cover.
  std::optional<std::string_view> source_image_url{};
  std::optional<std::string_view> video_url{};
  std::optional<std::string_view> prompt{};  // Lyrics.
  std::optional<std::string_view> model_name{};
  std::optional<std::string_view> title{};
  std::optional<std::string_view> tags{};
  std::optional<std::string_view> create_time{};
  std::optional<double> duration{};  // Seconds.
};

struct callback_data {
  open_enum<callback_type_value> callback_type{};
  std::string_view task_id{};
  std::optional<arena_vector<track, 4>> tracks{};  // Null with text and error.
};

struct callback {
  std::int32_t code{};  // 200, or why it failed: 400, 451, 500.
  std::string_view msg{};  // For people.
  callback_data data{};
};

}  // namespace callgate::schemas::suno

namespace callgate {

template <>
struct reflect<schemas::suno::track> {
  static constexpr std::string_view name = "Track";
  static constexpr std::array<std::string_view, 1> create_time_aliases{"create_time"};
  static constexpr auto members = std::tuple{
      member{"id", &schemas::suno::track::id,
             rule{.required = true, .min_length = 1, .max_length = 128}},
      member{"audio_url", &schemas::suno::track::audio_url,
             rule{.droppable = true, .min_length = 1, .max_length = 2048}},
      member{"source_audio_url", &schemas::suno::track::source_audio_url,
             rule{.droppable = true, .min_length = 1, .max_length = 2048}},
      member{"stream_audio_url", &schemas::suno::track::stream_audio_url,
             rule{.droppable = true, .min_length = 1, .max_length = 2048}},
      member{"source_stream_audio_url", &schemas::suno::track::source_stream_audio_url,
             rule{.droppable = true, .min_length = 1, .max_length = 2048}},
      member{"image_url", &schemas::suno::track::image_url,
             rule{.droppable = true, .min_length = 1, .max_length = 2048}},
      member{"source_image_url", &schemas::suno::track::source_image_url,
             rule{.droppable = true, .min_length = 1, .max_length = 2048}},
      member{"video_url", &schemas::suno::track::video_url,
             rule{.droppable = true, .min_length = 1, .max_length = 2048}},
      member{"prompt", &schemas::suno::track::prompt,
             rule{.droppable = true, .max_length = 65'536}},
      member{"model_name", &schemas::suno::track::model_name,
             rule{.droppable = true, .max_length = 64}},
      member{"title", &schemas::suno::track::title, rule{.droppable = true, .max_length = 512}},
      member{"tags", &schemas::suno::track::tags, rule{.droppable = true, .max_length = 1024}},
      member{"createTime", &schemas::suno::track::create_time,
             rule{.droppable = true, .max_length = 64}, create_time_aliases},
      member{"duration", &schemas::suno::track::duration,
             rule{.droppable = true, .minimum = {.set = true, .d = 0.0}}},
  };
};

template <>
struct reflect<schemas::suno::callback_data> {
  static constexpr std::string_view name = "CallbackData";
  static constexpr auto members = std::tuple{
      member{"callbackType", &schemas::suno::callback_data::callback_type,
             rule{.required = true, .max_length = 64}},
      member{"task_id", &schemas::suno::callback_data::task_id,
             rule{.required = true, .min_length = 1, .max_length = 128}},
      member{"data", &schemas::suno::callback_data::tracks,
             rule{.required = true, .nullable = true, .max_items = 16}},
  };
};

template <>
struct reflect<schemas::suno::callback> {
  static constexpr std::string_view name = "Callback";
  static constexpr auto members = std::tuple{
      member{"code", &schemas::suno::callback::code,
             rule{.required = true, .minimum = {.set = true, .i = 100},
             .maximum = {.set = true, .i = 599}}},
      member{"msg", &schemas::suno::callback::msg, rule{.required = true, .max_length = 4096}},
      member{"data", &schemas::suno::callback::data, rule{.required = true}},
  };
};

}  // namespace callgate

namespace callgate::schemas::suno {

// What people are told of each code.
namespace code_data {

inline constexpr std::array<code_message, 2> success_messages{{
    {"en", "The request was processed."},
    {"ru", "\320\227\320\260\320\277\321\200\320\276\321\201 "
     "\320\276\320\261\321\200\320\260\320\261\320\276\321\202\320" "\260\320\275."},
}};

inline constexpr std::array<code_message, 2> bad_request_messages{{
    {"en", "The parameters are wrong, or the content policy was violated."},
    {"ru", "\320\237\320\260\321\200\320\260\320\274\320\265\321\202\321" "\200\321\213 "
     "\320\275\320\265\320\272\320\276\321\200\321\200\320\265\320"
     "\272\321\202\320\275\321\213 \320\270\320\273\320\270 "
     "\320\275\320\260\321\200\321\203\321\210\320\265\320\275\320" "\260 "
     "\320\277\320\276\320\273\320\270\321\202\320\270\320\272\320" "\260 "
     "\320\272\320\276\320\275\321\202\320\265\320\275\321\202\320" "\260"},
}};

inline constexpr std::array<code_message, 2> download_failed_messages{{
    {"en", "The reference audio could not be downloaded."},
    {"ru", "\320\235\320\265 " "\321\203\320\264\320\260\320\273\320\276\321\201\321\214 "
     "\321\201\320\272\320\260\321\207\320\260\321\202\321\214 "
     "\321\200\320\265\321\204\320\265\321\200\320\265\320\275\321" "\201\320\275\320\276\320\265 "
     "\320\260\321\203\320\264\320\270\320\276"},
}};

inline constexpr std::array<code_message, 2> server_error_messages{{
    {"en", "Suno's server failed. Try again later."},
    {"ru", "\320\236\321\210\320\270\320\261\320\272\320\260 "
     "\321\201\320\265\321\200\320\262\320\265\321\200\320\260 " "Suno. "
     "\320\237\320\276\320\277\321\200\320\276\320\261\321\203\320"
     "\271\321\202\320\265 \320\277\320\276\320\267\320\266\320\265"},
}};

inline constexpr std::array<code_message, 2> unknown_code_messages{{
    {"en", "Suno answered in an unknown way. Try again later."},
    {"ru", "\320\235\320\265\320\270\320\267\320\262\320\265\321\201\321"
     "\202\320\275\321\213\320\271 " "\320\276\321\202\320\262\320\265\321\202 Suno. "
     "\320\237\320\276\320\277\321\200\320\276\320\261\321\203\320"
     "\271\321\202\320\265 \320\277\320\276\320\267\320\266\320\265"},
}};

}  // namespace code_data

namespace record_data {

inline constexpr std::size_t track_id_field = 0;
inline constexpr std::size_t user_id_field = 1;
inline constexpr std::size_t locale_field = 2;
inline constexpr std::array<std::string_view, 2> locale_names{"en", "ru"};

template <class E>
inline constexpr auto reader = &expression::read<callback, E>;

// {stage: [error], value: {meta: code}}
using value_1 = expression::at_stage<0b100, expression::meta<slot::code>>;

// {count: /data/data}
using value_2 = expression::count<source::body<&callback::data, &callback_data::tracks>>;

// {equals: [{index: 0}, {const: 0}]}
using value_3 = expression::equals<expression::position<0>, expression::integer<0>>;

inline constexpr std::array<record_column, 18> track_columns{{
    {"track_id", column_type::text, reader<expression::context<track_id_field>>},
    {"suno_id", column_type::text, reader<expression::meta<slot::task_id>>},
    {"user_id", column_type::text, reader<expression::context<user_id_field>>},
    {"status", column_type::text, reader<expression::meta<slot::status>>},
    {"audio_url", column_type::text,
     reader<expression::first_of<expression::body<&callback::data, &callback_data::tracks,
     source::at{0}, &track::stream_audio_url>, expression::body<&callback::data,
     &callback_data::tracks, source::at{0}, &track::audio_url>>>},
    {"cover_url", column_type::text,
     reader<expression::body<&callback::data, &callback_data::tracks, source::at{0},
     &track::image_url>>},
    {"title", column_type::text,
     reader<expression::body<&callback::data, &callback_data::tracks, source::at{0},
     &track::title>>},
    {"duration", column_type::integer,
     reader<expression::floor<expression::body<&callback::data, &callback_data::tracks,
     source::at{0}, &track::duration>>>},
    {"error_code", column_type::integer, reader<value_1>},
    {"error_message", column_type::text,
     reader<expression::at_stage<0b100,
     expression::choose<expression::equals<expression::meta<slot::code_name>,
     expression::text<"success">>, expression::meta<slot::message>,
     expression::code_message<expression::context<locale_field>>>>>},
    {"metadata.suno_callback_stage", column_type::text, reader<expression::meta<slot::stage>>},
    {"metadata.text_generated_at", column_type::timestamp,
     reader<expression::at_stage<0b1, expression::meta<slot::received_at>>>},
    {"metadata.first_track_ready_at", column_type::timestamp,
     reader<expression::at_stage<0b10, expression::meta<slot::received_at>>>},
    {"metadata.all_variants_ready_at", column_type::timestamp,
     reader<expression::at_stage<0b1000, expression::meta<slot::received_at>>>},
    {"metadata.total_variants", column_type::integer,
     reader<expression::at_stage<0b1000,
     expression::choose<expression::present<expression::body<&callback::data,
     &callback_data::tracks, source::at{0}, &track::id>>, value_2, expression::nothing>>>},
    {"metadata.suno_last_callback_code", column_type::integer, reader<value_1>},
    {"metadata.suno_last_callback_msg", column_type::text,
     reader<expression::at_stage<0b100, expression::meta<slot::message>>>},
    {"metadata.failed_at", column_type::timestamp,
     reader<expression::at_stage<0b100, expression::meta<slot::received_at>>>},
}};

// One row for each item of /data/data.
using track_versions_each = source::body<&callback::data, &callback_data::tracks>;

template <class E>
inline constexpr auto track_versions_reader =
    &expression::read_item<callback, track_versions_each, E>;

inline constexpr std::array<record_column, 13> track_versions_columns{{
    {"variant_index", column_type::integer, track_versions_reader<expression::position<0>>},
    {"parent_track_id", column_type::text,
     track_versions_reader<expression::context<track_id_field>>},
    {"is_primary_variant", column_type::boolean, track_versions_reader<value_3>},
    {"is_preferred_variant", column_type::boolean, track_versions_reader<value_3>},
    {"audio_url", column_type::text,
     track_versions_reader<expression::first_of<expression::item<&track::stream_audio_url>,
     expression::item<&track::audio_url>>>},
    {"cover_url", column_type::text, track_versions_reader<expression::item<&track::image_url>>},
    {"video_url", column_type::text, track_versions_reader<expression::item<&track::video_url>>},
    {"suno_id", column_type::text, track_versions_reader<expression::item<&track::id>>},
    {"duration", column_type::integer,
     track_versions_reader<expression::floor<expression::item<&track::duration>>>},
    {"lyrics", column_type::text, track_versions_reader<expression::item<&track::prompt>>},
    {"metadata.model_name", column_type::text,
     track_versions_reader<expression::item<&track::model_name>>},
    {"metadata.tags", column_type::text, track_versions_reader<expression::item<&track::tags>>},
    {"metadata.create_time", column_type::text,
     track_versions_reader<expression::item<&track::create_time>>},
}};
inline constexpr auto track_versions_rows = &expression::count_items<callback, track_versions_each>;

// What answers and the log tell of a task.
inline constexpr std::array<record_column, 1> answer_facts{{
    // {count: /data/data}
    {{}, column_type::integer, reader<value_2>},
}};

}  // namespace record_data

// Three callbacks per task (text, first, complete), or an error at any time.
struct provider {
  static constexpr std::string_view name = "suno";
  static constexpr std::string_view title = "Suno music generation";
  using payload = schemas::suno::callback;

  static constexpr std::array<std::string_view, 1> content_types{"application/json"};
  static constexpr std::array<route, 1> routes{{
      {.path = "/callbacks/suno", .method = "POST", .content_types = content_types,
       .max_body_bytes = 262'144, .respond_within = std::chrono::milliseconds{15'000},
       .cors = true},
  }};

  static constexpr std::array<callgate::auth::method, 1> auth_methods{{
      {.kind = callgate::auth::primitive::hmac_sha256, .header = "X-Suno-Signature",
       .prefix = "sha256=", .signature_encoding = callgate::auth::encoding::hex,
       .secret_env = "SUNO_WEBHOOK_SECRET"},
  }};
  static constexpr callgate::auth::scheme auth{.any_of = auth_methods,
      .on_missing_secret = callgate::auth::missing_secret::skip_warn};

  static constexpr json::read_options tolerance{.drop_invalid_members = true};

  // From the least to the most advanced.
  enum class stage_index : std::uint8_t { text, first, error, complete };
  static constexpr std::array<stage, 4> stages{{
      // Lyrics are written.
      {.name = "text", .rank = 1, .status = task_status::pending,
       .expected = std::chrono::milliseconds{30'000}},
      // One variant plays, after 90 s to 120 s.
      {.name = "first", .rank = 2, .status = task_status::processing,
       .or_earlier = std::chrono::milliseconds{1'800'000},
       .expected = std::chrono::milliseconds{120'000}},
      {.name = "error", .rank = 3, .status = task_status::failed, .terminal = true},
      // All variants, after 180 s to 240 s.
      {.name = "complete", .rank = 4, .status = task_status::completed, .terminal = true,
       .or_earlier = std::chrono::milliseconds{1'800'000},
       .expected = std::chrono::milliseconds{240'000}},
  }};
  static constexpr auto requirements = std::tuple{
      requirement<source::body<&callback::data, &callback_data::tracks>>{1, "/data/data"},
      requirement<source::body<&callback::data, &callback_data::tracks>>{3, "/data/data"},
  };

  static constexpr auto expectations = std::tuple{};

  static constexpr std::array<callgate::code, 4> codes{{
      {.value = 200, .name = "success", .severity = severity::success, .meaning = "Success",
       .messages = code_data::success_messages},
      {.value = 400, .name = "bad_request", .severity = severity::error,
       .retry = retry_advice::changed_input,
       .meaning = "Bad request or parameter, or content violation",
       .messages = code_data::bad_request_messages, .applies_stage = 2},
      {.value = 451, .name = "download_failed", .severity = severity::error,
       .retry = retry_advice::changed_input, .meaning = "Download failed, source audio unavailable",
       .messages = code_data::download_failed_messages, .applies_stage = 2},
      {.value = 500, .name = "server_error", .severity = severity::error,
       .retry = retry_advice::later, .meaning = "Server error",
       .messages = code_data::server_error_messages, .applies_stage = 2},
  }};
  // Every code that is not listed.
  static constexpr callgate::code unknown_code{.name = "unknown_code",
      .severity = severity::warning, .retry = retry_advice::later,
      .meaning = "A code that Suno does not document",
      .messages = code_data::unknown_code_messages};

  using stage_from = source::body<&callback::data, &callback_data::callback_type>;
  using task_id = source::body<&callback::data, &callback_data::task_id>;
  using record_id = source::none;
  using code = source::body<&callback::code>;
  using message = source::body<&callback::msg>;
  using delivery_id = source::first_of<source::header<"x-delivery-id">,
      source::header<"x-webhook-id">>;
  static constexpr std::array<std::string_view, 1> task_id_places{"/data/task_id"};

  static constexpr std::array<key_segment, 4> derived_key{{
      {slot::literal, "suno:"},
      {slot::task_id},
      {slot::literal, ":"},
      {slot::stage},
  }};
  static constexpr std::chrono::microseconds deduplication_ttl{3'600'000'000};
  static constexpr std::chrono::microseconds history_retention{1'296'000'000'000};

  static constexpr std::array<answer_field, 1> queue_full_fields{{
      {"Retry-After", "5"},
  }};

  static constexpr std::array<answer_field, 1> rate_limited_fields{{
      {"Retry-After", "1"},
  }};

  // {"ok":true, "stage":<stage>}
  static constexpr std::array<answer_segment, 3> accepted_body{{
      {slot::literal, R"json({"ok":true,"stage":)json"},
      {slot::stage},
      {slot::literal, "}"},
  }};

  static constexpr std::array<answer_segment, 1> duplicate_body{{
      {slot::literal, R"json({"ok":true,"cached":true})json"},
  }};

  static constexpr std::array<answer_segment, 1> conflict_body{{
      {slot::literal, R"json({"ok":true})json"},
  }};

  static constexpr std::array<answer_segment, 1> missing_signature_body{{
      {slot::literal, R"json({"ok":false,"error":"missing_signature"})json"},
  }};

  static constexpr std::array<answer_segment, 1> invalid_signature_body{{
      {slot::literal, R"json({"ok":false,"error":"invalid_signature"})json"},
  }};

  static constexpr std::array<answer_segment, 1> stale_timestamp_body{{
      {slot::literal, R"json({"ok":false,"error":"stale_timestamp"})json"},
  }};

  static constexpr std::array<answer_segment, 1> bad_json_body{{
      {slot::literal, R"json({"ok":true,"error":"bad_json"})json"},
  }};

  static constexpr std::array<answer_segment, 1> schema_error_body{{
      {slot::literal, R"json({"ok":true,"error":"schema_error"})json"},
  }};

  static constexpr std::array<answer_segment, 1> no_task_id_body{{
      {slot::literal, R"json({"ok":true,"error":"no_task_id"})json"},
  }};

  static constexpr std::array<answer_segment, 1> processing_failed_body{{
      {slot::literal, R"json({"ok":true,"error":"processing_failed"})json"},
  }};

  static constexpr std::array<answer_segment, 1> queue_full_body{{
      {slot::literal, R"json({"ok":false,"error":"queue_full"})json"},
  }};

  static constexpr std::array<answer_segment, 1> store_error_body{{
      {slot::literal, R"json({"ok":false,"error":"store_error"})json"},
  }};

  static constexpr std::array<answer_segment, 1> deadline_body{{
      {slot::literal, R"json({"ok":false,"error":"deadline"})json"},
  }};

  static constexpr std::array<answer_segment, 1> rate_limited_body{{
      {slot::literal, R"json({"ok":false,"error":"rate_limited"})json"},
  }};

  static constexpr std::array<answer_segment, 1> too_large_body{{
      {slot::literal, R"json({"ok":false,"error":"too_large"})json"},
  }};

  static constexpr std::array<answer_segment, 1> unsupported_media_body{{
      {slot::literal, R"json({"ok":false,"error":"unsupported_media"})json"},
  }};

  static constexpr answer_table answers{{
      {.status = 200, .body = accepted_body},  // accepted
      {.status = 200, .body = duplicate_body},  // duplicate
      {.status = 200, .body = conflict_body},  // conflict
      {.status = 401, .body = missing_signature_body},  // missing_signature
      {.status = 401, .body = invalid_signature_body},  // invalid_signature
      {.status = 401, .body = stale_timestamp_body},  // stale_timestamp
      {.status = 200, .body = bad_json_body},  // bad_json
      {.status = 200, .body = schema_error_body},  // schema_error
      {.status = 200, .body = no_task_id_body},  // no_task_id
      {.status = 200, .body = accepted_body},  // unknown_type
      {.status = 200, .body = conflict_body},  // unknown_task
      {.status = 200, .body = processing_failed_body},  // processing_failed
      {.status = 200, .body = conflict_body},  // passive
      {.status = 503, .body = queue_full_body, .fields = queue_full_fields},  // queue_full
      {.status = 503, .body = store_error_body, .fields = queue_full_fields},  // store_error
      {.status = 503, .body = deadline_body, .fields = queue_full_fields},  // deadline
      {.status = 429, .body = rate_limited_body, .fields = rate_limited_fields},  // rate_limited
      {.status = 413, .body = too_large_body},  // too_large
      {.status = 415, .body = unsupported_media_body},  // unsupported_media
  }};

  // {"taskId":<task_id>, "stage":<stage>, "code":<code>, "variantsCount":<told 0>}
  static constexpr std::array<answer_segment, 9> log{{
      {slot::literal, R"json({"taskId":)json"},
      {slot::task_id},
      {slot::literal, R"json(,"stage":)json"},
      {slot::stage},
      {slot::literal, R"json(,"code":)json"},
      {slot::code},
      {slot::literal, R"json(,"variantsCount":)json"},
      {.kind = slot::told, .told = 0},
      {slot::literal, "}"},
  }};

  static constexpr std::array<context_field, 3> context{{
      {.name = "track_id", .type = column_type::text, .max_bytes = 128},
      {.name = "user_id", .type = column_type::text, .max_bytes = 128},
      {.name = "locale", .type = column_type::text, .max_bytes = 2,
       .names = record_data::locale_names},
  }};

  static constexpr std::array<record_plan, 2> records{{
      {.name = "track", .columns = record_data::track_columns, .at_registration = true},
      {.name = "track_versions", .columns = record_data::track_versions_columns, .key_columns = 1,
       .stages = 0b1010, .count_rows = record_data::track_versions_rows},
  }};
  // Of all that rows of records depend on.
  static constexpr std::uint64_t records_digest = 0x0fbca4e5510dfed9;

  static constexpr std::span<const record_column> told{record_data::answer_facts};
  static constexpr bool tasks_required = false;
};

}  // namespace callgate::schemas::suno

static_assert(callgate::provider<callgate::schemas::suno::provider>);
static_assert(!callgate::has_hole(callgate::schemas::suno::provider::answers),
              "suno: an outcome has no answer: give it one or start from a preset");
static_assert(!callgate::acknowledges_unstored(callgate::schemas::suno::provider::answers),
              "suno: a 2xx would acknowledge what is not stored");
static_assert(callgate::auth::covers_body(callgate::schemas::suno::provider::auth) ||
                  !callgate::schemas::suno::provider::auth.waiver.empty(),
              "suno: the scheme does not cover the body: write a waiver");
