from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hall_daemon.rehearsal.city_server import CityServer
from tests.hall_daemon.adapters.platform.rig import Rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    with CityServer(made.platform, wait=lambda: None) as server:
        yield made.use(server)
