// SPDX-License-Identifier: Apache-2.0
// Any bytes as JSON: json::validate, the reference, simdjson and RapidJSON must agree, but for what
// is said here.
#include "tests/fuzz/must.hpp"
#include "tests/support/differential.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <simdjson.h>

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

bool simdjson_takes(std::string_view text) {
  static simdjson::dom::parser parser;
  return parser.parse(simdjson::padded_string{text}).error() == simdjson::SUCCESS;
}

// RapidJSON takes a NUL for the end of the text: what is behind it would be trailing bytes.
bool rapidjson_takes(std::string_view text) {
  rapidjson::MemoryStream in{text.data(), text.size()};
  rapidjson::BaseReaderHandler<> ignored;
  rapidjson::Reader reader;
  constexpr unsigned flags = rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseFullPrecisionFlag | rapidjson::kParseIterativeFlag;
  return !reader.Parse<flags>(in, ignored).IsError() && in.Tell() == text.size();
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
  // simdjson's DOM holds numbers, so that it refuses those that it cannot hold.
  const bool simdjson = simdjson_takes(input.view());
  if (simdjson == want.broken.has_value() && !(found.big_integer || found.big_number))
    fuzz::must_be_empty(std::string{"simdjson "} + (simdjson ? "takes" : "refuses") +
                        " it: " + test::said(want.broken) + ", of " + test::shown(input.view()));
  // RapidJSON refuses large exponents without a look at the digits.
  const bool rapidjson = rapidjson_takes(input.view());
  if (rapidjson == want.broken.has_value() && !(found.big_exponent || found.big_number))
    fuzz::must_be_empty(std::string{"RapidJSON "} + (rapidjson ? "takes" : "refuses") +
                        " it: " + test::said(want.broken) + ", of " + test::shown(input.view()));
  return 0;
}
