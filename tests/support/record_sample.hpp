// SPDX-License-Identifier: Apache-2.0
// Records over Suno's payload, written by hand: what a store needs to derive rows.
#pragma once

#include <callgate/expression/conditions.hpp>
#include <callgate/expression/readers.hpp>
#include <callgate/expression/texts.hpp>
#include <callgate/expression/values.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/told_values.hpp>
#include <tests/support/store_posts.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::testing {

namespace sample_records {

using suno = schemas::suno::provider;
using payload = suno::payload;
using data = schemas::suno::callback_data;
using track = schemas::suno::track;
using tracks = source::body<&payload::data, &data::tracks>;
namespace ex = callgate::expression;

inline constexpr std::array<record_column, 5> task_columns{{
    {"status", column_type::text, &ex::read<payload, ex::meta<slot::status>>},
    {"meta.text_at", column_type::timestamp,
     &ex::read<payload, ex::at_stage<1, ex::meta<slot::received_at>>>},
    {"title", column_type::text,
     &ex::read<payload, ex::body<&payload::data, &data::tracks, source::at{0}, &track::title>>},
    {"owner", column_type::text,
     &ex::read<payload, ex::concat<ex::context<0>, ex::text<"/">, ex::meta<slot::task_id>>>},
    {"rated", column_type::boolean, &ex::read<payload, ex::context<1>>},
}};
inline constexpr std::array<record_column, 4> version_columns{{
    {"position", column_type::integer, &ex::read_item<payload, tracks, ex::position<1>>},
    {"id", column_type::text, &ex::read_item<payload, tracks, ex::item<&track::id>>},
    {"duration", column_type::real, &ex::read_item<payload, tracks, ex::item<&track::duration>>},
    {"title", column_type::text, &ex::read_item<payload, tracks, ex::item<&track::title>>},
}};
inline constexpr std::array<record_plan, 2> plans{{
    {.name = "task", .columns = task_columns},
    {.name = "version",
     .columns = version_columns,
     .key_columns = 1,
     .stages = 0b1010,  // first, complete
     .count_rows = &ex::count_items<payload, tracks>},
}};
inline constexpr std::array<context_field, 2> context{
    {{"user", column_type::text, 64}, {"rated", column_type::boolean}}};

inline constexpr std::array<record_column, 5> told{{
    {{}, column_type::text, task_columns[3].read},     // the owner, a text that is made
    {{}, column_type::boolean, task_columns[4].read},  // rated
    {{}, column_type::integer, &ex::read<payload, ex::body<&payload::code>>},
    {{}, column_type::text, task_columns[2].read},  // the first track's title
    {{}, column_type::text, &ex::read<payload, ex::meta<slot::outcome>>},
}};

inline std::size_t bytes_needed(std::size_t body) {
  return json::arena_bytes_needed<payload>(body) + 2 * sizeof(payload);
}
inline const void* parse(std::string_view raw, arena& memory) {
  auto* value = memory.create<payload>();
  json::drops dropped;
  if (value == nullptr) return nullptr;
  return json::parse_into<payload, suno::tolerance>(raw, memory, *value, dropped) ? nullptr : value;
}

inline const code* known_code(std::int64_t value) {
  static constexpr code fine{.name = "fine"}, odd{.name = "odd"};
  return value == 200 ? &fine : &odd;
}

}  // namespace sample_records

inline constexpr record_set sample_record_set{.provider = "suno",
                                              .plans = sample_records::plans,
                                              .stages = sample_records::suno::stages,
                                              .context = sample_records::context,
                                              .told = sample_records::told,
                                              .bytes_needed = &sample_records::bytes_needed,
                                              .parse = &sample_records::parse,
                                              .find_code = &sample_records::known_code};

// A body of that stage whose tracks have these titles; "" is none.
inline std::string suno_body(std::string_view stage, const std::vector<std::string>& titles) {
  std::string tracks;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    tracks +=
        (i == 0 ? "{\"id\":\"" : ",{\"id\":\"") + std::string(1, static_cast<char>('a' + i)) + "\"";
    if (!titles[i].empty()) tracks += ",\"title\":\"" + titles[i] + "\"";
    tracks += ",\"duration\":" + std::to_string(i + 1) + ".5}";
  }
  return R"({"code":200,"msg":"m","data":{"callbackType":")" + std::string{stage} +
         R"(","task_id":"task-1","data":)" + (titles.empty() ? "null" : "[" + tracks + "]") + "}}";
}

// Posts it as the pipeline does: with its payload, which lives until the store gives it back.
template <class Store>
posted post_with_records(Store& store, callback c, const record_set& set = sample_record_set,
                         bool wants_registered_task = false, store::told_values* told = nullptr) {
  std::vector<std::byte> room(64 * 1024);
  arena memory{room};
  inbox in;
  store::append_request r = request_of(c);
  r.provider = set.provider;
  r.records = &set;
  r.payload = set.parse(c.raw, memory);
  r.wants_registered_task = wants_registered_task;
  r.told = told;
  for (std::size_t i = 0; i < set.stages.size(); ++i)
    if (set.stages[i].name == c.stage) r.stage_index = static_cast<std::int16_t>(i);
  r.completions = &in.queue;
  const store::submission s = store.append(r);
  if (s == store::submission::queued && in.take(1) == nullptr) std::abort();
  return {s, r.result, r.sequence};
}

inline callback suno_callback(std::string_view stage, const std::vector<std::string>& titles,
                              unix_micros at = 1'000 * second) {
  const auto& stages = sample_records::suno::stages;
  callback c;
  c.provider = "suno";
  c.stage = stage;
  c.rank = 0;
  for (const callgate::stage& s : stages)
    if (s.name == stage) c.rank = s.rank, c.status = s.status, c.terminal = s.terminal;
  c.raw = suno_body(stage, titles);
  c.at = at;
  return c;
}

// "task: status=completed title=A | version: position=1 ..." to compare and to read.
inline std::string text_of(const std::vector<store::record_rows>& all) {
  std::string out;
  for (const store::record_rows& one : all) {
    out += std::string{one.plan->name} + ":";
    for (const auto& row : one.rows) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        const scalar value = store::borrowed(row[c]);
        if (value.kind == scalar::type::null) continue;
        out += " " + std::string{one.plan->columns[c].name} + "=";
        switch (value.kind) {
          case scalar::type::text: out += value.text; break;
          case scalar::type::integer: out += std::to_string(value.integer); break;
          case scalar::type::number: out += std::to_string(value.number).substr(0, 3); break;
          default: out += value.boolean ? "yes" : "no"; break;
        }
      }
      out += ";";
    }
    out += "\n";
  }
  return out;
}

}  // namespace callgate::testing
