// SPDX-License-Identifier: Apache-2.0
// Generated from kie.yaml by callgen. Do not edit: change the schema.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/core/duration.hpp>
#include <callgate/expression/conditions.hpp>
#include <callgate/expression/numbers.hpp>
#include <callgate/expression/readers.hpp>
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
              "kie.hpp was generated for another Callgate: run callgen again");

namespace callgate::schemas::kie {

enum class callback_type_value : std::uint8_t { text, first, complete, error };

}  // namespace callgate::schemas::kie

template <>
struct callgate::enum_names<callgate::schemas::kie::callback_type_value> {
  static constexpr std::array<std::string_view, 4> names{"text", "first", "complete", "error"};
};

namespace callgate::schemas::kie {

// Nothing of it is required, so that one odd track does not cost the others.
struct track {
  std::optional<std::string_view> id{};
  std::optional<std::string_view> audio_url{};
  std::optional<std::string_view> source_audio_url{};
  std::optional<std::string_view> stream_audio_url{};
  std::optional<std::string_view> source_stream_audio_url{};
  std::optional<std::string_view> image_url{};
  std::optional<std::string_view> source_image_url{};
  std::optional<std::string_view> prompt{};
  std::optional<std::string_view> model_name{};
  std::optional<std::string_view> title{};
  std::optional<std::string_view> tags{};
  std::optional<std::string_view> create_time{};
  std::optional<double> duration{};  // Seconds.
};

struct callback_data {
  std::optional<open_enum<callback_type_value>> callback_type{};
  std::optional<std::string_view> task_id{};
  std::optional<std::string_view> record_id{};
  std::optional<arena_vector<track, 4>> tracks{};
};

struct callback {
  std::optional<std::int32_t> code{};  // 200, 400, 408, 413, 500, 501 or 531.
  std::optional<std::string_view> msg{};  // For people.
  std::optional<std::string_view> task_id{};
  std::optional<std::string_view> record_id{};
  std::optional<std::string_view> id{};  // Names the task if nothing else does.
  std::optional<callback_data> data{};
  std::optional<callback_data> result{};
};

}  // namespace callgate::schemas::kie

