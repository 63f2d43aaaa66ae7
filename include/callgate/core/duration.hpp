// SPDX-License-Identifier: Apache-2.0
// The durations and clocks of <chrono>, for headers that are included everywhere.
#pragma once

#include <cstddef>

// <chrono> brings the calendar, and with it streams and locales: half of what a generated header
// costs to include. libstdc++ has what is without them in a file of its own since GCC 12.
#if defined(_GLIBCXX_RELEASE) && __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif
