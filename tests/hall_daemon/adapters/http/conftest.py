"""A small hall behind both listeners, one for all tests of a file, and clients that check every answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    folder: Path = tmp_path_factory.mktemp("hall")
    with live_hall(folder) as running:
        yield running


@pytest.fixture(scope="module")
def staff(hall: LiveHall) -> Iterator[CheckedClient]:
    client = CheckedClient(hall.staff.url)
    yield client
    client.close()


@pytest.fixture(scope="module")
def public(hall: LiveHall) -> Iterator[CheckedClient]:
    client = CheckedClient(hall.public.url)
    yield client
    client.close()