namespace callgate {

template <>
struct reflect<schemas::kie::track> {
  static constexpr std::string_view name = "Track";
  static constexpr std::array<std::string_view, 1> create_time_aliases{"create_time"};
  static constexpr auto members = std::tuple{
      member{"id", &schemas::kie::track::id, rule{.droppable = true, .max_length = 128}},
      member{"audio_url", &schemas::kie::track::audio_url,
             rule{.droppable = true, .max_length = 8192}},
      member{"source_audio_url", &schemas::kie::track::source_audio_url,
             rule{.droppable = true, .max_length = 8192}},
      member{"stream_audio_url", &schemas::kie::track::stream_audio_url,
             rule{.droppable = true, .max_length = 8192}},
      member{"source_stream_audio_url", &schemas::kie::track::source_stream_audio_url,
             rule{.droppable = true, .max_length = 8192}},
      member{"image_url", &schemas::kie::track::image_url,
             rule{.droppable = true, .max_length = 8192}},
      member{"source_image_url", &schemas::kie::track::source_image_url,
             rule{.droppable = true, .max_length = 8192}},
      member{"prompt", &schemas::kie::track::prompt,
             rule{.droppable = true, .max_length = 262'144}},
      member{"model_name", &schemas::kie::track::model_name,
             rule{.droppable = true, .max_length = 64}},
      member{"title", &schemas::kie::track::title, rule{.droppable = true, .max_length = 2048}},
      member{"tags", &schemas::kie::track::tags, rule{.droppable = true, .max_length = 8192}},
      member{"createTime", &schemas::kie::track::create_time,
             rule{.droppable = true, .max_length = 64}, create_time_aliases},
      member{"duration", &schemas::kie::track::duration,
             rule{.droppable = true, .minimum = {.set = true, .d = 0.0}}},
  };
};

template <>
struct reflect<schemas::kie::callback_data> {
  static constexpr std::string_view name = "CallbackData";
  static constexpr std::array<std::string_view, 1> callback_type_aliases{"callback_type"};
  static constexpr std::array<std::string_view, 1> task_id_aliases{"taskId"};
  static constexpr std::array<std::string_view, 1> record_id_aliases{"record_id"};
  static constexpr auto members = std::tuple{
      member{"callbackType", &schemas::kie::callback_data::callback_type,
             rule{.max_length = 64}, callback_type_aliases},
      member{"task_id", &schemas::kie::callback_data::task_id,
             rule{.droppable = true, .max_length = 128}, task_id_aliases},
      member{"recordId", &schemas::kie::callback_data::record_id,
             rule{.droppable = true, .max_length = 128}, record_id_aliases},
      member{"data", &schemas::kie::callback_data::tracks,
             rule{.nullable = true, .droppable = true, .max_items = 64}},
  };
};

template <>
struct reflect<schemas::kie::callback> {
  static constexpr std::string_view name = "Callback";
  static constexpr std::array<std::string_view, 1> msg_aliases{"message"};
  static constexpr std::array<std::string_view, 1> task_id_aliases{"task_id"};
  static constexpr std::array<std::string_view, 1> record_id_aliases{"record_id"};
  static constexpr auto members = std::tuple{
      member{"code", &schemas::kie::callback::code,
             rule{.minimum = {.set = true, .i = 100}, .maximum = {.set = true, .i = 599}}},
      member{"msg", &schemas::kie::callback::msg, rule{.max_length = 4096}, msg_aliases},
      member{"taskId", &schemas::kie::callback::task_id,
             rule{.droppable = true, .max_length = 128}, task_id_aliases},
      member{"recordId", &schemas::kie::callback::record_id,
             rule{.droppable = true, .max_length = 128}, record_id_aliases},
      member{"id", &schemas::kie::callback::id, rule{.droppable = true, .max_length = 128}},
      member{"data", &schemas::kie::callback::data,
             rule{.nullable = true, .drops_other_types = true}},
      member{"result", &schemas::kie::callback::result,
             rule{.nullable = true, .drops_other_types = true}},
  };
};

}  // namespace callgate

namespace callgate::schemas::kie {

// What people are told of each code.
namespace code_data {

inline constexpr std::array<code_message, 2> success_messages{{
    {"en", "The request was processed."},
    {"ru", "\320\227\320\260\320\277\321\200\320\276\321\201 "
     "\320\276\320\261\321\200\320\260\320\261\320\276\321\202\320" "\260\320\275."},
}};

inline constexpr std::array<code_message, 2> validation_error_messages{{
    {"en", "The lyrics are protected by copyright. Review the content."},
    {"ru", "\320\242\320\265\320\272\321\201\321\202 " "\320\277\320\265\321\201\320\275\320\270 "
     "\320\267\320\260\321\211\320\270\321\211\321\221\320\275 "
     "\320\260\320\262\321\202\320\276\321\200\321\201\320\272\320" "\270\320\274 "
     "\320\277\321\200\320\260\320\262\320\276\320\274. "
     "\320\237\321\200\320\276\320\262\320\265\321\200\321\214\321" "\202\320\265 "
     "\321\201\320\276\320\264\320\265\321\200\320\266\320\260\320" "\275\320\270\320\265."},
}};

inline constexpr std::array<code_message, 2> rate_limited_messages{{
    {"en", "The service is busy. Try again later."},
    {"ru", "\320\241\320\265\321\200\320\262\320\270\321\201 "
     "\320\277\320\265\321\200\320\265\320\263\321\200\321\203\320" "\266\320\265\320\275. "
     "\320\237\320\276\320\277\321\200\320\276\320\261\321\203\320"
     "\271\321\202\320\265 \320\277\320\276\320\267\320\266\320\265."},
}};

inline constexpr std::array<code_message, 2> content_conflict_messages{{
    {"en", "The uploaded audio matches an existing work. Use different " "audio."},
    {"ru", "\320\227\320\260\320\263\321\200\321\203\320\266\320\265\320"
     "\275\320\275\320\276\320\265 " "\320\260\321\203\320\264\320\270\320\276 "
     "\321\201\320\276\320\262\320\277\320\260\320\264\320\260\320" "\265\321\202 \321\201 "
     "\321\201\321\203\321\211\320\265\321\201\321\202\320\262\321"
     "\203\321\216\321\211\320\270\320\274 "
     "\320\277\321\200\320\276\320\270\320\267\320\262\320\265\320"
     "\264\320\265\320\275\320\270\320\265\320\274. "
     "\320\230\321\201\320\277\320\276\320\273\321\214\320\267\321" "\203\320\271\321\202\320\265 "
     "\320\264\321\200\321\203\320\263\320\276\320\265."},
}};

inline constexpr std::array<code_message, 2> server_error_messages{{
    {"en", "The server failed. Try again."},
    {"ru", "\320\236\321\210\320\270\320\261\320\272\320\260 "
     "\321\201\320\265\321\200\320\262\320\265\321\200\320\260. "
     "\320\237\320\276\320\277\321\200\320\276\320\261\321\203\320"
     "\271\321\202\320\265 \320\265\321\211\321\221 " "\321\200\320\260\320\267."},
}};

inline constexpr std::array<code_message, 2> generation_failed_messages{{
    {"en", "The audio could not be generated. Adjust the parameters."},
    {"ru", "\320\235\320\265 " "\321\203\320\264\320\260\320\273\320\276\321\201\321\214 "
     "\321\201\320\276\320\267\320\264\320\260\321\202\321\214 "
     "\320\260\321\203\320\264\320\270\320\276. "
     "\320\230\320\267\320\274\320\265\320\275\320\270\321\202\320" "\265 "
     "\320\277\320\260\321\200\320\260\320\274\320\265\321\202\321" "\200\321\213."},
}};

inline constexpr std::array<code_message, 2> server_error_refunded_messages{{
    {"en", "The server failed and the credits were returned. It is safe " "to try again."},
    {"ru", "\320\236\321\210\320\270\320\261\320\272\320\260 "
     "\321\201\320\265\321\200\320\262\320\265\321\200\320\260, "
     "\320\272\321\200\320\265\320\264\320\270\321\202\321\213 "
     "\320\262\320\276\320\267\320\262\321\200\320\260\321\211\320" "\265\320\275\321\213. "
     "\320\234\320\276\320\266\320\275\320\276 "
     "\320\261\320\265\320\267\320\276\320\277\320\260\321\201\320" "\275\320\276 "
     "\320\277\320\276\320\262\321\202\320\276\321\200\320\270\321" "\202\321\214."},
}};

inline constexpr std::array<code_message, 2> unknown_code_messages{{
    {"en", "The service answered in an unknown way. Try again later."},
    {"ru", "\320\235\320\265\320\270\320\267\320\262\320\265\321\201\321"
     "\202\320\275\321\213\320\271 " "\320\276\321\202\320\262\320\265\321\202 "
     "\321\201\320\265\321\200\320\262\320\270\321\201\320\260. "
     "\320\237\320\276\320\277\321\200\320\276\320\261\321\203\320"
     "\271\321\202\320\265 \320\277\320\276\320\267\320\266\320\265."},
}};

}  // namespace code_data

namespace record_data {

template <class E>
inline constexpr auto reader = &expression::read<callback, E>;

// {present: {json: /data/data}}
using value_1 = expression::present<expression::json<source::body<&callback::data,
    &callback_data::tracks>, "/data/data">>;

// {stage: [text], value: {const: false}}
using value_2 = expression::at_stage<0b1, expression::boolean<false>>;

inline constexpr std::array<record_column, 8> history_columns{{
    {"callback_type", column_type::text, reader<expression::meta<slot::stage>>},
    {"status_code", column_type::integer, reader<expression::meta<slot::code>>},
    {"status_message", column_type::text, reader<expression::meta<slot::message>>},
    {"status", column_type::text, reader<expression::meta<slot::code_name>>},
    {"tracks_count", column_type::integer,
     reader<expression::choose<value_1, expression::count<source::body<&callback::data,
     &callback_data::tracks>>, expression::at_stage<0b1, expression::integer<0>>>>},
    {"has_audio_urls", column_type::boolean,
     reader<expression::choose<value_1, expression::some<source::body<&callback::data,
     &callback_data::tracks>,
     expression::present<expression::first_of<expression::item<&track::audio_url>,
     expression::item<&track::source_audio_url>, expression::item<&track::stream_audio_url>,
     expression::item<&track::source_stream_audio_url>>>>, value_2>>},
    {"has_image_urls", column_type::boolean,
     reader<expression::choose<value_1, expression::some<source::body<&callback::data,
     &callback_data::tracks>,
     expression::present<expression::first_of<expression::item<&track::image_url>,
     expression::item<&track::source_image_url>>>>, value_2>>},
    {"callback_progress", column_type::text,
     reader<expression::at_stage<0b1111, expression::meta<slot::stage>>>},
}};

// One row for each item of /data/data.
using track_each = source::body<&callback::data, &callback_data::tracks>;

template <class E>
inline constexpr auto track_reader = &expression::read_item<callback, track_each, E>;

inline constexpr std::array<record_column, 14> track_columns{{
    {"track_number", column_type::integer, track_reader<expression::position<1>>},
    {"id", column_type::text, track_reader<expression::item<&track::id>>},
    {"title", column_type::text, track_reader<expression::item<&track::title>>},
    {"model_name", column_type::text, track_reader<expression::item<&track::model_name>>},
    {"tags", column_type::text, track_reader<expression::item<&track::tags>>},
    {"duration", column_type::real, track_reader<expression::item<&track::duration>>},
    {"create_time", column_type::text, track_reader<expression::item<&track::create_time>>},
    {"prompt", column_type::text, track_reader<expression::item<&track::prompt>>},
    {"audio_urls.generated", column_type::text, track_reader<expression::item<&track::audio_url>>},
    {"audio_urls.source", column_type::text,
     track_reader<expression::item<&track::source_audio_url>>},
    {"audio_urls.stream", column_type::text,
     track_reader<expression::item<&track::stream_audio_url>>},
    {"audio_urls.source_stream", column_type::text,
     track_reader<expression::item<&track::source_stream_audio_url>>},
    {"image_urls.generated", column_type::text, track_reader<expression::item<&track::image_url>>},
    {"image_urls.source", column_type::text,
     track_reader<expression::item<&track::source_image_url>>},
}};
inline constexpr auto track_rows = &expression::count_items<callback, track_each>;

}  // namespace record_data

// Retries every answer that is not 200, for ever; hence 200 for all that is kept, even for bytes
// that are not JSON.
struct provider {
  static constexpr std::string_view name = "kie";
  static constexpr std::string_view title = "KIE API (music and jobs)";
  using payload = schemas::kie::callback;

