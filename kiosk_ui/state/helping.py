"""叫人帮忙: a call that staff see and answer, and that whoever called takes back. Pure."""

from __future__ import annotations

from dataclasses import replace

from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, on


def call_help(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    """A call that staff see and answer; whatever becomes of it, the page says where they are."""
    if isinstance(step, s.Drawing | s.Cancelling | s.Help | s.Waiting | s.AskedLeave):
        return Outcome(state)
    return on(state, s.Help(step, key), e.CallHelp(state.session_no, key))


def end_help(state: State, step: s.Help, press: e.Key, key: str) -> Outcome:
    """Whoever was called is told that nobody need come."""
    if not step.call or step.over:
        return Outcome(state)
    return on(state, replace(step, key=key, told=None, over=True), e.EndHelp(state.session_no, key, step.call))


def back_from_help(state: State, step: s.Help, press: e.Key, key: str) -> Outcome:
    return on(state, step.before)


AT: Table = {
    (s.Help, e.Key.BACK): back_from_help,
    (s.Help, e.Key.END_HELP): end_help,
}
