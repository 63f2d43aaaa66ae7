// SPDX-License-Identifier: Apache-2.0
// One of two sources that include everything. A function that lost its `inline` makes the linker
// refuse them.
#include "everything.hpp"

#include <cstdio>

int main() {
  callgate::store::memory store;
  callgate::store::memory other;
  int served = multi_tu::serve_once<callgate::schemas::suno::provider>(store);
  served += multi_tu::serve_once<callgate::schemas::job_worker::provider>(other);
  served += multi_tu::second();
  const bool right = served == 4 && callgate::version == "0.1.0" && callgate::schema_abi > 0;
  std::printf("multi_tu: %d servers of %d\n", served, 4);
  return right ? 0 : 1;
}
