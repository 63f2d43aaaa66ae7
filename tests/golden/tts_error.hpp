// SPDX-License-Identifier: Apache-2.0
// Generated from tts_error.yaml by callgen. Do not edit: change the schema.
#pragma once

#include <callgate/core/duration.hpp>
#include <callgate/expression/conditions.hpp>
#include <callgate/expression/readers.hpp>
#include <callgate/expression/values.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/reflect/reflect.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

static_assert(callgate::schema_abi == 4,
              "tts_error.hpp was generated for another Callgate: run callgen again");

namespace callgate::schemas::tts_error {

// Free-form; these members are known, of whatever type they come.
struct metadata {
  std::optional<json::raw_value> language{};
  std::optional<json::raw_value> story_type{};
  std::optional<json::raw_value> text_length{};
  std::optional<json::raw_value> error_type{};
};

struct error_callback {
  std::string_view story_id{};  // Story whose audio failed.
  std::string_view error{};  // For people; may be empty.
  std::optional<std::string_view> error_details{};  // For whoever mends it.
  std::optional<std::string_view> user_id{};
  std::optional<std::string_view> voice_id{};
  std::optional<std::string_view> job_id{};
  // Free-form; these members are known, of whatever type they come.
  std::optional<::callgate::schemas::tts_error::metadata> metadata{};
};

}  // namespace callgate::schemas::tts_error

