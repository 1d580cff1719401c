"""The core of the tests: stepped by hand, or on its thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hall_daemon.app.core_rig import Rig


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.core.step()
    rig.store.happened.clear()
    rig.store.commits.clear()
    rig.batches.clear()
    return rig


@pytest.fixture
def live() -> Iterator[Rig]:
    rig = Rig()
    rig.core.start()
    yield rig
    rig.core.stop()
