// SPDX-License-Identifier: Apache-2.0
// Generated from job_worker.yaml by callgen. Do not edit: change the schema.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/provider/read_value.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/reflect/reflect.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

static_assert(callgate::schema_abi == 2,
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

  using stage_from = source::body<&job_callback::status>;
  using task_id = source::body<&job_callback::job_id>;
  using record_id = source::none;
  using code = source::none;
  using message = source::body<&job_callback::error_message>;
  using delivery_id = source::header<"x-delivery-id">;

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
  // "debug":{"jobId":<task_id>, "jobStatus":<stage>, "jobType":null, "format":null, "quality":null,
  // "isSDXL":null, "isEnhanced":null, "filePath":</filePath or /outputUrl>,
  // "processingTimestamp":<received_at>}}
  static constexpr std::array<answer_segment, 9> accepted_body{{
      {slot::literal, R"json({"success":true,"message":"Job callback processed )json"
       R"json(successfully with enhanced debugging","debug":{"jobId":)json"},
      {slot::task_id},
      {slot::literal, R"json(,"jobStatus":)json"},
      {slot::stage},
      {slot::literal, R"json(,"jobType":null,"format":null,"quality":null,"isSDXL":null,)json"
       R"json("isEnhanced":null,"filePath":)json"},
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
