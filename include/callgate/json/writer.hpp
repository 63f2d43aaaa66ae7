// SPDX-License-Identifier: Apache-2.0
// Writes JSON into a buffer of the caller, for the request path.
#pragma once

#include <callgate/json/basic_writer.hpp>
#include <callgate/json/detail/span_sink.hpp>

#include <span>
#include <string_view>

namespace callgate::json {

// Never allocates. Lifetime: the buffer must outlive the writer; view() is of the buffer, and what
// is behind it there is of no meaning.
class writer : public basic_writer<detail::span_sink> {
 public:
  explicit writer(std::span<char> out) : basic_writer(detail::span_sink{out}) {}

  // What was written; no whole JSON value once overflowed().
  [[nodiscard]] std::string_view view() const noexcept { return sink().view(); }
  [[nodiscard]] bool overflowed() const noexcept { return sink().overflowed(); }
};

}  // namespace callgate::json
