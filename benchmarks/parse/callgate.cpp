// SPDX-License-Identifier: Apache-2.0
// Callgate: views of the text, or of the arena where there were escapes; nothing is allocated.
#include "callgate.hpp"

#include "providers.hpp"

namespace parse_benchmark {

template <choice Chosen>
method with(callgate::json::instruction_set set, std::string name) {
  method made{.name = std::move(name),
              .version = std::string{callgate::version},
              .instructions = std::string{name_of(set)},
              .ours = true,
              .promises = own_promises};
  std::apply(
      [&](auto... provider) {
        (made.jobs.push_back(own<decltype(provider), Chosen>::make(decltype(provider)::name)), ...);
      },
      ours{});
  return made;
}

}  // namespace parse_benchmark

void parse_benchmark_methods(std::vector<parse_benchmark::method>& out) {
  using namespace parse_benchmark;
  using enum callgate::json::instruction_set;
  const auto best = callgate::json::best_instruction_set();
  out.push_back(with<choice::dispatched>(best, "callgate, dispatched"));
  if (best > avx2) out.push_back(with<choice::avx2>(avx2, "callgate, AVX2"));
  if (best >= sse2) out.push_back(with<choice::sse2>(sse2, "callgate, SSE2"));
  out.push_back(with<choice::portable>(portable, "callgate, portable"));
}
