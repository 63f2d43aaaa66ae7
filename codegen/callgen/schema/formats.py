# SPDX-License-Identifier: Apache-2.0
"""The values of `format`, for examples at build time.

Internationalized names are looked at roughly here: callgate::schema::formats knows their rules.
Patterns are texts: `re` compiles those that are asked for, and keeps them.
"""

from __future__ import annotations

import calendar
import ipaddress
import re
from collections.abc import Callable

from callgen.regex.parse import BadPattern, parse

_DATE = r"(?a:(\d{4})-(\d\d)-(\d\d))"
_TIME = r"(?a:(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d)))"
_DURATION = (
    r"(?a:P(?:\d+W|(?=.)(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?"
    r"(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?))"
)
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_HOSTNAME = rf"{_LABEL}(?:\.{_LABEL})*"
_IDN_LABEL = r"(?!-)[^\s\x00-,./:-@\[-`{-\x7f]{1,63}(?<!-)"
_IDN_HOSTNAME = rf"{_IDN_LABEL}(?:[.\u3002\uff0e\uff61]{_IDN_LABEL})*"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = rf'{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\\x00-\x1f\x80-\U0010ffff]|\\[ -~])*"'
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_POINTER = r"(?:/(?:[^~/]|~[01])*)*"
_RELATIVE_POINTER = r"(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~[01])*)*)"
_HEX = "%[0-9A-Fa-f]{2}"
_VARIABLE = (
    rf"(?:[A-Za-z0-9_]|{_HEX})(?:(?:[A-Za-z0-9_.]|{_HEX})*(?:[A-Za-z0-9_]|{_HEX}))?"
    r"(?::[1-9][0-9]{0,3})?\*?"
)
_TEMPLATE = (
    rf"(?:[^\x00-\x20\x7f\"%<>\\^`{{|}}]|{_HEX}|\{{[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*\}})*"
)


def _uri(more: str) -> tuple[str, str]:
    """A reference with a scheme, and one that need not have it."""
    char = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|{_HEX}{more})"
    host = rf"(?:[A-Za-z0-9._~!$&'()*+,;=-]|{_HEX}{more})*"
    user = rf"(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|{_HEX}{more})*@)?"
    literal = r"\[(?P<ip{0}>[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\]"
    tail = rf"(?:{char}|/)*(?:\?(?:{char}|[/?])*)?(?:#(?:{char}|[/?])*)?"

    def rest(number: int) -> str:
        authority = rf"//{user}(?:{literal.format(number)}|{host})(?::[0-9]*)?(?=[/?#]|$)"
        return rf"(?:{authority}|(?!//)){tail}"

    scheme = "[A-Za-z][A-Za-z0-9+.-]*:"
    return scheme + rest(0), rf"(?:{scheme}{rest(0)}|(?![^/?#]*:){rest(1)})"


_URI, _URI_REFERENCE = _uri("")
_IRI, _IRI_REFERENCE = _uri("|[\u0080-\U0010ffff]")


def _is_date(text: str) -> bool:
    found = re.fullmatch(_DATE, text)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    leap = month == 2 and (year % 4 == 0 and year % 100 != 0 or year % 400 == 0)
    return 1 <= month <= 12 and 1 <= day <= calendar.mdays[month] + leap


def _is_time(text: str) -> bool:
    found = re.fullmatch(_TIME, text)
    if found is None:
        return False
    hour, minute, second = map(int, found.groups()[:3])
    zone_hour, zone_minute = int(found[5] or 0), int(found[6] or 0)
    ahead = -1 if found[4] == "+" else 1
    utc = (hour * 60 + minute + ahead * (zone_hour * 60 + zone_minute)) % 1440
    plain = hour < 24 and minute < 60 and zone_hour < 24 and zone_minute < 60
    return plain and (second < 60 or (second == 60 and utc == 1439))


def _is_date_time(text: str) -> bool:
    return _is_date(text[:10]) and text[10:11] in ("T", "t") and _is_time(text[11:])


def _is_ip(text: str, kind: Callable[[str], object]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return "%" not in text


def _is_hostname(text: str) -> bool:
    return len(text) <= 253 and re.fullmatch(_HOSTNAME, text) is not None


def _is_idn_hostname(text: str) -> bool:
    return re.fullmatch(_IDN_HOSTNAME, text) is not None


def _is_email(text: str, is_host: Callable[[str], bool], ascii_only: bool) -> bool:
    local, at, domain = text.rpartition("@")
    if domain.startswith("[IPv6:") and domain.endswith("]"):
        right = _is_ip(domain[6:-1], ipaddress.IPv6Address)
    elif domain.startswith("[") and domain.endswith("]"):
        right = _is_ip(domain[1:-1], ipaddress.IPv4Address)
    else:
        right = is_host(domain)
    plain = local if ascii_only else re.sub(r"[^\x00-\x7f]", "a", local)
    return at == "@" and len(local.encode()) <= 64 and right and bool(re.fullmatch(_LOCAL, plain))


def _is_uri(text: str, pattern: str) -> bool:
    found = re.fullmatch(pattern, text)
    if found is None:
        return False
    literals = [ip for ip in found.groupdict().values() if ip and ip[0] not in "vV"]
    return all(_is_ip(ip, ipaddress.IPv6Address) for ip in literals)


def _is_regex(text: str) -> bool:
    try:
        parse(text)
    except BadPattern as why:
        return "is not compiled" in str(why)
    return True


_HOLDS: dict[str, Callable[[str], bool]] = {
    "date-time": _is_date_time,
    "date": _is_date,
    "time": _is_time,
    "duration": lambda text: re.fullmatch(_DURATION, text) is not None,
    "email": lambda text: _is_email(text, _is_hostname, True),
    "idn-email": lambda text: _is_email(text, _is_idn_hostname, False),
    "hostname": _is_hostname,
    "idn-hostname": _is_idn_hostname,
    "ipv4": lambda text: _is_ip(text, ipaddress.IPv4Address),
    "ipv6": lambda text: _is_ip(text, ipaddress.IPv6Address),
    "uri": lambda text: _is_uri(text, _URI),
    "uri-reference": lambda text: _is_uri(text, _URI_REFERENCE),
    "iri": lambda text: _is_uri(text, _IRI),
    "iri-reference": lambda text: _is_uri(text, _IRI_REFERENCE),
    "uri-template": lambda text: re.fullmatch(_TEMPLATE, text) is not None,
    "uuid": lambda text: re.fullmatch(_UUID, text) is not None,
    "json-pointer": lambda text: re.fullmatch(_POINTER, text) is not None,
    "relative-json-pointer": lambda text: re.fullmatch(_RELATIVE_POINTER, text) is not None,
    "regex": _is_regex,
}


def has_format(name: str, text: str) -> bool:
    return _HOLDS[name](text)
