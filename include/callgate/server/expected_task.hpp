// SPDX-License-Identifier: Apache-2.0
// A task as a program announces it to its own server, and why it may be refused.
#pragma once

#include <callgate/provider/scalar.hpp>
#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

// Text, a boolean, a number, or an integer that fits 64 bits with a sign.
template <class T>
concept context_literal = std::convertible_to<const T&, std::string_view> ||
    std::floating_point<T> ||
    (std::integral<T> && (std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t)));

// One value of a task's context: {"user_id", "u1"}, {"length", 12}; {"length", nullptr} forgets it.
// Lifetime: text is borrowed.
struct context_argument {
  std::string_view name;
  scalar value{};

  template <context_literal T>
  context_argument(std::string_view of, const T& is) : name(of), value(scalar_of(is)) {}
  context_argument(std::string_view of, std::nullptr_t) : name(of) {}
};

// Lifetime: borrowed until register_task() returns.
struct expected_task {
  std::string_view task_id;
  std::vector<context_argument> context{};  // of the schema's context; added to what is there
  std::string_view mount{};                 // where the provider is mounted more than once
  std::int64_t attempt = 1;  // a higher one than before reopens the task, whatever it had come to
};

enum class task_errc : std::uint8_t {
  bad_task_id,        // empty, over 256 bytes, or not UTF-8
  bad_attempt,        // not from 1 to 1,000,000
  bad_context,        // a name or value that the schema's context does not take
  unknown_mount,      // no mount of the provider has this name; the message has those that do
  ambiguous_mount,    // the provider is mounted more than once: say which mount is meant
  outdated_attempt,   // a later attempt is registered already; nothing was changed
  store_unavailable,  // opening, failing, stopped, passive or below the disk floor: try again later
};

struct task_error {
  task_errc why{};
  std::string message{};  // for people
};

}  // namespace callgate

template <>
struct callgate::enum_names<callgate::task_errc> {
  static constexpr std::array<std::string_view, 7> names{
      "bad_task_id",     "bad_attempt",      "bad_context",      "unknown_mount",
      "ambiguous_mount", "outdated_attempt", "store_unavailable"};
};
