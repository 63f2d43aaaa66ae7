// SPDX-License-Identifier: Apache-2.0
#include <callgate/json/instruction_set.hpp>

#include <callgate/config.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace callgate::json {
namespace {

TEST(InstructionSet, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const instruction_set set : instruction_sets) names.insert(name_of(set));
  EXPECT_EQ(names.size(), instruction_sets.size());
  EXPECT_EQ(name_of(instruction_set::avx512), "AVX-512");
}

TEST(InstructionSet, IsTheSameEveryTime) {
  EXPECT_EQ(best_instruction_set(), best_instruction_set());
}

// The processor is asked here once more, in the compiler's words.
TEST(InstructionSet, IsOneThatTheMachineHas) {
  const instruction_set best = best_instruction_set();
#if CALLGATE_X86_64
  EXPECT_GE(best, instruction_set::sse2);
  EXPECT_EQ(best >= instruction_set::avx2,
            __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"));
  if (best == instruction_set::avx512) {
    EXPECT_TRUE(__builtin_cpu_supports("avx512vbmi2"));
  }
#else
  EXPECT_EQ(best, instruction_set::portable);
#endif
}

}  // namespace
}  // namespace callgate::json
