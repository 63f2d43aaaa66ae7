// SPDX-License-Identifier: Apache-2.0
// Any bytes as a callback: every instruction set and the reference must say and read the same. The
// first byte is the shape.
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/shapes.hpp"
#include "tests/support/differential.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace {

using namespace callgate;

template <class Shape>
void compare(std::string_view text) {
  test::verdicts seen;
  fuzz::must_be_empty(test::differences<typename Shape::payload, Shape::options>(text, seen));
}

template <std::size_t... I>
void compare_as(std::size_t shape, std::string_view text, std::index_sequence<I...>) {
  ((I == shape ? compare<std::tuple_element_t<I, fuzz::shapes>>(text) : void()), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  compare_as(data[0] % fuzz::shape_count, text, std::make_index_sequence<fuzz::shape_count>{});
  return 0;
}
