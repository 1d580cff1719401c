"""What an event makes: new state, and what is asked of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from msgspec import Struct

from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Case
from kiosk_ui.state.model import Heard, State


class Outcome(NamedTuple):
    state: State
    effects: tuple[e.Effect, ...] = ()


# What a press at a step does; a press is a key, or the type of one that says more.
Rule = Callable[[State, Any, Any, str], Outcome]
What = e.Key | type
Table = dict[tuple[type, What], Rule]


def on(state: State, step: s.Step, *effects: e.Effect) -> Outcome:
    """The same person at `step`."""
    return Outcome(replace(state, session=replace(state.session, step=step)), effects)


def behind(state: State, step: s.Over, rule: Callable[[State], Outcome]) -> Outcome:
    """The page behind `step` gets its news too."""
    inner = rule(on(state, step.before).state)
    same: Any = inner.state.session.step  # news make no other page of it
    return on(inner.state, replace(step, before=same), *inner.effects)


def heard(state: State, what: Heard) -> Outcome:
    """What became of what was read, said over the page until the next key."""
    return Outcome(replace(state, session=replace(state.session, heard=what)))


def ask(
    state: State, about: s.CaseAbout, key: str, *, ref: str = "", case: Case | None = None, body: Struct | None = None
) -> s.AskCase:
    return s.AskCase(session=state.session_no, about=about, key=key, ref=ref, case=case, body=body)
