// SPDX-License-Identifier: Apache-2.0
// Any bytes as JSON: json::validate, the reference, simdjson and RapidJSON must agree, but for what
// is said here.
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/peers.hpp"
#include "tests/support/differential.hpp"

#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace callgate;

constexpr std::size_t max_depth = 64;  // the others allow more: what is too deep is not compared

// What a text holds that not every library takes.
struct oddities {
  bool big_integer = false;   // beyond 64 bits
  bool big_number = false;    // beyond double
  bool big_exponent = false;  // of any number, zero too
};

void look_at(const std::string& number, oddities& found) {
  const bool integral = number.find_first_of(".eE") == number.npos;
  errno = 0;
  if (integral && number[0] == '-')
    (void)std::strtoll(number.c_str(), nullptr, 10);
  else if (integral)
    (void)std::strtoull(number.c_str(), nullptr, 10);
  found.big_integer = found.big_integer || (integral && errno == ERANGE);
  found.big_number = found.big_number || std::isinf(std::strtod(number.c_str(), nullptr));
  if (const auto e = number.find_first_of("eE"); e != number.npos)
    found.big_exponent =
        found.big_exponent || std::strtol(number.c_str() + e + 1, nullptr, 10) > 308;
}

void look_at(const test::dom& value, oddities& found) {
  if (const auto* const number = std::get_if<test::dom_number>(&value.value))
    look_at(number->text, found);
  if (const auto* const items = std::get_if<test::dom_array>(&value.value))
    for (const test::dom& item : *items) look_at(item, found);
  if (const auto* const pairs = std::get_if<test::dom_object>(&value.value))
    for (const test::dom_pair& pair : *pairs) look_at(pair.value, found);
}

// An escape such as \udfff alone.
bool begins_with_a_low_surrogate(std::string_view escape) {
  return escape.size() > 3 && std::string_view{"dD"}.find(escape[2]) != escape.npos &&
         std::string_view{"cdefCDEF"}.find(escape[3]) != escape.npos;
}

void compare(const char* library, bool takes, const test::reference_text& want) {
  if (takes != want.broken.has_value()) return;
  fuzz::must_be_empty(std::string{library} + (takes ? " takes" : " refuses") +
                      " it: " + test::said(want.broken) + ", of " + test::shown(want.text));
}

// Its DOM holds numbers, so that it refuses those that it cannot hold.
void compare_with_simdjson(const test::reference_text& want, const oddities& found) {
  const bool takes = fuzz::simdjson_takes(want.text);
  if (!takes && (found.big_integer || found.big_number)) return;
  compare("simdjson", takes, want);
}

// It refuses large exponents without a look at the digits, and knows of no low surrogates that
// stand alone.
void compare_with_rapidjson(const test::reference_text& want, const oddities& found) {
  const bool takes = fuzz::rapidjson_takes(want.text);
  if (!takes && (found.big_exponent || found.big_number)) return;
  if (takes && want.broken && want.broken->code == json::errc::bad_surrogate &&
      begins_with_a_low_surrogate(want.text.substr(want.broken->offset)))
    return;
  compare("RapidJSON", takes, want);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const test::exact_copy input{{reinterpret_cast<const char*>(data), size}};
  test::verdicts seen;
  fuzz::must_be_empty(test::syntax_differences(input.view(), max_depth, seen));

  const test::reference_text want{input.view(), max_depth};
  if (want.broken && want.broken->code == json::errc::depth_exceeded) return 0;
  oddities found;
  if (!want.broken) look_at(want.tree, found);
  compare_with_simdjson(want, found);
  compare_with_rapidjson(want, found);
  return 0;
}