  static constexpr std::array<std::string_view, 1> content_types{"*/*"};
  static constexpr std::array<route, 2> routes{{
      {.path = "/callbacks/kie", .method = "POST", .content_types = content_types,
       .max_body_bytes = 1'048'576, .respond_within = std::chrono::milliseconds{15'000}},
      {.path = "/callback", .method = "POST", .content_types = content_types,
       .max_body_bytes = 1'048'576, .respond_within = std::chrono::milliseconds{15'000}},
  }};

  static constexpr std::array<callgate::auth::method, 1> auth_methods{{
      {.kind = callgate::auth::primitive::token, .header = "X-KIE-Callback-Token",
       .secret_env = "KIE_CALLBACK_TOKEN"},
  }};
  static constexpr callgate::auth::scheme auth{.any_of = auth_methods,
      .on_missing_secret = callgate::auth::missing_secret::skip_warn,
      .waiver = "KIE sends a shared token and signs nothing. Receive over TLS "
      "only, and fetch what matters from the API."};

  static constexpr json::read_options tolerance{.empty_strings_absent = true,
      .numbers_in_strings = true, .drop_invalid_members = true};

  // From the least to the most advanced.
  enum class stage_index : std::uint8_t { text, first, error, complete };
  static constexpr std::array<stage, 4> stages{{
      // The prompt is accepted and audio starts.
      {.name = "text", .rank = 1, .status = task_status::processing},
      // One track is ready, others are in progress.
      {.name = "first", .rank = 2, .status = task_status::processing},
      {.name = "error", .rank = 3, .status = task_status::failed, .terminal = true},
      // All tracks are ready.
      {.name = "complete", .rank = 4, .status = task_status::completed, .terminal = true},
  }};
  static constexpr auto requirements = std::tuple{};

  static constexpr auto expectations = std::tuple{};

  static constexpr std::array<callgate::code, 7> codes{{
      {.value = 200, .name = "success", .severity = severity::success,
       .meaning = "Request processed successfully", .messages = code_data::success_messages},
      {.value = 400, .name = "validation_error", .severity = severity::error,
       .retry = retry_advice::changed_input, .meaning = "Lyrics contained copyrighted material",
       .messages = code_data::validation_error_messages, .applies_stage = 2},
      {.value = 408, .name = "rate_limited", .severity = severity::warning,
       .retry = retry_advice::later, .meaning = "Timeout",
       .messages = code_data::rate_limited_messages, .applies_stage = 2},
      {.value = 413, .name = "content_conflict", .severity = severity::error,
       .retry = retry_advice::changed_input, .meaning = "Uploaded audio matches existing work",
       .messages = code_data::content_conflict_messages, .applies_stage = 2},
      {.value = 500, .name = "server_error", .severity = severity::error,
       .retry = retry_advice::later, .meaning = "Unexpected server error",
       .messages = code_data::server_error_messages, .applies_stage = 2},
      {.value = 501, .name = "generation_failed", .severity = severity::error,
       .retry = retry_advice::changed_input, .meaning = "Audio generation failed",
       .messages = code_data::generation_failed_messages, .applies_stage = 2},
      {.value = 531, .name = "server_error_refunded", .severity = severity::error,
       .retry = retry_advice::safe, .refunded = true, .meaning = "Server error with credit refund",
       .messages = code_data::server_error_refunded_messages, .applies_stage = 2},
  }};
  // Every code that is not listed.
  static constexpr callgate::code unknown_code{.name = "unknown_code",
      .severity = severity::warning, .retry = retry_advice::later,
      .meaning = "A code that KIE does not document", .messages = code_data::unknown_code_messages};

  using stage_from = source::first_of<source::body<&callback::data, &callback_data::callback_type>,
      source::body<&callback::result, &callback_data::callback_type>>;
  using task_id = source::first_of<source::body<&callback::task_id>,
      source::body<&callback::record_id>, source::body<&callback::data, &callback_data::task_id>,
      source::body<&callback::result, &callback_data::task_id>,
      source::search<10, true, "taskId", "task_id", "recordId", "record_id">,
      source::query<"taskId">, source::header<"X-Task-Id">, source::body<&callback::id>>;
  using record_id = source::first_of<source::body<&callback::record_id>,
      source::body<&callback::data, &callback_data::record_id>,
      source::body<&callback::result, &callback_data::record_id>,
      source::search<10, true, "recordId", "record_id">>;
  using code = source::body<&callback::code>;
  using message = source::body<&callback::msg>;
  using delivery_id = source::first_of<source::header<"x-delivery-id">,
      source::header<"x-webhook-id">>;
  static constexpr std::array<std::string_view, 8> task_id_places{"/taskId", "/recordId",
      "/data/task_id", "/result/task_id", "search for taskId, task_id, recordId, record_id",
      "query taskId", "header X-Task-Id", "/id"};

  static constexpr std::array<key_segment, 4> derived_key{{
      {slot::literal, "kie:"},
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

  // {"ok":true, "task_id":<task_id>, "record_id":<record_id>, "callback_type":<stage>,
  // "code":<code>, "code_name":<code_name>, "status":<status>}
  static constexpr std::array<answer_segment, 13> accepted_body{{
      {slot::literal, R"json({"ok":true,"task_id":)json"},
      {slot::task_id},
      {slot::literal, R"json(,"record_id":)json"},
      {slot::record_id},
      {slot::literal, R"json(,"callback_type":)json"},
      {slot::stage},
      {slot::literal, R"json(,"code":)json"},
      {slot::code},
      {slot::literal, R"json(,"code_name":)json"},
      {slot::code_name},
      {slot::literal, R"json(,"status":)json"},
      {slot::status},
      {slot::literal, "}"},
  }};

  static constexpr std::array<answer_segment, 1> duplicate_body{{
      {slot::literal, R"json({"ok":true,"cached":true})json"},
  }};

  static constexpr std::array<answer_segment, 1> missing_signature_body{{
      {slot::literal, R"json({"ok":true})json"},
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
      {.status = 200, .body = accepted_body},  // conflict
      {.status = 200, .body = missing_signature_body},  // missing_signature
      {.status = 200, .body = missing_signature_body},  // invalid_signature
      {.status = 200, .body = missing_signature_body},  // stale_timestamp
      {.status = 200, .body = missing_signature_body},  // bad_json
      {.status = 200, .body = missing_signature_body},  // schema_error
      {.status = 200, .body = missing_signature_body},  // no_task_id
      {.status = 200, .body = accepted_body},  // unknown_type
      {.status = 200, .body = missing_signature_body},  // unknown_task
      {.status = 200, .body = missing_signature_body},  // processing_failed
      {.status = 200, .body = missing_signature_body},  // passive
      {.status = 503, .body = queue_full_body, .fields = queue_full_fields},  // queue_full
      {.status = 503, .body = store_error_body, .fields = queue_full_fields},  // store_error
      {.status = 503, .body = deadline_body, .fields = queue_full_fields},  // deadline
      {.status = 429, .body = rate_limited_body, .fields = rate_limited_fields},  // rate_limited
      {.status = 413, .body = too_large_body},  // too_large
      {.status = 415, .body = unsupported_media_body},  // unsupported_media
  }};

  static constexpr std::array<answer_segment, 0> log{};

  static constexpr std::array<context_field, 0> context{};

  static constexpr std::array<record_plan, 2> records{{
      {.name = "history", .columns = record_data::history_columns},
      {.name = "track", .columns = record_data::track_columns, .key_columns = 1, .stages = 0b1010,
       .count_rows = record_data::track_rows},
  }};
  // Of all that rows of records depend on.
  static constexpr std::uint64_t records_digest = 0xa7fbb07543c35640;

  static constexpr std::span<const record_column> told{};
  static constexpr bool tasks_required = false;
};

}  // namespace callgate::schemas::kie

static_assert(callgate::provider<callgate::schemas::kie::provider>);
static_assert(!callgate::has_hole(callgate::schemas::kie::provider::answers),
              "kie: an outcome has no answer: give it one or start from a preset");
static_assert(!callgate::acknowledges_unstored(callgate::schemas::kie::provider::answers),
              "kie: a 2xx would acknowledge what is not stored");
static_assert(callgate::auth::covers_body(callgate::schemas::kie::provider::auth) ||
                  !callgate::schemas::kie::provider::auth.waiver.empty(),
              "kie: the scheme does not cover the body: write a waiver");
