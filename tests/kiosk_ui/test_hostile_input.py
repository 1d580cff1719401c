"""A hall that hangs, and codes that are none of ours: clear words, and a way on. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.readings import ReadingView
from kiosk_ui.samples import NOW_S, state
from kiosk_ui.state import events as e
from kiosk_ui.state import reduce
from kiosk_ui.state import steps as s
from tests.kiosk_ui.steps import AT, after, press, pressed


def test_a_hall_that_hangs_keeps_nobody_at_a_page_without_keys() -> None:
    """Each try takes as long as our patience for an answer; the key stays that of the first."""
    here = pressed(state(step=s.Choose()), e.ChooseQueue("general"), e.ChooseService("enquiry"))
    now_s, tries = AT, 1
    while isinstance(step := here.session.step, s.Drawing):
        if step.draw.retry_at_s is not None:
            tries += 1
        else:
            now_s += 6.0
        event = e.Tick() if step.draw.retry_at_s is not None else e.Lost(here.session_no, "draw", step.draw.key, "slow")
        now_s = max(now_s, step.draw.retry_at_s or 0.0)
        here = after(here, event, at_s=now_s)
    assert isinstance(here.session.step, s.Problem)
    assert now_s - AT < 15
    assert tries == 2
    again = press(here, e.Key.TRY_AGAIN, "another", at_s=now_s + 60)
    (asked,) = again.effects
    assert isinstance(asked, e.DrawNumber)
    assert asked.key == "key-1"
    failed = after(again.state, e.Lost(here.session_no, "draw", asked.key, "slow"), at_s=now_s + 61)
    assert isinstance(failed.session.step, s.Drawing)  # it is tried as patiently as before


@pytest.mark.parametrize("code", [
    "https://hall.example/case#s=测试", "https://hall.example/case#s=a%0d%0aX:b", "https://hall.example/case#r=1&t=\U0001f600",
    "https://hall.example/case#s=" + "a" * 10_000, "https://hall.example/t/\U0002bff1", "https://hall.example/t/a%20b",
])
def test_a_code_with_signs_that_no_secret_has_is_none_of_ours(code: str) -> None:
    here = replace(state(step=s.FIRST), settings=KioskSettings(reads=("code",)))
    read = ReadingView(n=1, reader="r", what="code", code=code)
    came, asked = reduce(here, e.ReadingCame(here.session_no, read), NOW_S)
    assert came.session.heard == "nothing"
    assert came.session.step == here.session.step
    assert asked == ()
