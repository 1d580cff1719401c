"""An answer that can be read and still not be shown is none: a text without Chinese, a thirteenth month. Pure."""

from __future__ import annotations

from hall_daemon.wire.guides import Notices
from kiosk_ui.state import events as e

WHY = "its answer cannot be used"


def as_lost(event: e.Event) -> e.Event | None:
    """What is as if no answer had come; None for what is no answer of the hall."""
    if isinstance(event, e.HallCame):
        return e.HallLost(WHY)
    if isinstance(event, e.SettingsCame | e.SettingsRefused):
        return e.SettingsLost(WHY)
    if isinstance(event, e.GuidesCame):
        return e.GuidesLost(WHY)
    if isinstance(event, e.NewsCame):
        return e.NewsLost("notices" if isinstance(event.said, Notices) else "forecast", WHY)
    if isinstance(event, e.ReadingCame):
        return None if event.lost else e.ReadingCame(event.session, lost=True)
    return _of_person(event)


def _of_person(event: e.Event) -> e.Lost | None:
    if isinstance(event, e.Drawn):
        return e.Lost(event.session, "draw", event.key, WHY)
    if isinstance(event, e.TicketCame):
        return e.Lost(event.session, "ticket", event.ref, WHY)
    if isinstance(event, e.PressTaken | e.CaseTold):
        return e.Lost(event.session, event.about, event.key, WHY)
    if isinstance(event, e.Refused):
        return e.Lost(event.session, event.about, event.ref, WHY)
    if isinstance(event, e.GuideCame):
        return e.Lost(event.session, "guide", event.matter, WHY)
    if isinstance(event, e.PictureCame):
        return e.Lost(event.session, "picture", event.file, WHY)
    if isinstance(event, e.MattersFound):
        return e.Lost(event.session, "search", event.typed, WHY)
    if isinstance(event, e.VisitRated):
        return e.Lost(event.session, "rate", event.key, WHY)
    if isinstance(event, e.HelpSeen):
        return e.Lost(event.session, "helper", event.call, WHY)
    return e.Lost(event.session, "help", event.key, WHY) if isinstance(event, e.HelpCalled) else None
