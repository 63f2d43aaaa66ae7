// SPDX-License-Identifier: Apache-2.0
// What a status code means, as JSON.
#pragma once

#include <callgate/json/string_writer.hpp>
#include <callgate/provider/code.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace callgate {

// The row of a provider's code, nullptr when there is none: what application::code_of finds.
using code_lookup = std::function<const code*(std::string_view provider, std::int64_t value)>;

namespace detail {

// The member "code"; none when nothing is known of the value.
inline void write_code_row(json::string_writer& out, const code_lookup& codes,
                           std::string_view provider, const std::optional<std::int64_t>& value) {
  const code* row = codes && value ? codes(provider, *value) : nullptr;
  if (row == nullptr) return;
  out.key("code");
  out.begin_object();
  out.key("name");
  out.string(row->name);
  out.key("severity");
  out.string(enum_name(row->severity));
  out.key("retry");
  out.string(enum_name(row->retry));
  out.key("refunded");
  out.boolean(row->refunded);
  out.key("meaning");
  out.string(row->meaning);
  out.key("message");
  out.begin_object();
  for (const code_message& m : row->messages) {
    out.key(m.locale);
    out.string(m.text);
  }
  out.end_object();
  out.end_object();
}

}  // namespace detail

}  // namespace callgate
