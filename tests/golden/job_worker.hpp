// SPDX-License-Identifier: Apache-2.0
// Generated from job_worker.yaml by callgen. Do not edit: change the schema.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/core/duration.hpp>
#include <callgate/expression/conditions.hpp>
#include <callgate/expression/numbers.hpp>
#include <callgate/expression/readers.hpp>
#include <callgate/expression/texts.hpp>
#include <callgate/expression/values.hpp>
#include <callgate/provider/lookup_table.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/provider/read_value.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/reflect/reflect.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

static_assert(callgate::schema_abi == 4,
              "job_worker.hpp was generated for another Callgate: run callgen again");

namespace callgate::schemas::job_worker {

enum class status_value : std::uint8_t { processing, completed, failed };

}  // namespace callgate::schemas::job_worker

template <>
struct callgate::enum_names<callgate::schemas::job_worker::status_value> {
  static constexpr std::array<std::string_view, 3> names{"processing", "completed", "failed"};
};

namespace callgate::schemas::job_worker {

struct job_callback {
  std::optional<std::string_view> job_id{};  // Without it the answer is "jobId is required".
  status_value status{};
  std::optional<std::string_view> file_path{};  // SDXL: path in storage.
  std::optional<std::string_view> output_url{};  // WAN: where the output is.
  std::optional<std::string_view> error_message{};
  std::optional<std::string_view> enhanced_prompt{};
  // SDXL: a batch, six as a rule. The first is the primary image.
  std::optional<arena_vector<std::string_view, 8>> image_urls{};
};

}  // namespace callgate::schemas::job_worker

