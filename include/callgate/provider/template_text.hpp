// SPDX-License-Identifier: Apache-2.0
// Text with slots: derived keys such as "suno:{task_id}:{stage}".
#pragma once

#include <cstdint>
#include <string_view>

namespace callgate {

// What is known of a callback by the time it is stored and answered.
enum class slot : std::uint8_t {
  literal,      // the segment's own text
  provider,     // the provider's name
  mount,        // the mount's name
  task_id,      // null when the callback names none
  record_id,    // null when the callback names none
  stage,        // null when the callback names none
  status,       // the stage's task status
  code,         // integer or null
  code_name,    // of the code in the provider's codes, or null
  severity,     // of the code in the provider's codes, or null
  message,      // text or null
  outcome,      // the outcome's name
  error,        // why the payload was refused: "/data/task_id: required"
  received_at,  // RFC 3339, UTC
  sequence,     // of the stored event; null when none was stored
  value,        // a value of the payload (answers only)
  told,         // what the store worked out for the answer; null when none was asked (answers only)
};

struct key_segment {
  slot kind = slot::literal;
  std::string_view text{};  // of a literal
};

}  // namespace callgate
