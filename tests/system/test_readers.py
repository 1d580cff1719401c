"""Readers of a hall that runs: an identity card reaches its kiosk's session alone, a staff card logs in at its window's
desk alone. Real bytes over ptys, the daemon as a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.drills.stand import Hall, Stand, wait_until
from tests.hall_daemon.cli.words import hall as run_hall

WITHIN_S = 60.0
# The same code sooner is the same card that still lies there.
ANOTHER_CARD_S = 2.0
BADGE = "BADGE-0007-4242"
ZHANG, ZHANG_NUMBER, LI = "张三", "11010519491231002X", "李喆·昇"
_TAIL = """
[kiosks.kiosk-1]

[kiosks.kiosk-2]

[windows.3]
label = "3"
yes = ["one"]
readers = ["badge-3"]

[devices.badge-3]
kind = "line-scanner"
line = { kind = "serial", port = "{lines}/badge-3" }

[devices.cards-1]
kind = "sam-reader"
kiosk = "kiosk-1"
line = { kind = "serial", port = "{lines}/cards-1", baud = 115200 }

[devices.cards-2]
kind = "sam-reader"
kiosk = "kiosk-2"
line = { kind = "serial", port = "{lines}/cards-2", baud = 115200 }
"""
_DEVICES: tuple[dict[str, object], ...] = (
    {"id": "badge-3", "kind": "line-scanner"},
    {"id": "cards-1", "kind": "sam-reader", "pace_baud": 115200},
    {"id": "cards-2", "kind": "sam-reader", "pace_baud": 115200},
)


class ElseWhere(HTTPAdapter):
    """Comes from another address of this machine."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, source_address=("127.0.0.2", 0), **more)


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with Stand(tmp_path_factory.mktemp("stand"), mqtt="off", tail=_TAIL, more=_DEVICES) as stand:
        yield stand


@pytest.fixture(scope="module")
def hall(stand: Stand) -> Iterator[Hall]:
    with stand.hall() as hall:
        yield hall


@pytest.fixture
def aside() -> Iterator[Callable[..., Future[requests.Response]]]:
    """Something that waits, beside the test."""
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit


def command(stand: Stand, *words: str, said: str = "") -> str:
    """What a command beside the hall says."""
    ended = run_hall(*words, "--config", str(stand.config), "--data", str(stand.data), stdin=said)
    assert ended.code == 0, ended.err
    return ended.out.strip()


def kept(stand: Stand, hall: Hall, words: str) -> list[str]:
    """The files of the hall, its log too, that have these words."""
    files = [hall.log, *(path for path in stand.data.rglob("*") if path.is_file())]
    return [path.name for path in files if words.encode() in path.read_bytes()]


def reading(hall: Hall, kiosk: str, credential: str, wait_s: int = 25) -> requests.Response:
    url = f"{hall.http}/api/v1/kiosks/{kiosk}/reading?for=card&wait_s={wait_s}"
    return requests.get(url, headers={"Authorization": f"Bearer {credential}"}, timeout=WITHIN_S)


def lay_at_reader(
    browser: requests.Session, hall: Hall, stand: Stand, aside: Callable[..., Future[requests.Response]], card: str
) -> requests.Response:
    """A card before the scanner, again and again, until the page that waits has an answer: a scanner says a code when
    it sees it, whether anybody waits or not."""
    waits = aside(browser.post, f"{hall.http}/api/v1/session/reader", json={}, timeout=WITHIN_S)

    def answered() -> bool:
        stand.bench.present("badge-3", card)
        return not wait([waits], ANOTHER_CARD_S).not_done

    wait_until(answered, WITHIN_S, "an answer to whoever waits at the desk")
    return waits.result()


def test_an_identity_card_reaches_its_own_kiosk_and_nothing_else(
    stand: Stand, hall: Hall, aside: Callable[..., Future[requests.Response]]
) -> None:
    own, other = (command(stand, "machine", "add", f"kiosk-{n}") for n in (1, 2))
    wait_until(lambda: reading(hall, "kiosk-2", other, 0).status_code == 204, WITHIN_S, "credentials are known")
    first, second = aside(reading, hall, "kiosk-1", own), aside(reading, hall, "kiosk-2", other)
    stand.bench.present("cards-1", "zhang")
    said = first.result().json()
    assert (said["reader"], said["card"]["name"], said["card"]["number"]) == ("cards-1", ZHANG, ZHANG_NUMBER)
    assert reading(hall, "kiosk-1", other, 0).status_code == 403
    stand.bench.present("cards-2", "li")
    assert second.result().json()["card"]["name"] == LI
    for kiosk, credential in (("kiosk-1", own), ("kiosk-2", other)):
        url = f"{hall.http}/api/v1/kiosks/{kiosk}/forget"
        requests.post(url, json={}, headers={"Authorization": f"Bearer {credential}"}, timeout=WITHIN_S)
        assert reading(hall, kiosk, credential, 0).status_code == 204, "its session is over"
    shown = str(hall.get("hall")) + str(hall.health())
    for somebody in (ZHANG, ZHANG_NUMBER, LI):
        assert kept(stand, hall, somebody) == []
        assert somebody not in shown
    assert hall.said("ERROR") == []


def test_a_staff_card_on_a_window_s_reader_logs_in_at_that_desk_and_nowhere_else(
    stand: Stand, hall: Hall, aside: Callable[..., Future[requests.Response]]
) -> None:
    command(stand, "staff", "add", "1024", "--role", "window")
    command(stand, "staff", "card", "1024", said=f"{BADGE}\n")
    browser, stranger = requests.Session(), requests.Session()
    stranger.mount("http://", ElseWhere())
    session = f"{hall.http}/api/v1/session"
    wait_until(lambda: browser.get(session, timeout=WITHIN_S).json()["reader"] == "3", WITHIN_S, "the reader")
    assert stranger.get(session, timeout=WITHIN_S).json()["reader"] == ""
    refused = stranger.post(f"{session}/reader", json={}, timeout=WITHIN_S)
    assert (refused.status_code, refused.json()["code"]) == (404, "no_reader_here")

    unknown = lay_at_reader(browser, hall, stand, aside, "BADGE-OF-NOBODY")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "log_in_refused")
    there = lay_at_reader(browser, hall, stand, aside, BADGE)
    assert (there.status_code, there.json()["number"]) == (200, "1024")
    browser.headers["X-Hall-Page"] = there.json()["page"]
    opened = browser.post(f"{hall.http}/api/v1/windows/3/open", json={"staff": "x"}, timeout=WITHIN_S)
    assert opened.json()["events"] == ["WindowOpened"]
    assert kept(stand, hall, BADGE) == []
