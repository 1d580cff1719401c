"""What stands around every page: the hall's name, how it is shown, the way home, the countdown. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hall_daemon.wire.messages import HallView
from kiosk_ui.presenters.figures import in_language, minutes
from kiosk_ui.presenters.page import Button, Countdown, Header, Note, Toggle
from kiosk_ui.state import Language, State
from kiosk_ui.state import events as e
from kiosk_ui.words import Words

# A hall that is always open closes then, and nobody need be told.
_MIDNIGHT = "24:00"


def header(state: State, words: Words) -> Header:
    hall = state.link.hall
    if hall is None:
        return Header(words("hall.unnamed"), "")
    name = in_language(words, hall.name)
    if state.away:
        return Header(name, words("status.away"), "warn")
    if state.stale:
        return Header(name, words("status.late"), "warn")
    if hall.open:
        ends = hall.closes not in (None, _MIDNIGHT)
        until = words("status.open_until", closes=hall.closes) if ends else words("status.open")
        return Header(name, until, "good")
    return Header(name, words("status.opens", opens=hall.opens) if hall.opens else _until_another_day(words, hall))


def _until_another_day(words: Words, hall: HallView) -> str:
    """It does not open again today, or not at all, and when it does again."""
    all_day = any(service.closed_because == "hall_closed_all_day" for service in hall.services)
    key = "status.all_day" if all_day else "status.closed"
    if hall.reopens is None:
        return words(key)
    day, _, time = hall.reopens.partition("T")
    _, month, number = map(int, day.split("-"))
    return words(f"{key}_again", next=words("status.day", month=month, day=number, time=time))


def late_banner(state: State, words: Words) -> Note | None:
    """Old figures say that they are old, and how old."""
    if not state.stale:
        return None
    age = minutes(words, state.now_s - state.link.got_at_s)
    return Note("late", words("late.banner", age=age), "warn")


def back(words: Words) -> Button:
    return Button("back", words("nav.back"), e.Key.BACK, "back")


def home(words: Words) -> Button:
    return Button("home", words("nav.home"), e.Key.HOME, "home")


def cancel(words: Words) -> Button:
    """Away from the key that ends the visit."""
    return Button("cancel", words("nav.cancel"), e.Key.ASK_CANCEL, "clear")


def lookup(words: Words) -> Button:
    return Button("lookup", words("nav.lookup"), e.Key.OPEN_LOOKUP, "search")


def other_language(state: State, languages: Mapping[Language, Words]) -> Button:
    """The next one, named as it names itself."""
    codes = list(languages)
    now = codes.index(state.session.language) if state.session.language in codes else 0
    to = codes[(now + 1) % len(codes)]
    return Button("language", languages[to].name, e.Speak(to), "language")


def toggles(state: State, words: Words) -> tuple[Toggle, ...]:
    assist = state.session.assist
    ways: tuple[tuple[e.Way, bool], ...] = (
        ("large", assist.large), ("contrast", assist.contrast), ("low", assist.low), ("senior", assist.all)
    )
    return tuple(_toggle(words, way, on) for way, on in ways)


def _toggle(words: Words, way: e.Way, on: bool) -> Toggle:
    """Its name is that of its icon."""
    spoken = words("toggle.on" if on else "toggle.off", what=words(f"toggle.{way}.spoken"))
    return Toggle(name=way, title=words(f"toggle.{way}"), press=e.Switch(way), on=on, spoken=spoken)


def countdown(state: State, words: Words) -> Countdown | None:
    left_s = state.countdown_left_s
    if left_s is None:
        return None
    seconds = math.ceil(left_s)
    return Countdown(
        words("idle.title"),
        str(seconds),
        words.count("idle.text", seconds),
        Button("stay", words("idle.stay"), e.Key.STAY),
    )
