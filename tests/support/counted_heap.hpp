// SPDX-License-Identifier: Apache-2.0
// This thread's allocations, in programs that are linked with counted_heap.cpp.
#pragma once

#include <cstddef>

namespace counted_heap {
extern thread_local std::size_t allocations;
}
