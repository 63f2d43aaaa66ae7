// SPDX-License-Identifier: Apache-2.0
// The exception of main().
#include <callgate/core/startup_error.hpp>

#include <gtest/gtest.h>

#include <exception>
#include <string>
#include <type_traits>

namespace callgate {
namespace {

TEST(StartupError, CarriesItsTextToWhoeverCatchesAnyException) {
  static_assert(std::is_nothrow_copy_constructible_v<startup_error>);
  try {
    throw startup_error("the cause: the remedy");
  } catch (const std::exception& error) {
    EXPECT_EQ(std::string(error.what()), "the cause: the remedy");
    return;
  }
}

}  // namespace
}  // namespace callgate
