"""What is shown: it stays inside a margin, comes nearer by itself, and moves when it must."""

from __future__ import annotations

from hall_daemon.prediction.waits.causes import Cause
from hall_daemon.prediction.waits.hysteresis import Promise, Shown, with_hysteresis
from hall_daemon.prediction.waits.wait_estimate import Range

FIRST = Range(600, 1200, 1800)


def test_a_length_stays_inside_the_margin_and_moves_outside() -> None:
    shown = with_hysteresis({}, {"a": FIRST}, 0, promise=False)
    shown = with_hysteresis(shown, {"a": Range(650, 1250, 1900)}, 60_000, promise=False)
    assert shown["a"].said == FIRST
    moved = Range(650, 1250, 2200)
    shown = with_hysteresis(shown, {"a": moved}, 120_000, promise=False)
    assert shown["a"].said == moved


def test_small_steps_do_not_creep_away() -> None:
    shown = with_hysteresis({}, {"a": FIRST}, 0, promise=False)
    for n in range(1, 40):
        fresh = Range(600 + 20 * n, 1200 + 20 * n, 1800 + 20 * n)
        shown = with_hysteresis(shown, {"a": fresh}, n * 1000, promise=False)
        said = shown["a"].said
        assert isinstance(said, Range)
        assert all(abs(old - new) <= 0.15 * new for old, new in zip(said, fresh, strict=True))


def test_a_promise_comes_nearer_and_is_held_to_that() -> None:
    shown = with_hysteresis({}, {"t": FIRST}, 0, promise=True)
    shown = with_hysteresis(shown, {"t": Range(310, 890, 1490)}, 300_000, promise=True)
    assert shown["t"].at(300_000) == Range(300, 900, 1500)
    assert shown["t"].at(900_000) == Range(0, 300, 900)
    # The line stands still: the same figures again are five minutes later than was promised.
    shown = with_hysteresis(shown, {"t": FIRST}, 300_000, promise=True)
    assert shown["t"].at(300_000) == FIRST


def test_what_goes_back_has_its_cause_also_when_only_the_upper_end_does() -> None:
    slow = (Cause("slow_matter"),)
    for fresh, causes in (
        (Range(600, 1200, 2400), slow),
        (Range(600, 1800, 1800), slow),
        (Range(600, 1800, 2400), slow),
        (Range(900, 1200, 1800), ()),
        (Range(100, 300, 600), ()),
    ):
        shown = with_hysteresis({"t": Shown(FIRST, 0)}, {"t": fresh}, 0, promise=True, why=lambda *_: slow)
        assert (shown["t"].said, shown["t"].causes) == (fresh, causes)


def test_reasons_pass_at_once_and_who_is_gone_is_forgotten() -> None:
    shown = {"a": Shown(FIRST, 0), "b": Shown(FIRST, 0)}
    shown = with_hysteresis(shown, {"a": "no_window_open"}, 1000, promise=True)
    assert shown == {"a": Shown("no_window_open", 1000, last=Promise(FIRST, 0))}
    assert shown["a"].at(99_000) == "no_window_open"
    assert with_hysteresis(shown, {"a": FIRST}, 2000, promise=True)["a"].said == FIRST
