"""What can be looked up besides a number: how full it is, notices; and when the hall is asked for them. Pure."""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.wire.figures import ForecastFeed
from hall_daemon.wire.guides import Notices
from kiosk_ui.state import events as e
from kiosk_ui.state import rating
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State
from kiosk_ui.state.news import News
from kiosk_ui.state.outcome import Outcome, Table, on

# Both change slowly, with a file and with a forecast that is made every some minutes.
NEWS_S, NO_NEWS_S = 300.0, 60.0


def due(state: State) -> Outcome:
    """What is to be asked for by now, once the hall is there."""
    news, asked = state.news, list[e.Effect]()
    if state.link.hall is None:
        return Outcome(state)
    if news.notices_at_s is not None and state.now_s >= news.notices_at_s:
        asked.append(e.FetchNews("notices"))
        news = replace(news, notices_at_s=None)
    if news.forecast_at_s is not None and state.now_s >= news.forecast_at_s:
        asked.append(e.FetchNews("forecast"))
        news = replace(news, forecast_at_s=None)
    return Outcome(replace(state, news=news) if asked else state, tuple(asked))


def came(state: State, event: e.NewsCame) -> Outcome:
    return Outcome(replace(state, news=_read(state.news, event.said, state.now_s + NEWS_S)))


def _read(news: News, said: Notices | ForecastFeed, again_s: float) -> News:
    if isinstance(said, Notices):
        return replace(news, notices=said.notices, notices_at_s=again_s)
    known = [day for day in said.data.days[:1] if day.unknown is None]
    return replace(news, day=known[0] if known else None, forecast_at_s=again_s)


def lost(state: State, event: e.NewsLost) -> Outcome:
    """What was known stays."""
    again_s = state.now_s + NO_NEWS_S
    if event.what == "notices":
        return Outcome(replace(state, news=replace(state.news, notices_at_s=again_s)))
    return Outcome(replace(state, news=replace(state.news, forecast_at_s=again_s)))


def _open_all(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    return on(state, s.LookUps())


def _open_number(state: State, step: s.LookUps | s.CheckIn, press: e.Key, key: str) -> Outcome:
    return on(state, s.LookUp(arrived=isinstance(step, s.CheckIn)))


def _open_check_in(state: State, step: s.Home, press: e.Key, key: str) -> Outcome:
    return on(state, s.CheckIn()) if state.library.with_forms else Outcome(state)


def _first_page(state: State, step: s.CheckIn, press: e.Key, key: str) -> Outcome:
    return on(state, s.FIRST)


def _open_waits(state: State, step: s.LookUps, press: e.Key, key: str) -> Outcome:
    return on(state, s.Waits())


def _open_notices(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    return on(state, s.Notices())


def _choose_notice(state: State, step: s.Notices, press: e.ChooseNotice, key: str) -> Outcome:
    return on(state, s.OneNotice(press.notice)) if state.news.notice(press.notice) else Outcome(state)


AT: Table = {
    (s.LookUp, e.Key.OPEN_LOOKUPS): _open_all,
    (s.Home, e.Key.OPEN_CHECK_IN): _open_check_in,
    (s.CheckIn, e.Key.OPEN_LOOKUP): _open_number,
    (s.CheckIn, e.Key.BACK): _first_page,
    (s.LookUps, e.Key.OPEN_LOOKUP): _open_number,
    (s.LookUps, e.Key.OPEN_WAITS): _open_waits,
    (s.LookUps, e.Key.OPEN_NOTICES): _open_notices,
    (s.LookUps, e.Key.BACK): _open_number,
    (s.Waits, e.Key.BACK): _open_all,
    (s.Notices, e.ChooseNotice): _choose_notice,
    (s.Notices, e.Key.BACK): _open_all,
    (s.OneNotice, e.Key.BACK): _open_notices,
    **rating.AT,
}
