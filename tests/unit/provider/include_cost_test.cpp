// SPDX-License-Identifier: Apache-2.0
// What a generated header includes: every source of a user's that names a provider pays for it.
// ./dev bench build measures it; here the largest parts are kept out by name.
#include <callgate/schemas/kie.hpp>

#ifdef _GLIBCXX_ALGORITHM
#error "a provider's header includes <algorithm>: see ./dev bench build"
#endif

// One with checks of the text may have <algorithm>, and none of the others.
#include <callgate/schemas/every_keyword.hpp>

#if defined(_GLIBCXX_SSTREAM) && __has_include(<bits/chrono.h>)
#error "a provider's header includes <chrono> or streams: include <callgate/core/duration.hpp>"
#endif
#if defined(_GLIBCXX_STRING) || defined(_GLIBCXX_CMATH)
#error "a provider's header includes <string> or <cmath>: see ./dev bench build"
#endif

#include <gtest/gtest.h>

namespace callgate {
namespace {

TEST(IncludeCost, IsPaidForAProviderThatIsOne) {
  static_assert(provider<schemas::kie::provider> && provider<schemas::every_keyword::provider>);
}

}  // namespace
}  // namespace callgate
