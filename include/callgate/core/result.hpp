// SPDX-License-Identifier: Apache-2.0
// A value or the reason why there is none. (std::expected is not in C++20.)
#pragma once

#include <cassert>
#include <optional>
#include <utility>

namespace callgate {

// Wraps an error so that it converts to any result: `return failure{errc::bad_number};`
template <class E>
struct failure {
  E error;
};
template <class E>
failure(E) -> failure<E>;

// Holds either a T or an E. Reading the wrong one is a programming error, checked by assert.
template <class T, class E>
class [[nodiscard]] result {
 public:
  using value_type = T;
  using error_type = E;

  constexpr result(T value) : value_(std::move(value)) {}
  template <class F>
  constexpr result(failure<F> failed) : error_(std::move(failed.error)) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return value_.has_value(); }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] constexpr T& value() & { return assert(has_value()), *value_; }
  [[nodiscard]] constexpr const T& value() const& { return assert(has_value()), *value_; }
  [[nodiscard]] constexpr T&& value() && { return assert(has_value()), std::move(*value_); }
  [[nodiscard]] constexpr const E& error() const { return assert(!has_value()), error_; }

  constexpr T& operator*() & { return value(); }
  constexpr const T& operator*() const& { return value(); }
  constexpr T* operator->() { return &value(); }
  constexpr const T* operator->() const { return &value(); }

 private:
  std::optional<T> value_;
  E error_{};
};

// Nothing, or the reason why it failed.
template <class E>
class [[nodiscard]] result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  constexpr result() = default;
  template <class F>
  constexpr result(failure<F> failed) : error_(std::move(failed.error)) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return !error_.has_value(); }
  constexpr explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] constexpr const E& error() const { return assert(!has_value()), *error_; }

 private:
  std::optional<E> error_{};
};

}  // namespace callgate
