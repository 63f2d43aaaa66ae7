// SPDX-License-Identifier: Apache-2.0
// The defaults of a route.
#include <callgate/provider/route.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

// A route that nobody said more of must not stamp everything as its first stage.
TEST(Route, AppliesNoStageAndNoCorsUnlessSaidOtherwise) {
  static_assert(route{}.applies_stage == no_stage);
  static_assert(!route{}.cors);
  static_assert(route{}.max_body_bytes == limits::max_body_bytes);
}

}  // namespace
}  // namespace callgate
