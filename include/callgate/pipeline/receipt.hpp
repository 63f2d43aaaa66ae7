// SPDX-License-Identifier: Apache-2.0
// One callback's place in the pipeline while it waits for the store.
#pragma once

#include <callgate/pipeline/facts.hpp>
#include <callgate/store/append_request.hpp>

namespace callgate {

// Lifetime: lives in the connection's slot, pinned from begin() until the answer is rendered.
struct receipt {
  facts known{};
  store::append_request append{};

  // The store gave the receipt back: takes over what became of it.
  void take_result() noexcept {
    known.result = append.result;
    known.sequence = append.sequence;
  }
};

// Where begin() left it.
enum class progress : std::uint8_t {
  answered,  // known.result is final
  pending,   // the store has the receipt; take_result() when it is back
};

}  // namespace callgate
