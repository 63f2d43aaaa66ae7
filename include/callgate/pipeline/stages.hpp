// SPDX-License-Identifier: Apache-2.0
// What a callback is after each step. Only the step before can make the next type, so the order of
// the path holds by construction: nothing unverified is parsed, nothing invalid is stored as an
// event, nothing is answered as stored that no store has said to be.
#pragma once

#include <callgate/pipeline/facts.hpp>
#include <callgate/provider/provider.hpp>

#include <cstdint>
#include <string_view>

namespace callgate {

template <provider P>
struct verification;
template <provider P>
struct parsing;
template <provider P>
struct validation;
template <provider P, class Digest>
struct storing;

// Bytes whose sender is proved, or for which the schema waives proof.
template <provider P>
class verified_body {
 public:
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

 private:
  friend struct verification<P>;
  explicit verified_body(std::string_view bytes) noexcept : bytes_(bytes) {}
  std::string_view bytes_;
};

// A payload that its schema accepts.
template <provider P>
class parsed_event {
 public:
  [[nodiscard]] const typename P::payload& payload() const noexcept { return *payload_; }
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

 private:
  friend struct parsing<P>;
  parsed_event(const typename P::payload& payload, std::string_view bytes) noexcept
      : payload_(&payload), bytes_(bytes) {}
  const typename P::payload* payload_;
  std::string_view bytes_;
};

// What the stage of a callback requires of its payload.
enum class demand : std::uint8_t {
  none,   // nothing
  met,    // it is there
  unmet,  // it is absent, but an earlier callback of the task may have brought it: the store knows
};

// A parsed event that has a task, and what its stage demands as far as its payload can tell.
template <provider P>
class valid_event {
 public:
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
  [[nodiscard]] outcome result() const noexcept { return result_; }  // accepted or unknown_type
  [[nodiscard]] demand required() const noexcept { return required_; }
  // With demand::unmet: the reason to refuse it with, unless an earlier callback met the demand.
  [[nodiscard]] std::string_view lacks() const noexcept { return lacks_; }

 private:
  friend struct validation<P>;
  valid_event(std::string_view bytes, outcome result, demand required,
              std::string_view lacks = {}) noexcept
      : bytes_(bytes), lacks_(lacks), result_(result), required_(required) {}
  std::string_view bytes_;
  std::string_view lacks_;
  outcome result_;
  demand required_;
};

// What became of a callback: what a store said of it, or that none was asked. Without one nothing
// is answered, so no 2xx can leave before the store has spoken.
template <provider P>
class settled_event {
 public:
  [[nodiscard]] outcome result() const noexcept { return result_; }

 private:
  template <provider, class>
  friend struct storing;
  explicit settled_event(outcome result) noexcept : result_(result) {}
  outcome result_;
};

}  // namespace callgate
