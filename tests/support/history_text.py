# SPDX-License-Identifier: Apache-2.0
"""Times as the history writes them."""

import datetime


def iso(micros: int) -> str:
    """Microseconds since 1970 as RFC 3339 in UTC."""
    at = datetime.datetime.fromtimestamp(micros // 1_000_000, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + f".{micros % 1_000_000:06}Z"
