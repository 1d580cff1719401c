"""Guarded brokers: one that the tests of a file share, and one of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hall_daemon.adapters.mqtt.guarded_broker import Guarded, made


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    yield from made(tmp_path_factory.mktemp("guarded"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Guarded]:
    """One for a test that changes accounts or files."""
    yield from made(tmp_path)
