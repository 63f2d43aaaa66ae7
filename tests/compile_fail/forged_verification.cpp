// SPDX-License-Identifier: Apache-2.0
// Only the verification makes verified bytes.
// expect: private
#include <callgate/pipeline/stages.hpp>
#include <callgate/schemas/suno.hpp>

#include <string_view>

using suno = callgate::schemas::suno::provider;

std::string_view use(const callgate::verified_body<suno>& body) {
  return body.bytes();
}

#ifdef CALLGATE_COMPILE_FAIL
std::string_view forge() {
  return use(callgate::verified_body<suno>(std::string_view("{}")));
}
#endif
