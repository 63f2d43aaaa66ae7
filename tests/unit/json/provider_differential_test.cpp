// SPDX-License-Identifier: Apache-2.0
// Random texts of the bundled providers' shapes: every instruction set and the reference must say
// the same.
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.hpp>

#include "tests/support/differential.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace callgate::test {
namespace {

constexpr json::read_options opposite(json::read_options o) {
  o.nulls_absent = !o.nulls_absent;
  o.empty_strings_absent = !o.empty_strings_absent;
  o.numbers_in_strings = !o.numbers_in_strings;
  o.drop_invalid_members = !o.drop_invalid_members;
  o.unknown = json::unknown_members::reject;
  return o;
}

template <class P, json::read_options O>
void compare(std::uint32_t seed) {
  constexpr std::size_t rounds = 300;
  verdicts whole, damaged;
  EXPECT_EQ((random_differences<typename P::payload, O>(seed, rounds, whole, damaged)), "")
      << P::name;
  EXPECT_GT(whole.accepted, rounds / 20) << P::name;
  EXPECT_GT(whole.refused, rounds / 20) << P::name;
  EXPECT_GT(damaged.accepted, rounds / 50) << P::name;
  EXPECT_GT(damaged.refused, rounds) << P::name;
}

template <class P>
void compare_both(std::uint32_t seed) {
  compare<P, P::tolerance>(seed);
  compare<P, opposite(P::tolerance)>(seed + 1);
}

TEST(ProviderDifferential, SunosCallbacksAreTheReferences) {
  compare_both<schemas::suno::provider>(11);
}
TEST(ProviderDifferential, KiesCallbacksAreTheReferences) {
  compare_both<schemas::kie::provider>(21);
}
TEST(ProviderDifferential, TheJobWorkersCallbacksAreTheReferences) {
  compare_both<schemas::job_worker::provider>(31);
}
TEST(ProviderDifferential, TheTtsWorkersCallbacksAreTheReferences) {
  compare_both<schemas::tts_error::provider>(41);
}

}  // namespace
}  // namespace callgate::test
