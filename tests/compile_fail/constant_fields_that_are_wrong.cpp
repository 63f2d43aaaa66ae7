// SPDX-License-Identifier: Apache-2.0
// What would split a response, or frame it anew, is found out before it is sent.
// expect: a field does not end in CRLF
// expect: a field has no ': '
// expect: the name of a field is no token
// expect: response_writer is in charge of this field
// expect: the value of a field has a control byte
#include <callgate/http/constant_fields.hpp>

constexpr callgate::http::constant_fields right{"X-A: b\r\n"};

#ifdef CALLGATE_COMPILE_FAIL
constexpr callgate::http::constant_fields open{"X-A: b"};
constexpr callgate::http::constant_fields bare{"X-A b\r\n"};
constexpr callgate::http::constant_fields spaced{"X A: b\r\n"};
constexpr callgate::http::constant_fields framing{"X-A: b\r\nConnection: close\r\n"};
constexpr callgate::http::constant_fields split{"X-A: b\nX-B: c\r\n"};
#endif
