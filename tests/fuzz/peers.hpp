// SPDX-License-Identifier: Apache-2.0
// What other libraries say of a text: compiled without sanitizers, which RapidJSON does not bear.
#pragma once

#include <string_view>

namespace callgate::fuzz {

[[nodiscard]] bool simdjson_takes(std::string_view text);   // into its DOM
[[nodiscard]] bool rapidjson_takes(std::string_view text);  // UTF-8 validated, in full precision

}  // namespace callgate::fuzz
