// SPDX-License-Identifier: Apache-2.0
// Callgate with schemas of which only types and required members are left: what the rest costs.
#include "callgate.hpp"

#include "required_only.hpp"  // written beside the schemas: which ones

namespace parse_benchmark {

template <choice Chosen>
method with(callgate::json::instruction_set set, std::string name) {
  method made{.name = std::move(name),
              .version = std::string{callgate::version},
              .instructions = std::string{name_of(set)},
              .ours = true,
              .promises = own_promises};
  const auto add = [&](auto provider, std::string_view sender) {
    made.jobs.push_back(own<decltype(provider), Chosen>::make(sender));
  };
  std::size_t next = 0;
  std::apply([&](auto... provider) { (add(provider, whose[next++]), ...); }, required_only{});
  return made;
}

}  // namespace parse_benchmark

void parse_benchmark_methods(std::vector<parse_benchmark::method>& out) {
  using namespace parse_benchmark;
  using enum callgate::json::instruction_set;
  const auto best = callgate::json::best_instruction_set();
  out.push_back(with<choice::dispatched>(best, "required only, dispatched"));
  if (best >= sse2) out.push_back(with<choice::sse2>(sse2, "required only, SSE2"));
}
