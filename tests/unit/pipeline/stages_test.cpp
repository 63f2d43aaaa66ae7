// SPDX-License-Identifier: Apache-2.0
// The order of the path holds by construction: nobody else can make what a step makes.
#include <callgate/pipeline/stages.hpp>

#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>

#include <gtest/gtest.h>

#include <string_view>
#include <type_traits>

namespace callgate {
namespace {

using suno = schemas::suno::provider;
using kie = schemas::kie::provider;

static_assert(!std::is_default_constructible_v<verified_body<suno>>);
static_assert(!std::is_constructible_v<verified_body<suno>, std::string_view>);
static_assert(!std::is_constructible_v<parsed_event<suno>, const suno::payload&, std::string_view>);
static_assert(!std::is_constructible_v<valid_event<suno>, std::string_view, outcome>);
static_assert(!std::is_aggregate_v<verified_body<suno>> &&
              !std::is_aggregate_v<parsed_event<suno>> && !std::is_aggregate_v<valid_event<suno>>);
static_assert(!std::is_constructible_v<settled_event<suno>, outcome>);
static_assert(!std::is_default_constructible_v<settled_event<suno>>);

// Nor does one provider's proof count for another.
static_assert(!std::is_constructible_v<verified_body<suno>, verified_body<kie>>);
static_assert(!std::is_constructible_v<parsed_event<suno>, verified_body<suno>>);
static_assert(!std::is_constructible_v<valid_event<suno>, parsed_event<suno>>);
static_assert(!std::is_constructible_v<settled_event<suno>, valid_event<suno>>);
static_assert(!std::is_constructible_v<settled_event<suno>, settled_event<kie>>);

TEST(Stages, CostNoMoreThanWhatTheyHold) {
  EXPECT_EQ(sizeof(verified_body<suno>), sizeof(std::string_view));
  EXPECT_TRUE(std::is_trivially_copyable_v<verified_body<suno>>);
  EXPECT_TRUE(std::is_trivially_copyable_v<valid_event<suno>>);
}

}  // namespace
}  // namespace callgate
