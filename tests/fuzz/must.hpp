// SPDX-License-Identifier: Apache-2.0
// How a fuzzer says that something is wrong.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace callgate::fuzz {

// Stops the fuzzer, which then keeps its input.
inline void must_be_empty(const std::string& complaint) {
  if (complaint.empty()) return;
  std::fprintf(stderr, "%s\n", complaint.c_str());
  std::abort();
}

inline void must(bool good, const char* complaint) {
  if (!good) must_be_empty(complaint);
}

}  // namespace callgate::fuzz
