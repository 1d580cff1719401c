"""The life of a ticket: the table is closed, and the drawing in the documentation is drawn from it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from hall_daemon.domain.ticket import FINAL, LIFE, IllegalStep, Place, State, Step, Ticket, after, diagram

DRAWING = Path(__file__).parents[3] / "docs" / "ticket-life.md"


def ticket(state: State) -> Ticket:
    return Ticket(
        id="d-A001",
        number="A001",
        day="d",
        queue="A",
        services=("s",),
        class_="ordinary",
        state=state,
        place=Place(0, 1),
        token="t",
        drawn_tick=0,
        drawn_wall=0,
    )


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("step", get_args(Step))
def test_a_step_leads_where_the_table_says_or_nowhere(state: State, step: Step) -> None:
    if (state, step) in LIFE:
        assert after(ticket(state), step) == LIFE[state, step]
    else:
        with pytest.raises(IllegalStep, match=f"is {state}; it cannot be {step}"):
            after(ticket(state), step)


def test_nothing_leaves_a_final_state_and_every_other_state_is_left() -> None:
    assert {state for state, _ in LIFE} == set(get_args(State)) - FINAL


def test_every_state_is_reached_from_waiting() -> None:
    reached, edge = {"waiting"}, {"waiting"}
    while edge:
        edge = {to for (state, _), to in LIFE.items() if state in edge} - reached
        reached |= edge
    assert reached == set(get_args(State))


def test_every_step_is_in_the_table() -> None:
    assert {step for _, step in LIFE} == set(get_args(Step))


def test_the_documentation_shows_this_very_table() -> None:
    assert diagram() in DRAWING.read_text(encoding="utf-8"), "run: make docs"
