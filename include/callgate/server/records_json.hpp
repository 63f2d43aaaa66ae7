// SPDX-License-Identifier: Apache-2.0
// Records of a task as JSON: dots in a column's name make objects of it.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/json/string_writer.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/store/record_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

namespace detail {

inline void write_record_value(json::string_writer& out, const store::record_value& value,
                               column_type type) {
  const scalar v = store::borrowed(value);
  switch (v.kind) {
    case scalar::type::cleared:
    case scalar::type::null: return out.null();
    case scalar::type::text:
      return type == column_type::json ? out.raw(v.text) : out.string(v.text);
    case scalar::type::integer:
      if (type == column_type::timestamp) return out.string(format_timestamp(v.integer).view());
      return out.integer(v.integer);
    case scalar::type::number: return out.number(v.number);
    case scalar::type::boolean: return out.boolean(v.boolean);
  }
}

class record_row_writer {
 public:
  record_row_writer(json::string_writer& out, const record_plan& plan,
                    const std::vector<store::record_value>& row)
      : out_(out), plan_(plan), row_(row) {}

  // The columns below a prefix such as "" or "audio_urls.".
  void write(const std::string& prefix) {
    out_.begin_object();
    for (std::size_t c = 0; c < plan_.columns.size(); ++c) {
      const std::string_view name = plan_.columns[c].name;
      if (name.starts_with(prefix)) write_column(c, prefix, name.substr(prefix.size()));
    }
    out_.end_object();
  }

 private:
  void write_column(std::size_t c, const std::string& prefix, std::string_view rest) {
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) {
      out_.key(rest);
      return write_record_value(out_, row_[c], plan_.columns[c].type);
    }
    const std::string group = prefix + std::string{rest.substr(0, dot + 1)};
    if (!is_first_of(group, c)) return;  // the object is there already
    out_.key(rest.substr(0, dot));
    write(group);
  }

  [[nodiscard]] bool is_first_of(std::string_view group, std::size_t c) const {
    const auto before = plan_.columns.first(c);
    return std::none_of(before.begin(), before.end(),
                        [&](const record_column& other) { return other.name.starts_with(group); });
  }

  json::string_writer& out_;
  const record_plan& plan_;
  const std::vector<store::record_value>& row_;
};

}  // namespace detail

// {"track": {...} or null, "track_versions": [{...}, ...]}: an object where a task has one row, an
// array by key where it may have several.
inline void write_records(json::string_writer& out, const std::vector<store::record_rows>& all) {
  out.begin_object();
  for (const store::record_rows& one : all) {
    out.key(one.plan->name);
    const bool is_array = one.plan->key_columns > 0;
    if (is_array) out.begin_array();
    if (!is_array && one.rows.empty()) out.null();
    for (const auto& row : one.rows) detail::record_row_writer(out, *one.plan, row).write("");
    if (is_array) out.end_array();
  }
  out.end_object();
}

}  // namespace callgate
