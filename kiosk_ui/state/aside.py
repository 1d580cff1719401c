"""A word touched in the middle of a form, of its papers or of the one list: what is called so is read beside it, and
the page that it stood on waits. Pure.

From here nothing else is begun: whoever wants that goes back, or home.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, on

Page = s.Asking | s.Check | s.Papers | s.Review | s.Reasons


def ask_word(state: State, step: Page, press: e.AskWord, key: str) -> Outcome:
    """The matter that is called so; where several are, which of them is meant."""
    matters = state.library.called().get(press.word, ())
    aside = s.Aside(before=step, word=press.word, matters=matters)
    if len(matters) == 1:
        return _read(state, aside, matters[0])
    return on(state, aside) if matters else Outcome(state)


def choose(state: State, step: s.Aside, press: e.ChooseGuide, key: str) -> Outcome:
    return _read(state, step, press.matter) if press.matter in step.matters else Outcome(state)


def again(state: State, step: s.Aside, press: e.Key, key: str) -> Outcome:
    return _read(state, step, step.matter) if step.failed else Outcome(state)


def _read(state: State, step: s.Aside, matter: str) -> Outcome:
    fetched = replace(step, matter=matter, view=None, failed=False, leaf=0)
    return on(state, fetched, e.FetchGuide(state.session_no, matter))


def back(state: State, step: s.Aside, press: e.Key, key: str) -> Outcome:
    """To which is meant, where that was asked; else to the page."""
    if step.matter and len(step.matters) > 1:
        return on(state, s.Aside(before=step.before, word=step.word, matters=step.matters))
    return on(state, step.before)


def resume(state: State, step: s.Aside, press: e.Key, key: str) -> Outcome:
    return on(state, step.before)


AT: Table = {
    **dict.fromkeys(((page, e.AskWord) for page in (s.Asking, s.Check, s.Papers, s.Review, s.Reasons)), ask_word),
    (s.Aside, e.ChooseGuide): choose,
    (s.Aside, e.Key.TRY_AGAIN): again,
    (s.Aside, e.Key.STAY): resume,
    (s.Aside, e.Key.BACK): back,
}
