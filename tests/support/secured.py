# SPDX-License-Identifier: Apache-2.0
"""Certificates that nobody has to trust, and connections by TLS."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

from raw_http import Connection


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A chain and a key for this machine, which sign themselves."""
    folder.mkdir(exist_ok=True)
    made = folder / f"{name}.pem", folder / f"{name}-key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-out", made[0], "-keyout", made[1]], check=True, capture_output=True, timeout=60)
    return made


def believing() -> ssl.SSLContext:
    """Whom we ask is not in question here."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def hello() -> bytes:
    """What a client says first."""
    out = ssl.MemoryBIO()
    try:
        believing().wrap_bio(ssl.MemoryBIO(), out).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


class Secured(Connection):
    """The same by TLS."""

    def __init__(self, port: int, seconds: float = 20, sender: str = "", context: ssl.SSLContext | None = None):
        super().__init__(port, seconds, sender)
        self.socket = (context or believing()).wrap_socket(self.socket)

    def certificate(self) -> bytes:
        return self.socket.getpeercert(binary_form=True)
