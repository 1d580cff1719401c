"""The kiosk's rules, one step after another: for tests of what an event does. Pure."""

from __future__ import annotations

from kiosk_ui.samples import NOW_S
from kiosk_ui.state import State, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state.presses import Outcome

AT = NOW_S + 1


def press(before: State, what: e.Press, key: str = "key-1", at_s: float = AT) -> Outcome:
    return reduce(before, e.Pressed(what, key), at_s)


def after(before: State, *events: e.Event, at_s: float = AT) -> State:
    for event in events:
        before = reduce(before, event, at_s).state
    return before


def pressed(before: State, *presses: e.Press) -> State:
    return after(before, *(e.Pressed(what, f"key-{at}") for at, what in enumerate(presses)))


def told(before: State, at_s: float = AT) -> tuple[e.Effect, ...]:
    return reduce(before, e.Tick(), at_s).effects