namespace callgate {

template <>
struct reflect<schemas::tts_error::metadata> {
  static constexpr std::string_view name = "Metadata";
  static constexpr auto members = std::tuple{
      member{"language", &schemas::tts_error::metadata::language, rule{.nullable = true}},
      member{"story_type", &schemas::tts_error::metadata::story_type, rule{.nullable = true}},
      member{"text_length", &schemas::tts_error::metadata::text_length, rule{.nullable = true}},
      member{"error_type", &schemas::tts_error::metadata::error_type, rule{.nullable = true}},
  };
};

template <>
struct reflect<schemas::tts_error::error_callback> {
  static constexpr std::string_view name = "ErrorCallback";
  static constexpr auto members = std::tuple{
      member{"story_id", &schemas::tts_error::error_callback::story_id,
             rule{.required = true, .min_length = 1, .max_length = 128}},
      member{"error", &schemas::tts_error::error_callback::error,
             rule{.required = true, .max_length = 16'384}},
      member{"error_details", &schemas::tts_error::error_callback::error_details,
             rule{.nullable = true, .max_length = 65'536}},
      member{"user_id", &schemas::tts_error::error_callback::user_id,
             rule{.nullable = true, .max_length = 128}},
      member{"voice_id", &schemas::tts_error::error_callback::voice_id,
             rule{.nullable = true, .max_length = 128}},
      member{"job_id", &schemas::tts_error::error_callback::job_id,
             rule{.nullable = true, .max_length = 128}},
      member{"metadata", &schemas::tts_error::error_callback::metadata, rule{.nullable = true}},
  };
};

}  // namespace callgate

namespace callgate::schemas::tts_error {

namespace record_data {

template <class E>
inline constexpr auto reader = &expression::read<error_callback, E>;

inline constexpr std::array<record_column, 6> story_columns{{
    {"audio_status", column_type::text, reader<expression::text<"failed">>},
    {"audio_error", column_type::text, reader<expression::body<&error_callback::error>>},
    {"audio_error_details", column_type::text,
     reader<expression::first_of<expression::body<&error_callback::error_details>,
     expression::null>>},
    {"audio_job_id", column_type::text,
     reader<expression::first_of<expression::body<&error_callback::job_id>, expression::null>>},
    {"audio_error_metadata", column_type::json,
     reader<expression::json<source::body<&error_callback::metadata>, "/metadata">>},
    {"updated_at", column_type::timestamp, reader<expression::meta<slot::received_at>>},
}};

}  // namespace record_data

// A text-to-speech worker reports that a story's audio failed.
struct provider {
  static constexpr std::string_view name = "tts_error";
  static constexpr std::string_view title = "TTS error callback";
  using payload = schemas::tts_error::error_callback;

  static constexpr std::array<std::string_view, 1> content_types{"application/json"};
  static constexpr std::array<route, 1> routes{{
      {.path = "/api/tts/error-callback", .method = "POST", .content_types = content_types,
       .max_body_bytes = 262'144, .respond_within = std::chrono::milliseconds{10'000},
       .applies_stage = 0},
  }};

  static constexpr std::array<callgate::auth::method, 1> auth_methods{{
      {.kind = callgate::auth::primitive::none},
  }};
  static constexpr callgate::auth::scheme auth{.any_of = auth_methods,
      .on_missing_secret = callgate::auth::missing_secret::refuse_start,
      .waiver = "The worker sends no credential. Keep the route within a " "private network."};

  static constexpr json::read_options tolerance{};

  // From the least to the most advanced.
  enum class stage_index : std::uint8_t { failed };
  static constexpr std::array<stage, 1> stages{{
      {.name = "failed", .rank = 1, .status = task_status::failed, .terminal = true},
  }};
  static constexpr auto requirements = std::tuple{};

  static constexpr auto expectations = std::tuple{};

  static constexpr std::array<callgate::code, 0> codes{};
  static constexpr callgate::code unknown_code{};

  using stage_from = source::none;
  using task_id = source::body<&error_callback::story_id>;
  using record_id = source::none;
  using code = source::none;
  using message = source::body<&error_callback::error>;
  using delivery_id = source::none;
  static constexpr std::array<std::string_view, 1> task_id_places{"/story_id"};

  static constexpr std::array<key_segment, 4> derived_key{{
      {slot::literal, "tts_error:"},
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

  static constexpr std::array<answer_segment, 1> accepted_body{{
      {slot::literal, R"json({"success":true})json"},
  }};

  static constexpr std::array<answer_segment, 1> missing_signature_body{{
      {slot::literal, R"json({"success":false,"error":"Unauthorized"})json"},
  }};

  // {"success":false, "error":<error>}
  static constexpr std::array<answer_segment, 3> bad_json_body{{
      {slot::literal, R"json({"success":false,"error":)json"},
      {slot::error},
      {slot::literal, "}"},
  }};

  static constexpr std::array<answer_segment, 1> no_task_id_body{{
      {slot::literal, R"json({"success":false,"error":"story_id is required"})json"},
  }};

  static constexpr std::array<answer_segment, 1> unknown_task_body{{
      {slot::literal, R"json({"success":false,"error":"Story not found"})json"},
  }};

  static constexpr std::array<answer_segment, 1> processing_failed_body{{
      {slot::literal, R"json({"success":false,"error":"Internal server error"})json"},
  }};

  static constexpr std::array<answer_segment, 1> rate_limited_body{{
      {slot::literal, R"json({"success":false,"error":"Too many requests"})json"},
  }};

  static constexpr std::array<answer_segment, 1> too_large_body{{
      {slot::literal, R"json({"success":false,"error":"The body is too large"})json"},
  }};

  static constexpr std::array<answer_segment, 1> unsupported_media_body{{
      {slot::literal, R"json({"success":false,"error":"The body must be application/json"})json"},
  }};

  static constexpr answer_table answers{{
      {.status = 200, .body = accepted_body},  // accepted
      {.status = 200, .body = accepted_body},  // duplicate
      {.status = 200, .body = accepted_body},  // conflict
      {.status = 401, .body = missing_signature_body},  // missing_signature
      {.status = 401, .body = missing_signature_body},  // invalid_signature
      {.status = 401, .body = missing_signature_body},  // stale_timestamp
      {.status = 400, .body = bad_json_body},  // bad_json
      {.status = 422, .body = bad_json_body},  // schema_error
      {.status = 422, .body = no_task_id_body},  // no_task_id
      {.status = 200, .body = accepted_body},  // unknown_type
      {.status = 404, .body = unknown_task_body},  // unknown_task
      {.status = 500, .body = processing_failed_body},  // processing_failed
      {.status = 200, .body = accepted_body},  // passive
      {.status = 503, .body = processing_failed_body, .fields = queue_full_fields},  // queue_full
      {.status = 500, .body = processing_failed_body, .fields = queue_full_fields},  // store_error
      {.status = 503, .body = processing_failed_body, .fields = queue_full_fields},  // deadline
      {.status = 429, .body = rate_limited_body, .fields = rate_limited_fields},  // rate_limited
      {.status = 413, .body = too_large_body},  // too_large
      {.status = 415, .body = unsupported_media_body},  // unsupported_media
  }};

  static constexpr std::array<answer_segment, 0> log{};

  static constexpr std::array<context_field, 0> context{};

  static constexpr std::array<record_plan, 1> records{{
      {.name = "story", .columns = record_data::story_columns},
  }};
  // Of all that rows of records depend on.
  static constexpr std::uint64_t records_digest = 0x8bd783fe6afb221b;

  static constexpr std::span<const record_column> told{};
  static constexpr bool tasks_required = true;
};

}  // namespace callgate::schemas::tts_error

static_assert(callgate::provider<callgate::schemas::tts_error::provider>);
static_assert(!callgate::has_hole(callgate::schemas::tts_error::provider::answers),
              "tts_error: an outcome has no answer: give it one or start from a preset");
static_assert(!callgate::acknowledges_unstored(callgate::schemas::tts_error::provider::answers),
              "tts_error: a 2xx would acknowledge what is not stored");
static_assert(callgate::auth::covers_body(callgate::schemas::tts_error::provider::auth) ||
                  !callgate::schemas::tts_error::provider::auth.waiver.empty(),
              "tts_error: the scheme does not cover the body: write a waiver");
