// SPDX-License-Identifier: Apache-2.0
// Every macro of the library. There are no others.
#pragma once

// Marks a function that must not be inlined: cold paths, so that hot ones stay small.
#if defined(__GNUC__) || defined(__clang__)
#define CALLGATE_NOINLINE [[gnu::noinline]]
#else
#define CALLGATE_NOINLINE
#endif

// Whether there is vector code for this processor. SSE2 is part of every x86-64.
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define CALLGATE_X86_64 1
#else
#define CALLGATE_X86_64 0
#endif
