// SPDX-License-Identifier: Apache-2.0
// One callback's place in the pipeline while it waits for the store.
#pragma once

#include <callgate/pipeline/facts.hpp>
#include <callgate/store/append_request.hpp>

namespace callgate {

// Lifetime: lives in the connection's slot, pinned from check() until the answer is rendered.
struct receipt {
  facts known{};
  store::append_request append{};
  // Where append has them put.
  store::told_values told{};
  store::failure_text failure{};
};

}  // namespace callgate
