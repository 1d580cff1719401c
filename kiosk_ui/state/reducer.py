"""The kiosk's rules: an event makes new state and the effects it asks for. Pure; one row of a table per event.

What a press does depends on the step, see `presses`; what an answer to the person does, on the ticket, see `answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from msgspec import structs

from hall_daemon.wire.kiosks import KioskSettings
from kiosk_ui.state import events as e
from kiosk_ui.state import helping, looking, reading
from kiosk_ui.state import steps as s
from kiosk_ui.state.answers import TRANSIENT, answered
from kiosk_ui.state.cases import looked
from kiosk_ui.state.model import Library, Link, Own, Session, State
from kiosk_ui.state.presses import Outcome, draw_effect, gone, pressed, wiped

# Figures change with every call: a few seconds are live enough, and a 304 costs nothing.
POLL_S = 3.0
# What a kiosk is changes with the hall's configuration, seldom.
SETTINGS_S = 60.0
# What there are guides for changes with the hall's files; a hall that has none is asked now and then.
GUIDES_S, NO_GUIDES_S = 300.0, 60.0
# Between tries while the hall is away; the last one goes on for ever.
BACKOFF_S = (1.0, 2.0, 3.0, 5.0)


def start(
    now_s: float, overrides: Mapping[str, Any] | None = None, measured_mm: tuple[int, int] | None = None,
    *, speaks: bool = True,
) -> State:
    """The first page; the first Tick asks for the hall and what this kiosk is. `measured_mm`: what the screen says of
    its size."""
    settings = KioskSettings(**(overrides or {}))
    return State(
        settings=settings,
        overrides=overrides or {},
        own=Own(ask_at_s=now_s),
        session=Session(language=settings.language),
        link=Link(poll_at_s=now_s),
        touched_at_s=now_s,
        now_s=now_s,
        measured_mm=measured_mm,
        speaks=speaks,
    )


def reduce(state: State, event: e.Event, now_s: float) -> Outcome:
    rule = _ON.get(type(event), answered)
    return rule(replace(state, now_s=now_s), event)


# -- time ------------------------------------------------------------------------------------------


def _tick(state: State, event: e.Tick) -> Outcome:
    effects: list[e.Effect] = []
    if event.clock is not None:
        state = replace(state, clock=event.clock)
    if state.countdown_left_s == 0:
        state, effects[:] = gone(state, Outcome(wiped(state)))
    if _due(state, state.own.ask_at_s):
        effects.append(e.FetchSettings())
        state = replace(state, own=replace(state.own, ask_at_s=None))
    if _due(state, state.link.poll_at_s):
        effects.append(e.FetchHall(state.link.etag))
        state = replace(state, link=replace(state.link, poll_at_s=None))
    if _due(state, state.library.ask_at_s) and state.link.hall is not None:
        effects.append(e.FetchGuides())
        state = replace(state, library=replace(state.library, ask_at_s=None))
    state, news = looking.due(state)
    effects += news
    step = state.session.step
    if isinstance(step, s.Drawing) and _due(state, step.draw.retry_at_s):
        draw = step.draw._replace(attempt=step.draw.attempt + 1, retry_at_s=None)
        effects.append(draw_effect(state, draw))
        step = replace(step, draw=draw)
    ticket = s.followed(step)
    if ticket is not None and _due(state, ticket.watch.next_at_s):
        effects.append(e.FetchTicket(state.session_no, ticket.watch.ref))
        step = s.watching(step, ticket.watch._replace(next_at_s=None))
    state, asked = looked(replace(state, session=replace(state.session, step=step)))
    state, helped = helping.looked(state)
    state, read = reading.looked(state)
    return Outcome(state, (*effects, *asked, *helped, *read))


def _due(state: State, at_s: float | None) -> bool:
    return at_s is not None and state.now_s >= at_s


# -- the person ------------------------------------------------------------------------------------


def _stirred(state: State, event: e.Stirred) -> Outcome:
    """While the countdown shows only its button counts: whoever walks past must not keep a session alive."""
    if state.countdown_left_s is not None:
        return Outcome(state)
    return Outcome(replace(state, touched_at_s=state.now_s))


def _pressed(state: State, event: e.Pressed) -> Outcome:
    state = replace(state, touched_at_s=state.now_s)
    leaf = state.session.languages
    if event.press is e.Key.OPEN_LANGUAGES:
        return Outcome(_languages(state, 0))
    if leaf >= 0 and event.press is e.Key.TURN_LEAF:
        return Outcome(_languages(state, leaf + 1))
    if leaf >= 0 and not isinstance(event.press, e.Switch):
        state = _languages(state, -1)
        if event.press is e.Key.BACK:
            return Outcome(state)
    return pressed(state, event.press, event.spare_key)


def _languages(state: State, leaf: int) -> State:
    """The list of languages lies over the page, or does not any more."""
    return replace(state, session=replace(state.session, languages=leaf))


# -- the hall --------------------------------------------------------------------------------------


def _hall_came(state: State, event: e.HallCame) -> Outcome:
    link = Link(hall=event.hall, etag=event.etag, got_at_s=state.now_s, poll_at_s=state.now_s + POLL_S)
    return Outcome(replace(_heard_again(state), link=link))


def _hall_same(state: State, event: e.HallSame) -> Outcome:
    link = replace(state.link, got_at_s=state.now_s, failures=0, poll_at_s=state.now_s + POLL_S, refused=False)
    return Outcome(replace(_heard_again(state), link=link))


def _heard_again(state: State) -> State:
    """A hall that was away may have been given another configuration."""
    if not state.link.failures or state.own.ask_at_s is None:
        return state
    return replace(state, own=replace(state.own, ask_at_s=state.now_s))


def _hall_lost(state: State, event: e.HallLost) -> Outcome:
    failures = state.link.failures + 1
    link = replace(state.link, failures=failures, poll_at_s=_again_s(state, failures), refused=event.refused)
    return Outcome(replace(state, link=link))


def _again_s(state: State, failures: int) -> float:
    return state.now_s + BACKOFF_S[min(failures, len(BACKOFF_S)) - 1]


# -- what this kiosk is ----------------------------------------------------------------------------


def _settings_came(state: State, event: e.SettingsCame) -> Outcome:
    """Who is in front of the screen keeps their language; nobody has the one that the kiosk begins with."""
    settings = structs.replace(event.settings, **state.overrides)
    session = Session(language=settings.language) if state.fresh else state.session
    own = Own(known=True, ask_at_s=state.now_s + SETTINGS_S)
    return Outcome(replace(state, settings=settings, session=session, own=own))


def _settings_refused(state: State, event: e.SettingsRefused) -> Outcome:
    if event.problem.code in TRANSIENT:
        return _settings_lost(state, e.SettingsLost(event.problem.code))
    own = replace(state.own, refusal=event.problem, ask_at_s=_again_s(state, len(BACKOFF_S)))
    return Outcome(replace(state, own=own))


def _settings_lost(state: State, event: e.SettingsLost) -> Outcome:
    """What was known stays true until somebody says otherwise."""
    failures = state.own.failures + 1
    return Outcome(replace(state, own=replace(state.own, failures=failures, ask_at_s=_again_s(state, failures))))


# -- what it has guides for ------------------------------------------------------------------------


def _guides_came(state: State, event: e.GuidesCame) -> Outcome:
    said = event.guides
    library = Library(groups=said.groups, guides=said.guides, ask_at_s=state.now_s + GUIDES_S)
    return Outcome(replace(state, library=library))


def _guides_lost(state: State, event: e.GuidesLost) -> Outcome:
    """What was known stays."""
    return Outcome(replace(state, library=replace(state.library, ask_at_s=state.now_s + NO_GUIDES_S)))


_ON: dict[type[e.Event], Callable[[State, Any], Outcome]] = {
    e.Tick: _tick,
    e.Stirred: _stirred,
    e.Pressed: _pressed,
    e.HallCame: _hall_came,
    e.HallSame: _hall_same,
    e.HallLost: _hall_lost,
    e.SettingsCame: _settings_came,
    e.SettingsRefused: _settings_refused,
    e.SettingsLost: _settings_lost,
    e.GuidesCame: _guides_came,
    e.GuidesLost: _guides_lost,
    e.ReadingCame: reading.came,
    e.Forgotten: reading.forgotten,
    e.NewsCame: looking.came,
    e.NewsLost: looking.lost,
}
