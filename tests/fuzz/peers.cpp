// SPDX-License-Identifier: Apache-2.0
// What simdjson and RapidJSON say of a text.
#include "tests/fuzz/peers.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <simdjson.h>

namespace callgate::fuzz {

bool simdjson_takes(std::string_view text) {
  static simdjson::dom::parser parser;
  return parser.parse(simdjson::padded_string{text}).error() == simdjson::SUCCESS;
}

// RapidJSON takes a NUL for the end of the text: what is behind it are trailing bytes. Numbers are
// only checked: its conversion has an assertion that numbers beyond double break.
bool rapidjson_takes(std::string_view text) {
  rapidjson::MemoryStream in{text.data(), text.size()};
  rapidjson::BaseReaderHandler<> ignored;
  rapidjson::Reader reader;
  constexpr unsigned flags = rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;
  return !reader.Parse<flags>(in, ignored).IsError() && in.Tell() == text.size();
}

}  // namespace callgate::fuzz
