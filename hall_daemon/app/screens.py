"""The big screens' state: who was called last, who was missed, what else stands there. Pure.

Calls are remembered from events (`last_calls`); whether one still counts says the hall: a call that was undone, or
whose ticket waits again, is none.
"""

from __future__ import annotations

from collections import Counter

from hall_daemon.app.states import Stamp, opening_now
from hall_daemon.app.view_context import ViewContext, iso
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Window
from hall_daemon.wire.screens import Called, Missed, ScreenLook, ScreenState
from hall_daemon.wire.texts import Text
from hall_daemon.words.tables import tables
from hall_daemon.words.text import same

# Of one zone; more than a screen shows, and at once more than any hall calls in the time that a call stays new.
CALLED_EACH, MISSED_EACH = 24, 3
_SHOWN = frozenset({"called", "serving", "held", "served"})


def screen_state(ctx: ViewContext, hall: Hall, now: Moment, at: Stamp) -> ScreenState:
    plan, settings, recent = ctx.plan, ctx.screen, ctx.recent()
    zones = dict.fromkeys(window.zone for window in plan.windows.values())
    called: list[Called] = []
    missed: list[Missed] = []
    seen: set[str] = set()
    full: Counter[str] = Counter()
    for ticket_id, window_id, wall in recent.called:
        ticket, window = hall.tickets.get(ticket_id), plan.windows.get(window_id)
        if ticket is None or window is None or ticket_id in seen or ticket.state not in _SHOWN:
            continue
        seen.add(ticket_id)
        if _room(full, window, CALLED_EACH):
            called.append(
                Called(
                    number=ticket.number, window=window.id, label=window.label, zone=window.zone, calls=ticket.calls,
                    called_at=iso(wall),
                )
            )
    full.clear()
    for ticket_id, window_id, _ in recent.missed:
        ticket, window = hall.tickets.get(ticket_id), plan.windows.get(window_id)
        if ticket is None or window is None or ticket_id in seen or ticket.state != "missed":
            continue
        seen.add(ticket_id)
        if _room(full, window, MISSED_EACH):
            missed.append(Missed(ticket.number, window.zone))
    return ScreenState(
        **at,
        name=settings.name or plan.name,
        called=tuple(called),
        missed=tuple(missed),
        notices=_notices(ctx, hall, now),
        desk=settings.desk or tables().text("screen.desk"),
        zones={zone: settings.zones.get(zone, same(zone)) for zone in zones},
        short={id_: settings.names.get(id_, queue.name) for id_, queue in plan.queues.items()},
        queue_zones={
            id_: tuple(dict.fromkeys(plan.windows[window].zone for window in windows))
            for id_, windows in ctx.queue_windows.items()
        },
        look=ScreenLook(
            theme=settings.theme, ground=settings.ground, inches=settings.inches, metres=settings.metres,
            languages=settings.languages,
        ),
        timezone=plan.timezone,
    )


def _room(full: Counter[str], window: Window, most: int) -> bool:
    full[window.zone] += 1
    return full[window.zone] <= most


def _notices(ctx: ViewContext, hall: Hall, now: Moment) -> tuple[Text, ...]:
    """Those that can be said now, by language."""
    if not ctx.screen.notices:
        return ()
    opening = opening_now(ctx, hall, now)
    figures = {
        "opens": opening.opens,
        "closes": opening.closes,
        "waiting": str(sum(map(hall.waiting, ctx.plan.services))),
        "windows_open": str(len(hall.open_windows)),
    }
    facts = {name: fact for name, fact in figures.items() if fact is not None}
    said = []
    for notice in ctx.screen.notices:
        try:
            said.append({language: text.format_map({**facts, "hall": _hall(ctx, language)})
                         for language, text in notice.items()})
        except KeyError:
            continue
    return tuple(said)


def _hall(ctx: ViewContext, language: str) -> str:
    return (ctx.screen.name or ctx.plan.name).get(language, ctx.plan.name["zh"])
