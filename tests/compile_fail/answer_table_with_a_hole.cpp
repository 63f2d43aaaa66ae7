// SPDX-License-Identifier: Apache-2.0
// Every outcome has an answer, also of a descriptor that nobody generated.
// expect: an outcome has no answer: give it one in the schema's answers, or start from a preset
#include <callgate/schemas/suno.hpp>
#include <callgate/server/mount.hpp>

struct by_hand : callgate::schemas::suno::provider {
  static constexpr callgate::answer_table answers = [] {
    callgate::answer_table table = callgate::schemas::suno::provider::answers;
#ifdef CALLGATE_COMPILE_FAIL
    table[static_cast<std::size_t>(callgate::outcome::stale_timestamp)] = {};
#endif
    return table;
  }();
};

int main() {
  (void)callgate::mount<by_hand>();
}
