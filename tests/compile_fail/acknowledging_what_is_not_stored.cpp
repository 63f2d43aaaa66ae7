// SPDX-License-Identifier: Apache-2.0
// No 2xx for what is kept nowhere: the sender would never send it again.
// expect: a 2xx would acknowledge what is not stored
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

struct by_hand : callgate::schemas::suno::provider {
  static constexpr callgate::answer_table answers = [] {
    callgate::answer_table table = callgate::schemas::suno::provider::answers;
#ifdef CALLGATE_COMPILE_FAIL
    table[static_cast<std::size_t>(callgate::outcome::deadline)].status = 200;
#endif
    return table;
  }();
};

int main() {
  (void)callgate::mount<by_hand>();
}