namespace callgate {

template <>
struct reflect<schemas::job_worker::job_callback> {
  static constexpr std::string_view name = "JobCallback";
  static constexpr rule image_urls_items{.min_length = 1, .max_length = 2048};
  static constexpr auto members = std::tuple{
      member{"jobId", &schemas::job_worker::job_callback::job_id, rule{.max_length = 128}},
      member{"status", &schemas::job_worker::job_callback::status, rule{.required = true}},
      member{"filePath", &schemas::job_worker::job_callback::file_path,
             rule{.nullable = true, .max_length = 1024}},
      member{"outputUrl", &schemas::job_worker::job_callback::output_url,
             rule{.nullable = true, .max_length = 2048}},
      member{"errorMessage", &schemas::job_worker::job_callback::error_message,
             rule{.nullable = true, .max_length = 8192}},
      member{"enhancedPrompt", &schemas::job_worker::job_callback::enhanced_prompt,
             rule{.nullable = true, .max_length = 16'384}},
      member{"imageUrls", &schemas::job_worker::job_callback::image_urls,
             rule{.nullable = true, .max_items = 32, .items = &image_urls_items}},
  };
};

}  // namespace callgate

namespace callgate::schemas::job_worker {

namespace record_data {

inline constexpr std::size_t job_type_field = 0;
inline constexpr std::size_t user_id_field = 1;
inline constexpr std::size_t image_id_field = 2;
inline constexpr std::size_t video_id_field = 3;

inline constexpr std::array<std::string_view, 37> job_types_keys{"sdxl_image_fast",
    "sdxl_image_high", "image_fast", "image_high", "video_fast", "video_high",
    "image7b_fast_enhanced", "image7b_high_enhanced", "video7b_fast_enhanced",
    "video7b_high_enhanced", "sdxl_image_fast_*", "sdxl_image_high_*", "sdxl_image_*",
    "sdxl_video_fast", "sdxl_video_fast_*", "sdxl_video_high", "sdxl_video_high_*", "sdxl_video_*",
    "sdxl_*", "image7b_fast_*enhanced*", "image7b_*_fast_*enhanced*", "image7b_*enhanced*_fast_*",
    "image7b_*enhanced*", "video7b_fast_*enhanced*", "video7b_*_fast_*enhanced*",
    "video7b_*enhanced*_fast_*", "video7b_*enhanced*", "*_fast_*enhanced*", "*enhanced*_fast_*",
    "*enhanced*", "image_fast_*", "image_high_*", "image_*", "video_fast_*", "video_high_*",
    "video_*", "*"};
// format, quality, is_sdxl, is_enhanced, model_type, steps, extension, images
inline constexpr std::array<scalar, 296> job_types_cells{{
    scalar_of("image"), scalar_of("fast"), scalar_of(true), scalar_of(false), scalar_of("sdxl"),
      scalar_of(15), scalar_of("png"), scalar_of(6),
    scalar_of("image"), scalar_of("high"), scalar_of(true), scalar_of(false), scalar_of("sdxl"),
      scalar_of(25), scalar_of("png"), scalar_of(6),
    scalar_of("image"), scalar_of("fast"), scalar_of(false), scalar_of(false), scalar_of("wan"),
      scalar_of(4), scalar_of("png"), scalar_of(1),
    scalar_of("image"), scalar_of("high"), scalar_of(false), scalar_of(false), scalar_of("wan"),
      scalar_of(6), scalar_of("png"), scalar_of(1),
    scalar_of("video"), scalar_of("fast"), scalar_of(false), scalar_of(false), scalar_of("wan"),
      scalar_of(4), scalar_of("mp4"), scalar{},
    scalar_of("video"), scalar_of("high"), scalar_of(false), scalar_of(false), scalar_of("wan"),
      scalar_of(6), scalar_of("mp4"), scalar{},
    scalar_of("image"), scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar_of(4), scalar_of("png"), scalar_of(1),
    scalar_of("image"), scalar_of("high"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar_of(6), scalar_of("png"), scalar_of(1),
    scalar_of("video"), scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar_of(4), scalar_of("mp4"), scalar{},
    scalar_of("video"), scalar_of("high"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar_of(6), scalar_of("mp4"), scalar{},
    scalar_of("image"), scalar_of("fast"), scalar_of(true), scalar_of(false), scalar_of("sdxl"),
      scalar{}, scalar{}, scalar{},
    scalar_of("image"), scalar_of("high"), scalar_of(true), scalar_of(false), scalar_of("sdxl"),
      scalar{}, scalar{}, scalar{},
    scalar_of("image"), scalar{}, scalar_of(true), scalar_of(false), scalar_of("sdxl"), scalar{},
      scalar{}, scalar{},
    scalar_of("video"), scalar_of("fast"), scalar_of(true), scalar_of(false), scalar_of("sdxl"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar_of("fast"), scalar_of(true), scalar_of(false), scalar_of("sdxl"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar_of("high"), scalar_of(true), scalar_of(false), scalar_of("sdxl"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar_of("high"), scalar_of(true), scalar_of(false), scalar_of("sdxl"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar{}, scalar_of(true), scalar_of(false), scalar_of("sdxl"), scalar{},
      scalar{}, scalar{},
    scalar{}, scalar{}, scalar_of(true), scalar_of(false), scalar_of("sdxl"), scalar{}, scalar{},
      scalar{},
    scalar_of("image"), scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("image"), scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("image"), scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("image"), scalar_of("high"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar_of("high"), scalar_of(false), scalar_of(true), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar{}, scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"), scalar{},
      scalar{}, scalar{},
    scalar{}, scalar_of("fast"), scalar_of(false), scalar_of(true), scalar_of("wan"), scalar{},
      scalar{}, scalar{},
    scalar{}, scalar_of("high"), scalar_of(false), scalar_of(true), scalar_of("wan"), scalar{},
      scalar{}, scalar{},
    scalar_of("image"), scalar_of("fast"), scalar_of(false), scalar_of(false), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("image"), scalar_of("high"), scalar_of(false), scalar_of(false), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("image"), scalar{}, scalar_of(false), scalar_of(false), scalar_of("wan"), scalar{},
      scalar{}, scalar{},
    scalar_of("video"), scalar_of("fast"), scalar_of(false), scalar_of(false), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar_of("high"), scalar_of(false), scalar_of(false), scalar_of("wan"),
      scalar{}, scalar{}, scalar{},
    scalar_of("video"), scalar{}, scalar_of(false), scalar_of(false), scalar_of("wan"), scalar{},
      scalar{}, scalar{},
    scalar{}, scalar{}, scalar_of(false), scalar_of(false), scalar_of("wan"), scalar{}, scalar{},
      scalar{},
}};
inline constexpr lookup_table job_types_table{job_types_keys, job_types_cells, 8, true};

template <class E>
inline constexpr auto reader = &expression::read<job_callback, E>;

// {stage: [completed, failed], value: {meta: received_at}}
using value_1 = expression::at_stage<0b110, expression::meta<slot::received_at>>;

// {first_of: [/filePath, /outputUrl]}
using value_2 = expression::first_of<expression::body<&job_callback::file_path>,
    expression::body<&job_callback::output_url>>;

// {lookup: job_types, key: {context: job_type}, column: model_type}
using value_3 = expression::lookup<job_types_table, expression::context<job_type_field>, 4>;

// {lookup: job_types, key: {context: job_type}, column: is_sdxl}
using value_4 = expression::lookup<job_types_table, expression::context<job_type_field>, 2>;

// {lookup: job_types, key: {context: job_type}, column: is_enhanced}
using value_5 = expression::lookup<job_types_table, expression::context<job_type_field>, 3>;

// {first_of: [/imageUrls/0, {first_of: [/filePath, /outputUrl]}]}
using value_6 = expression::first_of<expression::body<&job_callback::image_urls, source::at{0}>,
    value_2>;

// {contains: [{first_of: [/imageUrls/0, {first_of: [/filePath, /outputUrl]}]}, {const: /}]}
using value_7 = expression::contains<value_6, expression::text<"/">>;

// {contains: [{first_of: [/imageUrls/0, {first_of: [/filePath, /outputUrl]}]}, {const: _}]}
using value_8 = expression::contains<value_6, expression::text<"_">>;

// {ends_with: [{first_of: [/imageUrls/0, {first_of: [/filePath, /outputUrl]}]}, {const: .png}]}
using value_9 = expression::ends_with<value_6, expression::text<".png">>;

// {length: {first_of: [/imageUrls/0, {first_of: [/filePath, /outputUrl]}]}}
using value_10 = expression::length<value_6>;

// {starts_with: [{first_of: [/imageUrls/0, {first_of: [/filePath, /outputUrl]}]}, {context:
// user_id}]}
using value_11 = expression::starts_with<value_6, expression::context<user_id_field>>;

// {if: {present: {context: user_id}}, then: {concat: [{context: user_id}, {const: /}, {if: {lookup:
// job_types, key: {context: job_type}, column: is_sdxl}, then: {const: sdxl_}}, {meta: task_id},
// {const: _*.png}]}}
using value_12 = expression::choose<expression::present<expression::context<user_id_field>>,
    expression::concat<expression::context<user_id_field>, expression::text<"/">,
    expression::choose<value_4, expression::text<"sdxl_">, expression::nothing>,
    expression::meta<slot::task_id>, expression::text<"_*.png">>, expression::nothing>;

// {json: /imageUrls}
using value_13 = expression::json<source::body<&job_callback::image_urls>, "/imageUrls">;

// {present: {json: /imageUrls}}
using value_14 = expression::present<value_13>;

// {count: /imageUrls}
using value_15 = expression::count<source::body<&job_callback::image_urls>>;

// {if: {present: {json: /imageUrls}}, then: {count: /imageUrls}, else: {const: 1}}
using value_16 = expression::choose<value_14, value_15, expression::integer<1>>;

// {prefix_path: {with: {context: user_id}, value: {first_of: [/imageUrls/0, {first_of: [/filePath,
// /outputUrl]}]}}}
using value_17 = expression::prefix_path<expression::context<user_id_field>, value_6>;

// {lookup: job_types, key: {context: job_type}, column: quality}
using value_18 = expression::lookup<job_types_table, expression::context<job_type_field>, 1>;

// {lookup: job_types, key: {context: job_type}, column: format}
using value_19 = expression::lookup<job_types_table, expression::context<job_type_field>, 0>;

inline constexpr std::array<record_column, 30> jobs_columns{{
    {"status", column_type::text, reader<expression::meta<slot::status>>},
    {"completed_at", column_type::timestamp, reader<value_1>},
    {"error_message", column_type::text, reader<expression::body<&job_callback::error_message>>},
    {"metadata.file_path", column_type::text, reader<value_2>},
    {"metadata.enhanced_prompt", column_type::text,
     reader<expression::body<&job_callback::enhanced_prompt>>},
    {"metadata.callback_processed_at", column_type::timestamp,
     reader<expression::meta<slot::received_at>>},
    {"metadata.callback_debug.received_file_path", column_type::text,
     reader<expression::body<&job_callback::file_path>>},
    {"metadata.callback_debug.received_output_url", column_type::text,
     reader<expression::body<&job_callback::output_url>>},
    {"metadata.callback_debug.resolved_file_path", column_type::text, reader<value_2>},
    {"metadata.callback_debug.job_type", column_type::text,
     reader<expression::context<job_type_field>>},
    {"metadata.callback_debug.processing_timestamp", column_type::timestamp,
     reader<expression::meta<slot::received_at>>},
    {"metadata.model_type", column_type::text, reader<value_3>},
    {"metadata.bucket", column_type::text, reader<expression::context<job_type_field>>},
    {"metadata.is_sdxl", column_type::boolean, reader<value_4>},
    {"metadata.is_enhanced", column_type::boolean, reader<value_5>},
    {"metadata.steps", column_type::integer,
     reader<expression::lookup<job_types_table, expression::context<job_type_field>, 5>>},
    {"metadata.extension", column_type::text,
     reader<expression::lookup<job_types_table, expression::context<job_type_field>, 6>>},
    {"metadata.batch_size", column_type::integer,
     reader<expression::lookup<job_types_table, expression::context<job_type_field>, 7>>},
    {"metadata.file_path_validation.has_slash", column_type::boolean, reader<value_7>},
    {"metadata.file_path_validation.has_underscore", column_type::boolean, reader<value_8>},
    {"metadata.file_path_validation.has_png_extension", column_type::boolean, reader<value_9>},
    {"metadata.file_path_validation.length", column_type::integer, reader<value_10>},
    {"metadata.file_path_validation.starts_with_user_id", column_type::boolean, reader<value_11>},
    {"metadata.file_path_validation.expected_pattern", column_type::text, reader<value_12>},
    {"metadata.file_path_validation.is_multiple_images", column_type::boolean, reader<value_14>},
    {"metadata.file_path_validation.image_count", column_type::integer, reader<value_16>},
    {"metadata.debug_info.original_file_path", column_type::text,
     reader<expression::body<&job_callback::file_path>>},
    {"metadata.debug_info.image_urls_received", column_type::json, reader<value_13>},
    {"metadata.debug_info.job_type", column_type::text,
     reader<expression::context<job_type_field>>},
    {"metadata.debug_info.processed_at", column_type::timestamp,
     reader<expression::meta<slot::received_at>>},
}};

inline constexpr std::array<record_column, 22> images_columns{{
    {"image_id", column_type::text, reader<expression::context<image_id_field>>},
    {"status", column_type::text,
     reader<expression::choose<expression::equals<expression::meta<slot::status>,
     expression::text<"processing">>, expression::text<"generating">,
     expression::meta<slot::status>>>},
    {"image_url", column_type::text, reader<value_17>},
    {"image_urls", column_type::json, reader<value_13>},
    {"thumbnail_url", column_type::text, reader<value_17>},
    {"quality", column_type::text, reader<value_18>},
    {"metadata.model_type", column_type::text, reader<value_3>},
    {"metadata.is_sdxl", column_type::boolean, reader<value_4>},
    {"metadata.bucket", column_type::text, reader<expression::context<job_type_field>>},
    {"metadata.callback_processed_at", column_type::timestamp,
     reader<expression::meta<slot::received_at>>},
    {"metadata.file_path_validation.has_slash", column_type::boolean, reader<value_7>},
    {"metadata.file_path_validation.has_underscore", column_type::boolean, reader<value_8>},
    {"metadata.file_path_validation.has_png_extension", column_type::boolean, reader<value_9>},
    {"metadata.file_path_validation.length", column_type::integer, reader<value_10>},
    {"metadata.file_path_validation.starts_with_user_id", column_type::boolean, reader<value_11>},
    {"metadata.file_path_validation.expected_pattern", column_type::text, reader<value_12>},
    {"metadata.file_path_validation.is_multiple_images", column_type::boolean, reader<value_14>},
    {"metadata.file_path_validation.image_count", column_type::integer, reader<value_16>},
    {"metadata.debug_info.original_file_path", column_type::text,
     reader<expression::body<&job_callback::file_path>>},
    {"metadata.debug_info.image_urls_received", column_type::json, reader<value_13>},
    {"metadata.debug_info.job_type", column_type::text,
     reader<expression::context<job_type_field>>},
    {"metadata.debug_info.processed_at", column_type::timestamp,
     reader<expression::meta<slot::received_at>>},
}};
inline constexpr auto images_applies = &expression::holds<job_callback, expression::equals<value_19,
    expression::text<"image">>>;

inline constexpr std::array<record_column, 5> videos_columns{{
    {"video_id", column_type::text, reader<expression::context<video_id_field>>},
    {"status", column_type::text, reader<expression::meta<slot::status>>},
    {"video_url", column_type::text, reader<value_2>},
    {"completed_at", column_type::timestamp, reader<value_1>},
    {"error_message", column_type::text, reader<expression::body<&job_callback::error_message>>},
}};
inline constexpr auto videos_applies = &expression::holds<job_callback, expression::equals<value_19,
    expression::text<"video">>>;

// What answers and the log tell of a task.
inline constexpr std::array<record_column, 6> answer_facts{{
    // {context: job_type}
    {{}, column_type::text, reader<expression::context<job_type_field>>},
    // {lookup: job_types, key: {context: job_type}, column: format}
    {{}, column_type::text, reader<value_19>},
    // {lookup: job_types, key: {context: job_type}, column: quality}
    {{}, column_type::text, reader<value_18>},
    // {lookup: job_types, key: {context: job_type}, column: is_sdxl}
    {{}, column_type::boolean, reader<value_4>},
    // {lookup: job_types, key: {context: job_type}, column: is_enhanced}
    {{}, column_type::boolean, reader<value_5>},
    // {count: /imageUrls}
    {{}, column_type::integer, reader<value_15>},
}};

}  // namespace record_data

// Image and video workers report progress. SDXL sends filePath and imageUrls, WAN sends outputUrl.
struct provider {
  static constexpr std::string_view name = "job_worker";
  static constexpr std::string_view title = "SDXL and WAN workers";
  using payload = schemas::job_worker::job_callback;

  static constexpr std::array<std::string_view, 1> content_types{"application/json"};
  static constexpr std::array<route, 1> routes{{
      {.path = "/callbacks/job", .method = "POST", .content_types = content_types,
       .max_body_bytes = 262'144, .respond_within = std::chrono::milliseconds{10'000},
       .cors = true},
  }};

  static constexpr std::array<callgate::auth::method, 1> auth_methods{{
      {.kind = callgate::auth::primitive::token, .header = "Authorization", .prefix = "Bearer ",
       .secret_env = "JOB_CALLBACK_TOKEN"},
  }};
  static constexpr callgate::auth::scheme auth{.any_of = auth_methods,
      .on_missing_secret = callgate::auth::missing_secret::skip_warn,
      .waiver = "The workers are our own and send a shared token over TLS."};

  static constexpr json::read_options tolerance{.empty_strings_absent = true};

  // From the least to the most advanced.
  enum class stage_index : std::uint8_t { processing, failed, completed };
  static constexpr std::array<stage, 3> stages{{
      {.name = "processing", .rank = 1, .status = task_status::processing},
      {.name = "failed", .rank = 2, .status = task_status::failed, .terminal = true},
      {.name = "completed", .rank = 3, .status = task_status::completed, .terminal = true},
  }};
  static constexpr auto requirements = std::tuple{};

  static constexpr auto expectations = std::tuple{
      expect_any<source::body<&job_callback::file_path>, source::body<&job_callback::output_url>,
          source::body<&job_callback::image_urls>>{2, "/filePath, /outputUrl, /imageUrls"},
  };

  static constexpr std::array<callgate::code, 0> codes{};
  static constexpr callgate::code unknown_code{};

  using stage_from = source::body<&job_callback::status>;
  using task_id = source::body<&job_callback::job_id>;
  using record_id = source::none;
  using code = source::none;
  using message = source::body<&job_callback::error_message>;
  using delivery_id = source::header<"x-delivery-id">;
  static constexpr std::array<std::string_view, 1> task_id_places{"/jobId"};

  static constexpr std::array<key_segment, 4> derived_key{{
      {slot::literal, "job_worker:"},
      {slot::task_id},
      {slot::literal, ":"},
      {slot::stage},
  }};
  static constexpr std::chrono::microseconds deduplication_ttl{3'600'000'000};
  static constexpr std::chrono::microseconds history_retention{2'592'000'000'000};

  static constexpr std::array<answer_field, 1> queue_full_fields{{
      {"Retry-After", "5"},
  }};

  static constexpr std::array<answer_field, 1> rate_limited_fields{{
      {"Retry-After", "1"},
  }};

  // {"success":true, "message":"Job callback processed successfully with enhanced debugging",
  // "debug":{"jobId":<task_id>, "jobStatus":<stage>, "jobType":<told 0>, "format":<told 1>,
  // "quality":<told 2>, "isSDXL":<told 3>, "isEnhanced":<told 4>, "filePath":</filePath or
  // /outputUrl>, "processingTimestamp":<received_at>}}
  static constexpr std::array<answer_segment, 19> accepted_body{{
      {slot::literal, R"json({"success":true,"message":"Job callback processed )json"
       R"json(successfully with enhanced debugging","debug":{"jobId":)json"},
      {slot::task_id},
      {slot::literal, R"json(,"jobStatus":)json"},
      {slot::stage},
      {slot::literal, R"json(,"jobType":)json"},
      {.kind = slot::told, .told = 0},
      {slot::literal, R"json(,"format":)json"},
      {.kind = slot::told, .told = 1},
      {slot::literal, R"json(,"quality":)json"},
      {.kind = slot::told, .told = 2},
      {slot::literal, R"json(,"isSDXL":)json"},
      {.kind = slot::told, .told = 3},
      {slot::literal, R"json(,"isEnhanced":)json"},
      {.kind = slot::told, .told = 4},
      {slot::literal, R"json(,"filePath":)json"},
      {.kind = slot::value, .read = &read_value<schemas::job_worker::job_callback,
       source::first_of<source::body<&job_callback::file_path>,
       source::body<&job_callback::output_url>>>},
      {slot::literal, R"json(,"processingTimestamp":)json"},
      {slot::received_at},
      {slot::literal, "}}"},
  }};

  // {"error":"A token is required", "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"AuthError"}}
  static constexpr std::array<answer_segment, 3> missing_signature_body{{
      {slot::literal, R"json({"error":"A token is required","success":false,)json"
       R"json("debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"AuthError"}})json"},
  }};

  // {"error":"The token is wrong", "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"AuthError"}}
  static constexpr std::array<answer_segment, 3> invalid_signature_body{{
      {slot::literal, R"json({"error":"The token is wrong","success":false,)json"
       R"json("debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"AuthError"}})json"},
  }};

  // {"error":"The body is not JSON: <error>", "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"ValidationError"}}
  static constexpr std::array<answer_segment, 5> bad_json_body{{
      {slot::literal, R"json({"error":"The body is not JSON: )json"},
      {.kind = slot::error, .quoted = true},
      {slot::literal, R"json(","success":false,"debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"ValidationError"}})json"},
  }};

  // {"error":<error>, "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"ValidationError"}}
  static constexpr std::array<answer_segment, 5> schema_error_body{{
      {slot::literal, R"json({"error":)json"},
      {slot::error},
      {slot::literal, R"json(,"success":false,"debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"ValidationError"}})json"},
  }};

  // {"error":"jobId is required", "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"ValidationError"}}
  static constexpr std::array<answer_segment, 3> no_task_id_body{{
      {slot::literal, R"json({"error":"jobId is required","success":false,)json"
       R"json("debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"ValidationError"}})json"},
  }};

