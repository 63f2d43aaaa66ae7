# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the end-to-end tests: receivers that end with their test."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from fixtures import pytest_configure, receiver, serve  # noqa: E402, F401
