// SPDX-License-Identifier: Apache-2.0
// How often memory was asked for, by all threads: by operator new, by malloc, by any library.
#pragma once

#include <cstddef>

namespace benchmark {
[[nodiscard]] std::size_t allocations() noexcept;
}
