// SPDX-License-Identifier: Apache-2.0
// A header that was generated for another library does not compile, and says what to do.
// expect: suno.hpp was generated for another Callgate: run callgen again
#include <callgate/version.hpp>

// Everything that the generated header includes comes first: only its own assertion sees the other
// number.
#include <callgate/core/arena_vector.hpp>
#include <callgate/provider/provider.hpp>
#include <callgate/reflect/open_enum.hpp>
#include <callgate/reflect/reflect.hpp>

namespace callgate {
inline constexpr int newer_schema_abi = schema_abi + 1;
}

#ifdef CALLGATE_COMPILE_FAIL
#define schema_abi newer_schema_abi
#endif
#include <callgate/schemas/suno.hpp>
