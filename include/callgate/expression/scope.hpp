// SPDX-License-Identifier: Apache-2.0
// Where an expression of a record is evaluated.
#pragma once

#include <callgate/provider/record.hpp>

#include <concepts>
#include <cstddef>
#include <span>

namespace callgate::expression {

// The item is the one that the record goes over at the moment; the payload itself where it goes
// over none.
template <class Payload, class Item>
struct scope {
  const record_input& in;
  const Payload* payload;
  const Item* item;

  // The same callback, seen from another item.
  template <class Other>
  [[nodiscard]] scope<Payload, Other> at(const Other* other) const noexcept {
    return {in, payload, other};
  }

  // Room for a text that is made: at least one byte. Empty (and the evaluation has failed) when
  // there is none.
  [[nodiscard]] std::span<char> make_room(std::size_t bytes) const noexcept {
    char* room = in.scratch->template allocate_array<char>(bytes);
    if (room == nullptr) *in.overflowed = true;
    return {room, room == nullptr ? 0 : bytes};
  }
};

// A compiled expression: a type with
//   template <class Scope> static scalar read(const Scope&);
// Cost of read(): no heap; texts that are made come from the scratch arena.
template <class E, class Scope>
concept expression_in = requires(const Scope& s) {
  { E::read(s) } -> std::same_as<scalar>;
};

}  // namespace callgate::expression
