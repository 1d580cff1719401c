"""One more window: with the right skills it helps, with none of them it does not, and the hall is not touched."""

from __future__ import annotations

from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.reports.what_if import what_if
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Range, Waits
from tests.hall_daemon.prediction import scenes

PLAN = scenes.plan(
    {"1": {"card": "yes"}, "2": {"card": "yes"}, "3": {"tax": "yes"}, "4": {"card": "idle", "tax": "yes"}}
)


def queue(people: int, open_windows: tuple[str, ...] = ("1",)) -> Hall:
    hall = scenes.hall(open_windows)
    for n in range(people):
        hall.put(scenes.ticket(n))
    return hall


def asked(hall: Hall, plan: Plan = PLAN) -> list[tuple[str, bool, int]]:
    """(window, does it help the card queue, how many of those in line)."""
    changes = what_if(plan, hall, scenes.NOW, Predictor(plan).estimate_waits)
    told = []
    for change in changes:
        was, becomes = change.queues["card"]
        better = isinstance(becomes, Range) and (not isinstance(was, Range) or becomes.p50_s < 0.8 * was.p50_s)
        told.append((change.window, better, change.helped))
    return told


def test_the_window_with_the_skill_helps_and_stands_first() -> None:
    found = asked(queue(10))
    assert {window for window, _, _ in found} == {"2", "3", "4"}
    assert {window for window, _, _ in found[:2]} == {"2", "4"}
    assert all(better and helped >= 6 for _, better, helped in found[:2])
    assert found[2] == ("3", False, 0)


def test_a_turn_that_becomes_known_is_help() -> None:
    change = what_if(PLAN, queue(3, ("3",)), scenes.NOW, Predictor(PLAN).estimate_waits)[0]
    assert change.window in ("1", "2", "4")
    assert change.helped == 3
    assert change.queues["card"][0] == "no_window_open"


def test_the_hall_is_left_as_it_was() -> None:
    hall, same = queue(5), queue(5)
    what_if(PLAN, hall, scenes.NOW, Predictor(PLAN).estimate_waits)
    assert hall == same


def test_all_windows_open_or_nobody_there() -> None:
    assert what_if(PLAN, queue(5, ("1", "2", "3", "4")), scenes.NOW, Predictor(PLAN).estimate_waits) == []
    changes = what_if(PLAN, queue(0), scenes.NOW, Predictor(PLAN).estimate_waits)
    assert [change.saved_s for change in changes] == [0.0, 0.0, 0.0]


def test_who_answers_is_asked_once_for_each_window_and_once_for_now() -> None:
    looks: list[tuple[str, ...]] = []

    def look(hall: Hall, now: Moment) -> Waits:
        looks.append(tuple(sorted(hall.open_windows)))
        return Waits(tickets={"x": Range(0, 600 - 100 * len(hall.open_windows), 900)}, queues={})

    changes = what_if(PLAN, queue(1), scenes.NOW, look)
    assert looks == [("1",), ("1", "2"), ("1", "3"), ("1", "4")]
    assert [change.saved_s for change in changes] == [100.0, 100.0, 100.0]
