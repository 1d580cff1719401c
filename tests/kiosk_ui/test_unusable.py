"""A hall that answers wrongly, in messages that can be read: nobody in front of the kiosk loses what they filled in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import get_args

import pytest
from msgspec import structs

from hall_daemon.wire.messages import HallView
from kiosk_ui import samples
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.unusable import as_lost
from tests.kiosk_ui.test_app import Open, open_kiosk
from tests.kiosk_ui.tiny_hall import TinyHall, said, tiny_hall

__all__ = ["open_kiosk"]


@pytest.fixture
def served() -> Iterator[TinyHall]:
    with tiny_hall() as served:
        yield served


def unnamed() -> HallView:
    """A hall whose queues are called nothing, in no language."""
    here = samples.hall()
    return structs.replace(here, queues=tuple(structs.replace(queue, name={}) for queue in here.queues))


def test_a_hall_without_words_counts_as_away_and_comes_back(open_kiosk: Open, served: TinyHall) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    served.answer("GET", "/api/v1/hall", said(unnamed()))
    for failures in (1, 2):
        person.later(6)
        person.wait_for(lambda failures=failures: person.kiosk.state.link.failures == failures)
    person.sees("away")
    del served.answers["GET", "/api/v1/hall"]
    person.later(6)
    person.sees("choose")


def test_what_is_under_way_stays_and_the_log_tells_nobodys_words(
    open_kiosk: Open, caplog: pytest.LogCaptureFixture,
) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    with caplog.at_level(logging.ERROR):
        person.kiosk.happen(e.HallCame(unnamed(), ""))
    assert person.page == "choose"
    assert "HallCame cannot be shown: KeyError in" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_guide_that_cannot_be_shown_is_asked_for_again(open_kiosk: Open) -> None:
    person = open_kiosk()
    person.sees("home")
    here = person.kiosk.state
    person.kiosk.state = replace(here, session=replace(here.session, step=s.Guide("food", s.Guides())))
    view = samples.guide_view()
    broken = structs.replace(view, guide=structs.replace(view.guide, title={"en": "Food"}))
    person.kiosk.happen(e.GuideCame(here.session_no, "food", broken))
    assert person.page == "guide-failed"
    assert person.button("retry") is not None


def test_where_time_itself_cannot_go_on_the_session_ends(open_kiosk: Open) -> None:
    person = open_kiosk()
    person.sees("home")
    here = person.kiosk.state
    session = replace(here.session, step=s.LookUp("A012"), heard="?")  # type: ignore[arg-type]  # no words for it
    person.kiosk.state = replace(here, session=session)
    person.kiosk.tick()
    assert person.kiosk.state.fresh
    assert person.page == "home"


def test_every_answer_has_its_form_of_none() -> None:
    named = dict.fromkeys(("key", "ref", "matter", "file", "typed", "call"), "k")
    values: dict[str, object] = {"session": 1, "about": "review", **named}
    for kind in set(get_args(e.Answer)) - {e.Lost}:
        event = kind(**{field.name: values.get(field.name) for field in fields(kind)})
        lost = as_lost(event)
        assert isinstance(lost, e.Lost), kind
        assert (lost.session, lost.ref) == (1, "k"), kind
    assert as_lost(e.ReadingCame(1)) == e.ReadingCame(1, lost=True)
    assert [as_lost(e.Tick()), as_lost(e.Lost(1, "draw", "k", "")), as_lost(e.ReadingCame(1, lost=True))] == [None] * 3
