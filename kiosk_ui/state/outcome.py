"""What an event makes: new state, and what is asked of the world."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State


class Outcome(NamedTuple):
    state: State
    effects: tuple[e.Effect, ...] = ()


def on(state: State, step: s.Step, *effects: e.Effect) -> Outcome:
    """The same person at `step`."""
    return Outcome(replace(state, session=replace(state.session, step=step)), effects)
