"""F9: garbage, broken frames, echoes and silence on the lines while people are called: nothing is done that nobody
pressed, nothing is shown that nobody said."""

from __future__ import annotations

import os
import tty
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from random import Random

from hall_daemon.domain import events as e
from tests.drills.invariants import assert_sound, assert_whole, come_right, happened, journal, wrong_on_strips
from tests.drills.stand import Hall, Stand, wait_until

PRESSES = 4
SETTLED_S = 5.0
QUIET_S = 20.0
GIVES_UP_S = 20.0


def pressed(stand: Stand) -> list[tuple[str, str]]:
    """(by whom, what) of everything that came from a pad."""
    return [(row.by, type(row.event).__name__) for row in journal(stand.data) if row.by.startswith("pad:")]


def press_and_wait(stand: Stand, *keys: tuple[str, str]) -> None:
    """Press (window, key) each, and wait until every pad was answered or gave up."""
    for window, key in keys:
        stand.press(window, key)
    answered = "the pad has its answer or gives up"
    wait_until(lambda: all(stand.pad(window)["pending"] == 0 for window, _ in keys), SETTLED_S, answered)


def draw_for_everybody(hall: Hall) -> list[str]:
    hall.open()
    return [hall.draw() for _ in range(2 * PRESSES + 2)]


