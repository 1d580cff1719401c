"""F8: the cable of the strips, and of the pads, is pulled while people draw and are called, and plugged in again, also
under another number."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hall_daemon.domain import events as e
from tests.drills.invariants import Retained, assert_sound, assert_whole, come_right, happened, wrong_on_strips
from tests.drills.stand import Hall, Stand, wait_until

# From the replug on. The driver looks for a missing port every 0.4 to 0.8 s.
RIGHT_AGAIN_S = 3.0
NOTICED_S = 5.0
# The driver says that a line is back when its first turn is over; a quiet line lets it wait up to 5 s.
TOLD_S = 8.0


def device_states(stand: Stand, hall: Hall, retained: Retained, device: str) -> set[str]:
    """What health, the hall's page and MQTT say of a device, each as ready or not."""
    (seen,) = (each for each in hall.get("hall")["devices"] if each["id"] == device)
    message = retained.by_topic().get(f"hall/v1/drill/devices/{device}/state")
    published = json.loads(message)["state"] if message else "absent"
    health = "ready" if hall.health()[f"device:{device}"] == "ok" else "disconnected"
    return {seen["state"], published, health}


def quiet_replug(stand: Stand, hall: Hall, device: str, lines: int) -> None:
    """Out and in again while nothing happens: what was shown before is said again, all of it. One log line each
    way, `lines` with those of earlier."""
    stand.bench.fault(device, "unplug")
    wait_until(lambda: len(hall.said(f"{device}: down")) == lines, NOTICED_S, "told when it goes")
    stand.bench.fault(device, "plug")
    come_right(lambda: wrong_on_strips(stand, stand.settings), RIGHT_AGAIN_S)
    wait_until(lambda: hall.health()[f"device:{device}"] == "ok", NOTICED_S, "right again")
    wait_until(lambda: len(hall.said(f"{device}: line-{device} is back")) == lines, TOLD_S, "told when it is back")
    assert len(hall.said(f"{device}: down")) == lines


@contextmanager
def load(hall: Hall, told: list[str]) -> Iterator[None]:
    """A kiosk that draws all the while; what it was told goes to `told`."""
    over = threading.Event()

    def draw() -> None:
        while not over.wait(0.01):
            told.append(hall.draw())

    kiosk = threading.Thread(target=draw)
    kiosk.start()
    try:
        yield
    finally:
        over.set()
        kiosk.join(15)
        assert not kiosk.is_alive()


def test_the_strips_cable_is_pulled_and_the_pads_go_on(tmp_path: Path) -> None:
    told: list[str] = []
    with Stand(tmp_path) as stand, stand.hall() as hall, Retained(*stand.broker, secret=stand.hall_secret) as retained:
        hall.open()
        told += [hall.draw() for _ in range(4)]
        with load(hall, told):
            hall.window("1", "call-next")
            wait_until(lambda: stand.strip("1") == "请A001号办理", 5, "the first call on its strip")
            stand.bench.fault("strips", "unplug")
            wait_until(
                lambda: device_states(stand, hall, retained, "strips") == {"disconnected"}, NOTICED_S, "strips gone"
            )
            assert "check the cable" in hall.health()["device:strips"]
            stand.press("1", "call")
            stand.press("2", "call")
            wait_until(lambda: stand.pad("2")["ticket"] == "003", 5, "pads call as before")
            assert device_states(stand, hall, retained, "pads") == {"ready"}
            stand.bench.fault("strips", "plug")
            wait_until(lambda: stand.strip("2") == "请A003号办理", RIGHT_AGAIN_S, "the strips are right again")
        wait_until(lambda: device_states(stand, hall, retained, "strips") == {"ready"}, NOTICED_S, "strips back")
        assert_whole(stand, hall, told)
        quiet_replug(stand, hall, "strips", lines=2)
        assert hall.said("pads: down") == []
    assert_sound(stand.data, stand.settings, told)


def test_the_pads_cable_is_pulled_and_a_press_without_it_does_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    with Stand(tmp_path) as stand, stand.hall() as hall, Retained(*stand.broker, secret=stand.hall_secret) as retained:
        hall.open()
        told += [hall.draw() for _ in range(4)]
        with load(hall, told):
            stand.press("1", "call")
            wait_until(lambda: stand.pad("1")["ticket"] == "001", 5, "the first call on its pad")
            stand.bench.fault("pads", "unplug")
            stand.press("1", "call")
            wait_until(lambda: stand.pad("1")["unacknowledged"] == 1, 5, "the pad gives its press up")
            wait_until(lambda: device_states(stand, hall, retained, "pads") == {"disconnected"}, NOTICED_S, "pads gone")
            hall.window("2", "call-next")
            wait_until(lambda: stand.strip("2") == "请A002号办理", 5, "strips go on")
            stand.bench.fault("pads", "plug")
            wait_until(lambda: stand.pad("2")["ticket"] == "002", RIGHT_AGAIN_S, "the pads are right again")
        stand.press("1", "call")
        wait_until(lambda: stand.pad("1")["ticket"] == "003", 5, "the next press acts, once")
        assert_whole(stand, hall, told)
        calls = happened(stand.data, e.TicketCalled)
        assert [(row.by, event.ticket[-4:]) for row, event in calls] == [
            ("pad:pad-1", "A001"), ("tool:crowd", "A002"), ("pad:pad-1", "A003"),
        ]
        quiet_replug(stand, hall, "pads", lines=2)
        assert hall.said("strips: down") == []
    assert_sound(stand.data, stand.settings, told)


def test_an_adapter_that_comes_back_under_another_number_is_found_by_its_id(tmp_path: Path) -> None:
    with Stand(tmp_path, mqtt="off") as stand, stand.hall() as hall, ExitStack() as strangers:
        hall.open()
        told = [hall.draw() for _ in range(2)]
        hall.window("1", "call-next")
        come_right(lambda: wrong_on_strips(stand, stand.settings), NOTICED_S)
        before = stand.bench.link("strips").resolve()
        stand.bench.fault("strips", "unplug")
        wait_until(lambda: hall.said("strips: down"), NOTICED_S, "told when it goes")
        wait_until(lambda: taken(strangers) == str(before), NOTICED_S, "another device has its number")
        hall.window("2", "call-next")
        stand.bench.fault("strips", "plug")
        assert stand.bench.link("strips").resolve() != before
        come_right(lambda: wrong_on_strips(stand, stand.settings), RIGHT_AGAIN_S)
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def taken(strangers: ExitStack) -> str:
    """The port of one more device; the kernel gives the lowest number that is free."""
    ends = os.openpty()
    for end in ends:
        strangers.callback(os.close, end)
    return os.ttyname(ends[1])
