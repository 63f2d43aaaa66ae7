// SPDX-License-Identifier: Apache-2.0
// Generated from suno.yaml by callgen. Do not edit: change the schema.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/reflect/open_enum.hpp>
#include <callgate/reflect/reflect.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

static_assert(callgate::schema_abi == 2,
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
      // Lyrics are written, about 30 s after submission.
      {.name = "text", .rank = 1, .status = task_status::processing},
      // One variant plays, 90 s to 120 s.
      {.name = "first", .rank = 2, .status = task_status::processing},
      {.name = "error", .rank = 3, .status = task_status::failed, .terminal = true},
      // All variants, 180 s to 240 s.
      {.name = "complete", .rank = 4, .status = task_status::completed, .terminal = true},
  }};
  static constexpr auto requirements = std::tuple{
      requirement<source::body<&callback::data, &callback_data::tracks>>{1, "/data/data"},
      requirement<source::body<&callback::data, &callback_data::tracks>>{3, "/data/data"},
  };

  using stage_from = source::body<&callback::data, &callback_data::callback_type>;
  using task_id = source::body<&callback::data, &callback_data::task_id>;
  using record_id = source::none;
  using code = source::body<&callback::code>;
  using message = source::body<&callback::msg>;
  using delivery_id = source::first_of<source::header<"x-delivery-id">,
      source::header<"x-webhook-id">>;

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
