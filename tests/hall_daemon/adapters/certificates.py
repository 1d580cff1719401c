"""Certificates for tests: an authority of a hall's own in a folder, as `hall tls init` makes it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

from hall_daemon.adapters.system.certificate import Certificate
from hall_daemon.adapters.system.local_ca import CA_CERT, HALL_CERT, HALL_KEY, make_authority


def authority(folder: Path, *hosts: str) -> Path:
    """The folder, with its four files. It always stands for localhost and 127.0.0.1."""
    make_authority(folder, "test", hosts, datetime.now(UTC))
    return folder


def certificate(folder: Path) -> Certificate:
    return Certificate("http", folder / HALL_CERT, folder / HALL_KEY)


def believer(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / CA_CERT))
