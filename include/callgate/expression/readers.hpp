// SPDX-License-Identifier: Apache-2.0
// From expressions to the plain functions of a record's plan.
#pragma once

#include <callgate/expression/conditions.hpp>
#include <callgate/expression/scope.hpp>
#include <callgate/provider/body_value.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/provider/source.hpp>

#include <cstddef>
#include <type_traits>

namespace callgate::expression {

// Empty text is absent: a column never holds it.
[[nodiscard]] constexpr scalar absent_if_empty(const scalar& value) noexcept {
  return is_there(value) ? value : scalar{};
}

// E over the whole payload.
template <class Payload, class E>
[[nodiscard]] scalar read(const record_input& in) {
  const auto* payload = static_cast<const Payload*>(in.payload);
  return absent_if_empty(E::read(scope<Payload, Payload>{in, payload, payload}));
}

// E over the item in.item of an array: Each is a source::body from the payload.
template <class Payload, class Each, class E>
[[nodiscard]] scalar read_item(const record_input& in) {
  const auto* payload = static_cast<const Payload*>(in.payload);
  const auto* items = body_value(Each{}, payload);
  if (items == nullptr || in.item >= items->size()) return {};
  const auto& item = (*items)[in.item];
  using item_type = std::remove_cvref_t<decltype(item)>;
  return absent_if_empty(E::read(scope<Payload, item_type>{in, payload, &item}));
}

template <class Payload, class Each>
[[nodiscard]] std::size_t count_items(const void* payload) {
  const auto* items = body_value(Each{}, static_cast<const Payload*>(payload));
  return items == nullptr ? 0 : items->size();
}

// Whether the condition E holds.
template <class Payload, class E>
[[nodiscard]] bool holds(const record_input& in) {
  return is_true(read<Payload, E>(in));
}

}  // namespace callgate::expression