  // {"error":"Job not found", "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"NotFoundError"}}
  static constexpr std::array<answer_segment, 3> unknown_task_body{{
      {slot::literal, R"json({"error":"Job not found","success":false,"debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"NotFoundError"}})json"},
  }};

  // {"error":"Processing failed", "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"HandlerError"}}
  static constexpr std::array<answer_segment, 3> processing_failed_body{{
      {slot::literal, R"json({"error":"Processing failed","success":false,)json"
       R"json("debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"HandlerError"}})json"},
  }};

  // {"error":"The callback could not be stored", "success":false,
  // "debug":{"timestamp":<received_at>, "errorType":"StoreError"}}
  static constexpr std::array<answer_segment, 3> queue_full_body{{
      {slot::literal, R"json({"error":"The callback could not be stored","success":false,)json"
       R"json("debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"StoreError"}})json"},
  }};

  // {"error":"Too many requests", "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"RateLimitError"}}
  static constexpr std::array<answer_segment, 3> rate_limited_body{{
      {slot::literal, R"json({"error":"Too many requests","success":false,)json"
       R"json("debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"RateLimitError"}})json"},
  }};

  // {"error":"The body is too large", "success":false, "debug":{"timestamp":<received_at>,
  // "errorType":"ValidationError"}}
  static constexpr std::array<answer_segment, 3> too_large_body{{
      {slot::literal, R"json({"error":"The body is too large","success":false,)json"
       R"json("debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"ValidationError"}})json"},
  }};

  // {"error":"The body must be application/json", "success":false,
  // "debug":{"timestamp":<received_at>, "errorType":"ValidationError"}}
  static constexpr std::array<answer_segment, 3> unsupported_media_body{{
      {slot::literal, R"json({"error":"The body must be application/json","success":false,)json"
       R"json("debug":{"timestamp":)json"},
      {slot::received_at},
      {slot::literal, R"json(,"errorType":"ValidationError"}})json"},
  }};

  static constexpr answer_table answers{{
      {.status = 200, .body = accepted_body},  // accepted
      {.status = 200, .body = accepted_body},  // duplicate
      {.status = 200, .body = accepted_body},  // conflict
      {.status = 401, .body = missing_signature_body},  // missing_signature
      {.status = 401, .body = invalid_signature_body},  // invalid_signature
      {.status = 401, .body = invalid_signature_body},  // stale_timestamp
      {.status = 400, .body = bad_json_body},  // bad_json
      {.status = 400, .body = schema_error_body},  // schema_error
      {.status = 400, .body = no_task_id_body},  // no_task_id
      {.status = 200, .body = accepted_body},  // unknown_type
      {.status = 404, .body = unknown_task_body},  // unknown_task
      {.status = 500, .body = processing_failed_body},  // processing_failed
      {.status = 200, .body = accepted_body},  // passive
      {.status = 503, .body = queue_full_body, .fields = queue_full_fields},  // queue_full
      {.status = 503, .body = queue_full_body, .fields = queue_full_fields},  // store_error
      {.status = 503, .body = queue_full_body, .fields = queue_full_fields},  // deadline
      {.status = 429, .body = rate_limited_body, .fields = rate_limited_fields},  // rate_limited
      {.status = 413, .body = too_large_body},  // too_large
      {.status = 415, .body = unsupported_media_body},  // unsupported_media
  }};

  // {"jobId":<task_id>, "status":<stage>, "jobType":<told 0>, "filePath":</filePath>,
  // "outputUrl":</outputUrl>, "resolvedPath":</filePath or /outputUrl>,
  // "errorMessage":</errorMessage>, "enhancedPrompt":</enhancedPrompt>, "imageUrls":<told 5>}
  static constexpr std::array<answer_segment, 19> log{{
      {slot::literal, R"json({"jobId":)json"},
      {slot::task_id},
      {slot::literal, R"json(,"status":)json"},
      {slot::stage},
      {slot::literal, R"json(,"jobType":)json"},
      {.kind = slot::told, .told = 0},
      {slot::literal, R"json(,"filePath":)json"},
      {.kind = slot::value, .read = &read_value<schemas::job_worker::job_callback,
       source::body<&job_callback::file_path>>},
      {slot::literal, R"json(,"outputUrl":)json"},
      {.kind = slot::value, .read = &read_value<schemas::job_worker::job_callback,
       source::body<&job_callback::output_url>>},
      {slot::literal, R"json(,"resolvedPath":)json"},
      {.kind = slot::value, .read = &read_value<schemas::job_worker::job_callback,
       source::first_of<source::body<&job_callback::file_path>,
       source::body<&job_callback::output_url>>>},
      {slot::literal, R"json(,"errorMessage":)json"},
      {.kind = slot::value, .read = &read_value<schemas::job_worker::job_callback,
       source::body<&job_callback::error_message>>},
      {slot::literal, R"json(,"enhancedPrompt":)json"},
      {.kind = slot::value, .read = &read_value<schemas::job_worker::job_callback,
       source::body<&job_callback::enhanced_prompt>>},
      {slot::literal, R"json(,"imageUrls":)json"},
      {.kind = slot::told, .told = 5},
      {slot::literal, "}"},
  }};

  static constexpr std::array<context_field, 4> context{{
      {.name = "job_type", .type = column_type::text, .max_bytes = 64},
      {.name = "user_id", .type = column_type::text, .max_bytes = 128},
      {.name = "image_id", .type = column_type::text, .max_bytes = 128},
      {.name = "video_id", .type = column_type::text, .max_bytes = 128},
  }};

  static constexpr std::array<record_plan, 3> records{{
      {.name = "jobs", .columns = record_data::jobs_columns},
      {.name = "images", .columns = record_data::images_columns,
       .applies = record_data::images_applies},
      {.name = "videos", .columns = record_data::videos_columns,
       .applies = record_data::videos_applies},
  }};
  // Of all that rows of records depend on.
  static constexpr std::uint64_t records_digest = 0xafa0594c14e2ea99;

  static constexpr std::span<const record_column> told{record_data::answer_facts};
  static constexpr bool tasks_required = true;
};

}  // namespace callgate::schemas::job_worker

static_assert(callgate::provider<callgate::schemas::job_worker::provider>);
static_assert(!callgate::has_hole(callgate::schemas::job_worker::provider::answers),
              "job_worker: an outcome has no answer: give it one or start from a preset");
static_assert(!callgate::acknowledges_unstored(callgate::schemas::job_worker::provider::answers),
              "job_worker: a 2xx would acknowledge what is not stored");
static_assert(callgate::auth::covers_body(callgate::schemas::job_worker::provider::auth) ||
                  !callgate::schemas::job_worker::provider::auth.waiver.empty(),
              "job_worker: the scheme does not cover the body: write a waiver");
