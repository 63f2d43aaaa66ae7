# SPDX-License-Identifier: Apache-2.0
"""Names in a schema -> identifiers in C++, and what cannot become one."""

from __future__ import annotations

import re

KEYWORDS = frozenset(
    "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t "
    "char16_t char32_t class compl concept const consteval constexpr constinit const_cast "
    "continue co_await co_return co_yield decltype default delete do double dynamic_cast else "
    "enum explicit export extern false float for friend goto if inline int long mutable "
    "namespace new noexcept not not_eq nullptr operator or or_eq private protected public "
    "register reinterpret_cast requires return short signed sizeof static static_assert "
    "static_cast struct switch template this thread_local throw true try typedef typeid "
    "typename union unsigned using virtual void volatile wchar_t while xor xor_eq".split()
)

# Lower-case macros of the C library and of compilers' GNU modes.
MACROS = frozenset(
    "assert errno i386 linux major makedev minor offsetof setjmp signbit stderr stdin stdout "
    "unix va_arg va_copy va_end va_start isfinite isinf isnan isnormal fpclassify isgreater "
    "isless isunordered alloca st_atime st_ctime st_mtime sa_handler sa_sigaction s6_addr "
    "h_addr".split()
)

# What generated code writes without qualification: a provider or type of that name would hide it.
LIBRARY = frozenset(
    "answer_field answer_segment answer_table arena_vector byte_range callgate code_message "
    "column_type columns_of context_field example example_step example_value expected_rows "
    "expression json key_segment lookup_table member open_enum outcome pattern provider "
    "read_value record_column record_plan requirement result retry_advice route rule scalar "
    "schema schemas severity slot source stage std task_status".split()
)
# What stands in the provider's descriptor or beside it: a type of that name could not be used
# there.
DESCRIPTOR = frozenset(
    "answers auth auth_methods check_data code code_data codes context deduplication_ttl "
    "delivery_id derived_key example_data examples history_retention log message name payload "
    "reader record "
    "record_data record_id records requirements routes stage_from stage_index stages task_id "
    "tasks_required title told tolerance unknown_code".split()
)

_MEMBER_SCOPE = frozenset("arena_vector callgate json open_enum std".split())
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
IDENTIFIER = re.compile(r"^[a-z][a-z0-9_]*$")
PROVIDER = re.compile(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$")
ENVIRONMENT = re.compile(r"^[A-Z][A-Z0-9_]*$")
TOKEN = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")  # RFC 9110, 5.6.2


def snake(name: str) -> str:
    """callbackType -> callback_type; what is no letter, digit or underscore becomes one underscore.
    """
    text = re.sub(r"[^0-9A-Za-z]+", "_", _CAMEL.sub("_", name)).strip("_").lower()
    return re.sub(r"_+", "_", text)


def why_no_identifier(name: str) -> str | None:
    if not name:
        return "no letter or digit is in it"
    if not IDENTIFIER.fullmatch(name):
        return f"'{name}' is no identifier in C++"
    if name in KEYWORDS:
        return f"'{name}' is a keyword of C++"
    if name in MACROS:
        return f"'{name}' is a macro of the C library"
    return None


def why_no_member(name: str, struct: str) -> str | None:
    if (why := why_no_identifier(name)) is not None:
        return why
    if name == struct:
        return f"'{name}' is the name of its own struct"
    if name in _MEMBER_SCOPE:
        return f"'{name}' would hide a name that the generated code needs"
    return None


def why_no_provider(name: str) -> str | None:
    if not PROVIDER.fullmatch(name) or len(name) > 48:
        return (
            f"'{name}' is no provider name: lower-case letters, digits and single underscores, at "
            "most 48"
        )
    if (why := why_no_identifier(name)) is not None:
        return why
    if name in LIBRARY:
        return f"'{name}' is a name of the library"
    return None


def type_name(name: str) -> str:
    """The identifier of a struct or enum, clear of the names that generated code uses."""
    text = snake(name)
    return text + "_type" if text in LIBRARY | DESCRIPTOR | KEYWORDS | MACROS else text


def enumerator(value: str) -> str:
    """The enumerator of a value on the wire: it cannot be renamed, so it is bent until it fits.

    "" if it cannot be.
    """
    if not value:
        return "empty"
    text = snake(value)
    if text and text[0].isdigit():
        text = "v" + text
    return text + "_" if text in KEYWORDS or text in MACROS else text
