// SPDX-License-Identifier: Apache-2.0
// Only what a store has spoken of is answered.
// expect: settled_event
#include <callgate/auth/digest_openssl.hpp>
#include <callgate/auth/verifier.hpp>
#include <callgate/pipeline/receive.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/memory.hpp>

using suno = callgate::schemas::suno::provider;
using receiver = callgate::receiver<suno, callgate::auth::verifier, callgate::auth::sha256,
                                    callgate::store::memory>;

const callgate::answer& tell(const callgate::settled_event<suno>& event) {
  return receiver::answer_of(event);
}

#ifdef CALLGATE_COMPILE_FAIL
const callgate::answer& hasty() {
  return receiver::answer_of(callgate::outcome::accepted);
}
#endif
