// SPDX-License-Identifier: Apache-2.0
// caret.hpp needs no header that its user does not name.
#include <callgate/json/caret.hpp>

#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

namespace callgate::json {
namespace {

TEST(CaretAlone, KnowsWhatMayBeShown) {
  EXPECT_FALSE(has_sensitive<test::payload>);
}

}  // namespace
}  // namespace callgate::json
