"""A small hall behind both listeners, one for all tests of a file, and clients that check every answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hall_daemon.adapters.system.local_ca import CA_CERT
from tests.hall_daemon.adapters.certificates import authority, certificate
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    folder: Path = tmp_path_factory.mktemp("hall")
    with live_hall(folder) as running:
        yield running


@pytest.fixture(scope="module")
def https_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    """The same by HTTPS; whoever asks by `requests` believes its authority and no other."""
    folder: Path = tmp_path_factory.mktemp("hall")
    files = authority(folder / "tls")
    with pytest.MonkeyPatch.context() as patch, live_hall(folder, tls=certificate(files).context) as running:
        patch.setenv("REQUESTS_CA_BUNDLE", str(files / CA_CERT))
        assert running.staff.url.startswith("https://")
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
