// SPDX-License-Identifier: Apache-2.0
// Last step: the answer's body, from constant pieces and what is known. The log's details, too.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/json/writer.hpp>
#include <callgate/pipeline/facts.hpp>
#include <callgate/provider/answer.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace callgate {

namespace detail {

inline scalar text_or_null(const std::optional<std::string_view>& text) {
  return text ? scalar{.kind = scalar::type::text, .text = *text} : scalar{};
}

inline scalar plain_text(std::string_view text) {
  return {.kind = scalar::type::text, .text = text};
}

inline scalar integer_or_null(bool there, std::int64_t value) {
  return there ? scalar{.kind = scalar::type::integer, .integer = value} : scalar{};
}

// received is storage for a time stamp's text: it must outlive the value.
inline scalar slot_value(const answer_segment& segment, const facts& known,
                         timestamp_text& received) {
  switch (segment.kind) {
    case slot::provider: return plain_text(known.provider);
    case slot::mount: return plain_text(known.mount);
    case slot::task_id: return text_or_null(known.task_id);
    case slot::record_id: return text_or_null(known.record_id);
    case slot::stage: return text_or_null(known.stage);
    case slot::status:
      return known.known_stage ? plain_text(enum_name(known.known_stage->status)) : scalar{};
    case slot::code: return integer_or_null(known.code.has_value(), known.code.value_or(0));
    case slot::code_name: return known.known_code ? plain_text(known.known_code->name) : scalar{};
    case slot::severity:
      return known.known_code ? plain_text(enum_name(known.known_code->severity)) : scalar{};
    case slot::message: return text_or_null(known.message);
    case slot::outcome: return plain_text(enum_name(known.result));
    case slot::error:
      return plain_text(known.error.empty() ? enum_name(known.result) : known.error);
    case slot::received_at:
      return plain_text((received = format_timestamp(known.received_at)).view());
    case slot::sequence: return integer_or_null(known.sequence != 0, known.sequence);
    case slot::value: return segment.read(known.payload);
    case slot::told: return segment.told < known.told.size() ? known.told[segment.told] : scalar{};
    case slot::literal: break;
  }
  return {};
}

inline void write_value(json::writer& out, const scalar& value, bool quoted) {
  using type = scalar::type;
  out.fragment({});  // commas are the template's: "{code}{sequence}" is one text
  switch (value.kind) {
    case type::text:
      if (quoted)
        out.escaped(value.text);
      else
        out.string(value.text);
      break;
    case type::integer: out.integer(value.integer); break;
    case type::number: out.number(value.number); break;
    case type::boolean: out.boolean(value.boolean); break;
    case type::cleared:
    case type::null:
      if (!quoted) out.null();
      break;
  }
}

}  // namespace detail

// Writes into room. Empty optional: it does not fit. Cost: no allocation.
[[nodiscard]] inline std::optional<std::string_view> render_template(
    std::span<const answer_segment> body, const facts& known, std::span<char> room) {
  json::writer out(room);
  timestamp_text received;
  for (const answer_segment& segment : body) {
    if (segment.kind == slot::literal)
      out.fragment(segment.text);
    else
      detail::write_value(out, detail::slot_value(segment, known, received), segment.quoted);
  }
  if (out.overflowed()) return std::nullopt;
  return out.view();
}

// The same of an answer's body.
[[nodiscard]] inline std::optional<std::string_view> render_answer(const answer& how,
                                                                   const facts& known,
                                                                   std::span<char> room) {
  return render_template(how.body, known, room);
}

}  // namespace callgate
