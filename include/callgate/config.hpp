// SPDX-License-Identifier: Apache-2.0
// Every macro of the library. There are no others.
#pragma once

// Marks a function that must not be inlined: cold paths, so that hot ones stay small.
#if defined(__GNUC__) || defined(__clang__)
#define CALLGATE_NOINLINE [[gnu::noinline]]
#else
#define CALLGATE_NOINLINE
#endif

// Whether there is vector code for this processor: x86-64, of which SSE2 is a part, and a compiler
// whose functions can name their instruction set.
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define CALLGATE_X86_64 1
#else
#define CALLGATE_X86_64 0
#endif

// Whether a sanitizer takes note of reads beyond an object, so that even harmless ones must not be.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CALLGATE_READS_ARE_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define CALLGATE_READS_ARE_WATCHED 1
#endif
#endif
#ifndef CALLGATE_READS_ARE_WATCHED
#define CALLGATE_READS_ARE_WATCHED 0
#endif

// Whether the reader has an engine of 64-bit words, too. Processors with vector code need it for
// tests only: it costs every source that parses half a second.
#ifndef CALLGATE_PORTABLE_ENGINE
#define CALLGATE_PORTABLE_ENGINE !CALLGATE_X86_64
#endif

// Readers with AVX2 look over texts of at least so many bytes before they read them: for shorter
// ones that does not pay. Units: bytes.
#ifndef CALLGATE_LOOK_OVER_FROM
#define CALLGATE_LOOK_OVER_FROM 200
#endif
