# SPDX-License-Identifier: Apache-2.0
"""What an emitter reads."""

from __future__ import annotations

from dataclasses import dataclass

from callgen.document import Document
from callgen.model import Provider


@dataclass(frozen=True)
class Source:
    """A checked schema: what it means, and the files that it was read from, its own first."""

    provider: Provider
    documents: tuple[Document, ...]
