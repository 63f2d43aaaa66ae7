// SPDX-License-Identifier: Apache-2.0
// What verification found.
#pragma once

#include <cstdint>

namespace callgate::auth {

enum class verdict : std::uint8_t {
  verified,  // one method of the scheme holds
  waived,   // nothing to verify: the scheme says none, or its secret is not set and the schema lets
            // that pass
  missing,  // no credential came
  invalid,  // a credential came that does not verify
};

}  // namespace callgate::auth
