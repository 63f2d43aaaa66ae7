// SPDX-License-Identifier: Apache-2.0
// Writes JSON into a std::string, where allocating does not matter.
#pragma once

#include <callgate/json/basic_writer.hpp>

#include <string>
#include <string_view>

namespace callgate::json {

namespace detail {

struct string_sink {
  std::string* out;

  void append(std::string_view text) { out->append(text); }
};

}  // namespace detail

// Appends. Lifetime: the string must outlive the writer.
class string_writer : public basic_writer<detail::string_sink> {
 public:
  explicit string_writer(std::string& out) : basic_writer(detail::string_sink{&out}) {}

  [[nodiscard]] std::string_view view() const noexcept { return *sink().out; }
};

}  // namespace callgate::json
