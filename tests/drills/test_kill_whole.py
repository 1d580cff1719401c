"""F1 with everything that hangs on the hall: kill -9 while kiosks draw and print and clerks press their pads. After the
next start every screen, pad and retained message is right, every slip is settled and nobody has a wrong one."""

from __future__ import annotations

import re
import threading
from collections import Counter
from pathlib import Path

import requests

from device_drivers.errors import Misuse
from hall_daemon.domain import events as e
from tests.drills.invariants import assert_sound, assert_whole, happened, truth
from tests.drills.stand import PRINTER, WINDOWS, Hall, Stand, wait_until

KILLS = 3
DRAWN_BEFORE_KILL = 25
LOAD_S = 30.0
SETTLED_S = 15.0
REPRINT = "补打"
VOID = "作废"


class Load:
    """A kiosk that draws with paper and two clerks with pads, until the hall dies under them."""

    def __init__(self, stand: Stand, hall: Hall, told: list[str]) -> None:
        self._stand = stand
        self._hall = hall
        self._told = told
        self._target = len(told) + DRAWN_BEFORE_KILL
        self._over = threading.Event()
        self.enough = threading.Event()
        self._threads = [threading.Thread(target=self._draw)]
        self._threads += [threading.Thread(target=self._press, args=(window,)) for window in WINDOWS]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(15)
            assert not thread.is_alive()

    def _draw(self) -> None:
        with requests.Session() as kiosk:
            while not self._over.is_set():
                try:
                    answer = kiosk.post(
                        f"{self._hall.http}/api/v1/tickets", json={"service": "one", "printer": PRINTER}, timeout=10
                    )
                except requests.RequestException:
                    return
                assert answer.status_code == 201, answer.text
                self._told.append(answer.json()["number"])
                if len(self._told) >= self._target:
                    self.enough.set()
                self._over.wait(0.02)

    def _press(self, window: str) -> None:
        """Call, and call again: two keys by turns, so that no press looks like a repetition."""
        keys = ("call", "recall")
        count = 0
        while not self._over.wait(0.1):
            try:
                self._stand.press(window, keys[count % 2])
            except Misuse:  # eight presses wait already: nobody answers
                continue
            count += 1


def test_killed_while_everything_moves(tmp_path: Path) -> None:
    told: list[str] = []
    with Stand(tmp_path) as stand:
        for _ in range(KILLS):
            with stand.hall() as hall:
                with Load(stand, hall, told) as load:
                    assert load.enough.wait(LOAD_S), "too little load"
                    hall.kill()
                assert_sound(stand.data, stand.settings)
        with stand.hall() as hall:
            wait_until(
                lambda: all(slip.state != "pending" for slip in truth(stand.data).slips.values()),
                SETTLED_S,
                "every slip is settled",
            )
            wait_until(lambda: all(stand.pad(w)["pending"] == 0 for w in WINDOWS), SETTLED_S, "no press is under way")
            assert_whole(stand, hall)
        # The power of the devices goes while the hall is down: a start tells them everything, with nothing new to tell.
        for device in ("strips", "pads"):
            stand.bench.fault(device, "unplug")
            stand.bench.fault(device, "plug")
        with stand.hall() as hall:
            assert_whole(stand, hall)
    given = [event.number for _, event in happened(stand.data, e.TicketIssued)]
    assert set(told) <= set(given)
    assert len(given) <= len(told) + KILLS
    assert_paper_is_right(stand, given)


def assert_paper_is_right(stand: Stand, given: list[str]) -> None:
    """On every slip a number that was given; at most one unmarked slip of each; one for everybody told printed. What
    broke off is marked and cut off, as is what a start finds in the slot. The printer keeps its last slips only, so the
    rest is counted."""
    slips = [slip for slip in stand.slips() if slip.strip() and VOID not in slip]
    numbers = [re.findall(r"A\d{3}", slip) for slip in slips]
    assert all(len(set(found)) >= 1 and set(found) <= set(given) for found in numbers)
    unmarked = Counter(found[0] for found, slip in zip(numbers, slips, strict=True) if REPRINT not in slip)
    assert max(unmarked.values()) == 1
    printed = {event.ticket for _, event in happened(stand.data, e.SlipReported) if event.result == "printed"}
    cut = stand.bench.shown(PRINTER)["counters"]["slips"]
    assert cut >= len(printed)
    # Of each kill: the slip under the head, and one that was out but not yet in the journal.
    assert cut <= len(given) + KILLS * 2
