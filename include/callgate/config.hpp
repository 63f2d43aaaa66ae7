// SPDX-License-Identifier: Apache-2.0
// Every macro of the library. There are no others.
#pragma once

// Marks a function that must not be inlined: cold paths, so that hot ones stay small.
#if defined(__GNUC__) || defined(__clang__)
#define CALLGATE_NOINLINE [[gnu::noinline]]
#else
#define CALLGATE_NOINLINE
#endif

// Whether the reader has vector code for this processor: x86-64, and a compiler whose functions can
// name their instruction set.
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define CALLGATE_X86_64 1
#else
#define CALLGATE_X86_64 0
#endif

// Whether reads beyond an object are found out, so that even harmless ones must not be.
#if defined(__SANITIZE_ADDRESS__)
#define CALLGATE_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CALLGATE_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef CALLGATE_ADDRESS_SANITIZER
#define CALLGATE_ADDRESS_SANITIZER 0
#endif
