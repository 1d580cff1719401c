"""叫人帮忙: a call that staff see and answer, what became of it, and how whoever called takes it back. Pure.

The session keeps an open call, and one that the hall has not answered yet: whoever goes back to their page finds it
again, and may take it back from there. A call whose person is done before the hall has answered is taken back then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_ui.state import browsing, cases
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, on

# How soon the hall is asked what became of a call.
LOOK_S = 3.0
# What the hall says of a call that it does not know: it was over, or the hall began anew.
_NOT_KNOWN = "unknown_help"


def call_help(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    """A call that staff see and answer; whatever becomes of it, the page says where they are. One that is open
    already is shown again."""
    if isinstance(step, s.Drawing | s.Cancelling | s.Help | s.Waiting | s.AskedLeave):
        return Outcome(state)
    if (helped := state.session.helped) is not None:
        return on(state, replace(helped, before=step, next_at_s=state.now_s if helped.call else None))
    return _called(state, step, key)


def call_again(state: State, step: s.Help, press: e.Key, key: str) -> Outcome:
    """Once nobody knows of a call any more, or nobody heard of it."""
    may = step.lost or (step.told is False and not step.over)
    return _called(state, step.before, key) if may else Outcome(state)


def _called(state: State, before: s.Step, key: str) -> Outcome:
    step = s.Help(before=before, key=key)
    return _kept(state, step, e.CallHelp(state.session_no, key, _matter(state, before)))


def _matter(state: State, step: s.Step) -> str:
    """What whoever calls is reading about or filling in, "" for nothing that the hall has a guide for."""
    found: Any = step
    for held in ("topic", "topics", "guide"):
        found = getattr(found, held, found)
    draft = cases.draft_of(step)
    said = draft.matter if draft is not None else getattr(found, "matter", "")
    if isinstance(step, s.Review):
        said = step.view.matter
    return said if isinstance(said, str) and state.library.of(said) is not None else ""


def end_help(state: State, step: s.Help, press: e.Key, key: str) -> Outcome:
    """Whoever was called is told that nobody need come; again, where that did not arrive."""
    if not step.call or step.lost or (step.over and step.told is not False):
        return Outcome(state)
    ending = replace(step, key=key, told=None, over=True, coming=False, next_at_s=None)
    return _kept(state, ending, e.EndHelp(state.session_no, key, step.call))


def back_from_help(state: State, step: s.Help, press: e.Key, key: str) -> Outcome:
    return on(state, browsing.left(step.before))


def taken_back(state: State) -> tuple[e.Effect, ...]:
    """Who says that they are done needs nobody any more. Who just went away may stand there: that call stays."""
    helped = state.session.helped
    return (e.EndHelp(state.session_no, "done", helped.call),) if helped is not None and helped.call else ()


# -- the hall answers ------------------------------------------------------------------------------


def is_of_a_call(event: e.Answer) -> bool:
    return isinstance(event, e.HelpCalled) or (isinstance(event, e.Lost | e.Refused) and event.about == "help")


def called(state: State, event: e.HelpCalled) -> Outcome:
    """Answers go by the key of what was asked, also after a way home, which begins a new session."""
    step, waiting = state.session.step, state.session.helped
    here = isinstance(step, s.Help) and step.key == event.key
    if here and isinstance(step, s.Help) and step.over:
        return _kept(state, replace(step, told=True, call=""))
    asked = step if here else waiting
    if not isinstance(asked, s.Help) or asked.key != event.key or asked.over:  # its person is done
        return Outcome(state, (e.EndHelp(state.session_no, "done", event.call),) if event.call else ())
    known = replace(
        asked, told=True, call=event.call, coming=event.coming, since_s=state.now_s,
        next_at_s=state.now_s + LOOK_S if event.call else None,
    )
    return _kept(state, known) if here else _held(state, known)


def failed(state: State, key: str, trouble: s.Trouble) -> Outcome:
    """One that could not be taken back is a call still; one that nobody knows any more was over."""
    step, waiting = state.session.step, state.session.helped
    if not isinstance(step, s.Help) or step.key != key:
        return _held(state, None) if waiting is not None and waiting.key == key else Outcome(state)
    if step.over and trouble.code == _NOT_KNOWN:
        return _kept(state, replace(step, told=True, call=""))
    return _kept(state, replace(step, told=False))


def seen(state: State, event: e.HelpSeen) -> Outcome:
    step = state.session.step
    if not isinstance(step, s.Help) or step.call != event.call or step.over:
        return Outcome(state)
    return _kept(state, replace(step, coming=event.coming, next_at_s=state.now_s + LOOK_S))


def not_seen(state: State, call: str, trouble: s.Trouble) -> Outcome:
    """A hall that does not answer is asked again; one that knows of no call says that nobody comes."""
    step = state.session.step
    if not isinstance(step, s.Help) or step.call != call or step.over:
        return Outcome(state)
    if trouble.code == _NOT_KNOWN:
        return _kept(state, replace(step, lost=True, coming=False, next_at_s=None))
    return _kept(state, replace(step, next_at_s=state.now_s + LOOK_S))


def looked(state: State) -> Outcome:
    """What became of the call, while its page is open."""
    step = state.session.step
    if not isinstance(step, s.Help) or step.next_at_s is None or state.now_s < step.next_at_s or not step.call:
        return Outcome(state)
    return on(state, replace(step, next_at_s=None), e.WatchHelp(state.session_no, step.call))


def _kept(state: State, step: s.Help, *effects: e.Effect) -> Outcome:
    """This page, and for the others what is open: it was asked for, or could not be taken back."""
    if step.over:
        helped = replace(step, over=False, told=True) if step.call and step.told is False else None
    else:
        helped = None if step.lost or step.told is False else step
    return _held(replace(state, session=replace(state.session, step=step)), helped, *effects)


def _held(state: State, helped: s.Help | None, *effects: e.Effect) -> Outcome:
    held = None if helped is None else replace(helped, before=s.FIRST)
    return Outcome(replace(state, session=replace(state.session, helped=held)), effects)


AT: Table = {
    (s.Help, e.Key.BACK): back_from_help,
    (s.Help, e.Key.END_HELP): end_help,
    (s.Help, e.Key.TRY_AGAIN): call_again,
}
