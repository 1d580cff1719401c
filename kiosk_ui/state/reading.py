"""What the readers of this kiosk read: a card, a code, a page, and what the page that is shown does with each. Pure.

They read while a page can do something with it; what comes for somebody before, or for a page that was left, is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from hall_daemon.wire import uploads as u
from hall_daemon.wire.kiosks import ReadSort
from hall_daemon.wire.readings import CardView
from kiosk_ui.state import bringing, cards, earlier, filling, finding, proving
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Case
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, ask, heard, on

# How soon it is asked again after no answer.
AGAIN_S = 3.0
_TICKET = re.compile(r"/t/([A-Za-z0-9._~-]{1,64})(?=[/#?]|$)")
# What a secret or the name of a review is written with.
_SECRET = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_NUMBER = re.compile(r"(?:YS-?)?([0-9]{8})-?([0-9]{6})")


def wanted(state: State) -> tuple[ReadSort, ...]:
    """Of what is read here, what the page that is shown can do something with."""
    useful = _USEFUL.get(type(state.session.step))
    found = useful(state.session.step) if useful and not state.away else ()
    return tuple(sort for sort in state.settings.reads if sort in found)


def _question(step: s.Asking) -> tuple[ReadSort, ...]:
    card: tuple[ReadSort, ...] = ("card",) if cards.card_helps(step.draft, step.at) else ()
    return (*card, "code") if cards.code_helps(step.draft, step.at) else card


_USEFUL: dict[type, Callable[[Any], tuple[ReadSort, ...]]] = {
    s.Home: lambda step: ("card", "code"),
    s.CheckIn: lambda step: ("card", "code"),
    s.LookUp: lambda step: ("card", "code"),
    s.FindReview: lambda step: ("card", "code") if len(step.typed) >= finding.NUMBER_DIGITS else ("code",),
    s.Asking: _question,
    s.Prove: lambda step: ("card",),
    s.Review: lambda step: ("code",) if bringing.may_be_read(step) else (),
    s.Papers: lambda step: ("page",) if step.shot is None else (),
}


def looked(state: State) -> Outcome:
    """Asks the readers when it is time to. First of all the session ends that a program before this one may have left
    behind: its last card is nobody's any more."""
    sorts, reader = wanted(state), state.reader
    if reader.out or state.now_s < reader.at_s:
        return Outcome(state)
    out = replace(state, reader=replace(reader, out=True))
    if not reader.begun:
        return Outcome(out, (e.ForgetReadings(),)) if state.own.known else Outcome(state)
    return Outcome(out, (e.AwaitReading(state.session_no, sorts, reader.after),)) if sorts else Outcome(state)


def forgotten(state: State, event: e.Forgotten) -> Outcome:
    """Until the hall has said so once, nothing is read here."""
    if state.reader.begun:
        return Outcome(state)
    at_s = state.now_s if event.done else state.now_s + AGAIN_S
    return Outcome(replace(state, reader=replace(state.reader, out=False, at_s=at_s, begun=event.done)))


def came(state: State, event: e.ReadingCame) -> Outcome:
    said, reader = event.reading, state.reader
    after = max(reader.after, said.n) if said else reader.after
    at_s = state.now_s + AGAIN_S if event.lost else state.now_s
    state = replace(state, reader=replace(reader, after=after, out=False, at_s=at_s))
    if said is None or event.session != state.session_no:
        return Outcome(state)
    sort: str = said.unreadable or said.what
    if sort not in wanted(state):
        return Outcome(state)
    state = replace(state, touched_at_s=state.now_s)
    if said.unreadable:
        return heard(state, "unreadable")
    if said.card is not None:
        return _card(state, said.card, said.n)
    if said.page is not None:
        return _page(state, s.Shot(said.page.media_type, event.data))
    return _code(state, said.code, f"code-{said.n}")


# -- a card ----------------------------------------------------------------------------------------


def _card(state: State, card: CardView, n: int) -> Outcome:
    step = state.session.step
    if isinstance(step, s.Asking):
        draft = cards.with_card(step.draft, step.at, card)
        return earlier.asked(_filled(state, step, replace(step, draft=draft)), card.number, n)
    if isinstance(step, s.FindReview):
        person = replace(step, person=card.number.upper()[: finding.PERSON_DIGITS])
        return finding.find_review(state, person, e.Key.FIND, f"card-{n}")
    if isinstance(step, s.Home | s.CheckIn | s.LookUp):
        return finding.by_card(state, step, card.number, n)
    assert isinstance(step, s.Prove), "no other page wants one"
    return proving.by_card(state, step, card.number, n)


def _filled(state: State, before: s.Asking, after: s.Asking) -> Outcome:
    """The open question shows what is there now; the others are passed over as they come."""
    if after.draft is before.draft:
        return heard(state, "nothing")
    shown = filling.turned(after, after.draft, after.at)
    return heard(on(state, shown).state, "filled")


# -- a page ----------------------------------------------------------------------------------------


def _page(state: State, shot: s.Shot) -> Outcome:
    step = state.session.step
    assert isinstance(step, s.Papers), "no other page wants one"
    return on(state, replace(step, shot=shot))


# -- a code ----------------------------------------------------------------------------------------


def _code(state: State, text: str, key: str) -> Outcome:
    """A ticket's own page, a review that a phone shows, or hands over; the number of a review."""
    step = state.session.step
    if isinstance(step, s.Asking):
        return _filled(state, step, replace(step, draft=cards.with_code(step.draft, step.at, text)))
    assert isinstance(step, s.Home | s.CheckIn | s.LookUp | s.FindReview | s.Review), "no other page wants one"
    if isinstance(step, s.Review):
        held = _TICKET.search(text)
        return bringing.bring(state, step, held[1], key) if held else heard(state, "nothing")
    address, _, fragment = text.partition("#")
    said = {name: values[0] for name, values in parse_qs(fragment).items() if _SECRET.fullmatch(values[0])}
    if address.endswith("/case") and "s" in said:
        asked = ask(state, "claim", key, body=u.ClaimBody(secret=said["s"]))
        return on(state, s.Waiting(step, asked), asked)
    if address.endswith("/case") and {"r", "t"} <= said.keys():
        case = Case(said["r"], said["t"], 0, kept=True)
        asked = ask(state, "review", key, case=case)
        return on(state, s.Waiting(step, asked), asked)
    if held := _TICKET.search(address):
        return on(state, s.Ticket(s.Watch(held[1]), read_here=True), e.FetchTicket(state.session_no, held[1]))
    if number := _NUMBER.fullmatch(text.strip()):
        typed = "".join(number.groups())
        if isinstance(step, s.FindReview):  # a number that is held for it stays
            return on(state, replace(step, typed=typed))
        return on(state, s.FindReview(typed, before=step) if isinstance(step, s.CheckIn) else s.FindReview(typed))
    return heard(state, "nothing")
