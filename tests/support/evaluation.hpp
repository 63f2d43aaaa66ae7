// SPDX-License-Identifier: Apache-2.0
// One callback of a sample payload, with what expressions need around it.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/expression/scope.hpp>

#include <tests/support/sample_payload.hpp>

#include <array>
#include <cstddef>

namespace callgate::testing {

template <std::size_t ScratchBytes = 256>
struct evaluation {
  sample_payload payload{};
  record_input in{};
  std::array<std::byte, ScratchBytes> room{};
  arena scratch{room};
  bool overflowed = false;

  evaluation() {
    in.payload = &payload;
    in.scratch = &scratch;
    in.overflowed = &overflowed;
  }
  evaluation(const evaluation&) = delete;
  evaluation& operator=(const evaluation&) = delete;

  // What the expression says, empty text included. Not inlined: g++ 12 with sanitizers takes an
  // optional that it sees to be empty for an uninitialised one.
  template <class E>
  [[nodiscard]] CALLGATE_NOINLINE scalar value() const {
    using here = expression::scope<sample_payload, sample_payload>;
    static_assert(expression::expression_in<E, here>);
    return E::read(here{in, &payload, &payload});
  }

  void add(std::string_view item) {
    auto& items = payload.tree.maybe_items;
    if (!items) items.emplace();
    *items->push_back(memory_, 4) = item;
  }

 private:
  std::array<std::byte, 256> more_{};
  arena memory_{more_};
};

// A boolean that holds, and one that does not: an absent one is neither.
inline bool says(const scalar& found, bool wanted) {
  return found.kind == scalar::type::boolean && found.boolean == wanted;
}

inline bool is_absent(const scalar& found) {
  return found.kind == scalar::type::null;
}

}  // namespace callgate::testing