def test_garbage_between_presses(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        told = draw_for_everybody(hall)
        for device in ("pads", "strips"):
            stand.bench.fault(device, "garbage")
        for key in ("call", "recall") * PRESSES:
            press_and_wait(stand, ("1", key))
            hall.window("2", "recall" if key == "recall" else "call-next")
        wait_until(lambda: _counter(hall, "pads", "bytes_skipped") > 50, SETTLED_S, "garbage is heard")
        for device in ("pads", "strips"):
            stand.bench.clear_faults(device)
        assert_whole(stand, hall, told)
        pad = stand.pad("1")
        calls = [what for _, what in pressed(stand) if what in ("TicketCalled", "TicketRecalled")]
        assert len(calls) == pad["presses"] - pad["unacknowledged"]
        assert {by for by, _ in pressed(stand)} == {"pad:pad-1"}
        assert {what for _, what in pressed(stand)} <= {"TicketCalled", "TicketRecalled", "ServiceFinished"}
        assert _counter(hall, "strips", "faults") == _counter(hall, "pads", "faults") == 0
    assert_sound(stand.data, stand.settings, told)


def test_a_press_that_arrives_broken_or_not_at_all_does_nothing(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        told = draw_for_everybody(hall)
        for count, (fault, key) in enumerate((("corrupt", "call"), ("silence", "pause")), 1):
            stand.bench.fault("pads", fault)
            press_and_wait(stand, ("1", key))
            assert stand.pad("1")["unacknowledged"] == count
            stand.bench.clear_faults("pads")
        hall.window("2", "call-next")
        assert pressed(stand) == []
        press_and_wait(stand, ("1", "call"))
        wait_until(lambda: stand.strip("1") == "请A002号办理", SETTLED_S, "the first press that arrives")
        assert pressed(stand) == [("pad:pad-1", "TicketCalled")]
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_our_own_frames_come_back(tmp_path: Path) -> None:
    """A half-duplex adapter gives back what we send; an acknowledgement looks like the press it answers."""
    with Stand(tmp_path) as stand, stand.hall() as hall:
        told = draw_for_everybody(hall)
        for device in ("pads", "strips"):
            stand.bench.fault(device, "echo")
        for key in ("call", "recall") * PRESSES:
            press_and_wait(stand, ("1", key))
        for device in ("pads", "strips"):
            stand.bench.clear_faults(device)
        assert_whole(stand, hall, told)
        done = [what for _, what in pressed(stand) if what != "ServiceFinished"]
        assert done == ["TicketCalled", "TicketRecalled"] * PRESSES
    assert_sound(stand.data, stand.settings, told)


def gave_up(stand: Stand, window: str) -> bool:
    pad = stand.pad(window)
    return (pad["presses"], pad["resends"], pad["unacknowledged"]) == (1, 3, 1)


def test_a_pad_that_does_not_hear_its_answer_repeats_a_press_that_acts_once(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        told = draw_for_everybody(hall)
        stand.bench.fault("pads", "noise")
        press_and_wait(stand, ("1", "call"), ("2", "pause"))
        for window in ("1", "2"):
            wait_until(partial(gave_up, stand, window), GIVES_UP_S, "the pad tried three times more and gave up")
        assert sorted(pressed(stand)) == [("pad:pad-1", "TicketCalled"), ("pad:pad-2", "WindowPaused")]
        stand.bench.clear_faults("pads")
        press_and_wait(stand, ("1", "recall"), ("2", "call"))
        # During a pause the call key ends the pause and calls nobody.
        wait_until(lambda: hall.get("windows/2")["status"] == "open", SETTLED_S, "the next press acts")
        hall.window("2", "call-next")
        assert hall.get("windows/1")["calls"] == 2
        come_right(lambda: wrong_on_strips(stand, stand.settings), SETTLED_S)
    assert_sound(stand.data, stand.settings, told)


def test_noise_on_the_way_to_the_strips_shows_nothing_wrong(tmp_path: Path) -> None:
    """They never answer, so only the refresh repairs them; until then they show the words before."""
    with Stand(tmp_path, refresh_s=1) as stand, stand.hall() as hall:
        told = draw_for_everybody(hall)
        come_right(lambda: wrong_on_strips(stand, stand.settings), SETTLED_S)
        stand.bench.fault("strips", "noise")
        for _ in range(PRESSES):
            hall.window("1", "call-next")
            hall.window("2", "call-next")
        wait_until(lambda: stand.bench.shown("strips")["counters"]["bad_frames"] >= 2, SETTLED_S, "broken frames")
        stand.bench.clear_faults("strips")
        assert_whole(stand, hall, told)
        said = {"", "窗口关闭", "等候叫号"}
        said |= {f"请{event.ticket[-4:]}号办理" for _, event in happened(stand.data, e.TicketCalled)}
        for screen in stand.bench.shown("strips")["screens"]:
            assert {entry["text"] for entry in screen["history"]} <= said
    assert_sound(stand.data, stand.settings, told)


def _counter(hall: Hall, device: str, name: str) -> int:
    (seen,) = (each for each in hall.get("hall")["devices"] if each["id"] == device)
    return int(seen["counters"][name])


def test_lines_that_never_fall_silent_are_an_alarm_and_the_hall_goes_on(tmp_path: Path, dice: Random) -> None:
    """The other ends of the adapters roar; the drivers take all of it, and say so."""
    told: list[str] = []
    devices = ("pads", "strips", "printer-1")
    with ExitStack() as ends, Stand(tmp_path, mqtt="off") as stand:
        roars = [roaring(ends, stand.bench.link(device)) for device in devices]
        with stand.hall() as hall:

            def noisy() -> set[str]:
                return {device for device in devices if "noise on its line" in hall.health()[f"device:{device}"]}

            wait_until(lambda: len(hall.said(" is open")) == len(devices), SETTLED_S, "the ports are open")
            wait_until(
                lambda: [pour(roar, dice) for roar in roars] and noisy() == set(devices), SETTLED_S, "staff are told"
            )
            (trouble,) = {seen["trouble"]["what"]["zh"] for seen in hall.get("hall")["devices"]}
            assert trouble == "线路干扰"
            hall.open("1")
            told.append(hall.draw())
            assert hall.window("1", "call-next")["number"] == told[0]
            assert pressed(stand) == []
            wait_until(lambda: not noisy(), QUIET_S, "quiet for seconds: well again")
            assert len(hall.said("noise on its line")) == len(devices)
    assert_sound(stand.data, stand.settings, told)


def roaring(ends: ExitStack, port: Path) -> int:
    """Another adapter at this port; the end that is not the hall's."""
    roar, adapter = os.openpty()
    ends.callback(os.close, roar)
    ends.callback(os.close, adapter)
    tty.setraw(adapter)
    os.set_blocking(roar, False)
    port.unlink()
    port.symlink_to(os.ttyname(adapter))
    return roar


def pour(roar: int, dice: Random) -> bool:
    """As much garbage as the line takes now."""
    with suppress(BlockingIOError):
        while True:
            os.write(roar, dice.randbytes(4096))
    return True
