"""What stands around every page: the hall's name, how it is shown, the way home, the countdown. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hall_daemon.wire.messages import HallView
from kiosk_ui.presenters.figures import in_language, minutes
from kiosk_ui.presenters.page import Button, Call, Choice, Choices, Countdown, Header, Icon, Note, Toggle
from kiosk_ui.state import Language, State
from kiosk_ui.state import events as e
from kiosk_ui.state.model import choices_per_leaf, queues
from kiosk_ui.words import Words

# A hall that is always open closes then, and nobody need be told.
_MIDNIGHT = "24:00"


# The board of the first page shows so many calls; in large print fewer, larger ones.
_CALLS, _CALLS_LARGE = 3, 2


def header(state: State, words: Words) -> Header:
    hall = state.link.hall
    clock, mark = f"{state.clock:%H:%M}" if state.clock else "", state.settings.mark
    if hall is None:
        return Header(words("hall.unnamed"), "", clock=clock, mark=mark)
    name = in_language(words, hall.name)
    if state.away:
        return Header(name, words("status.away"), "warn", words("status.away"), clock=clock, mark=mark)
    if state.stale:
        return Header(name, words("status.late"), "warn", words("status.late"), clock=clock, mark=mark)
    if hall.open:
        ends = hall.closes not in (None, _MIDNIGHT)
        until = words("status.open_until", closes=hall.closes or "") if ends else words("status.open")
        return Header(name, until, "good", words("status.open"), clock=clock, mark=mark)
    until = words("status.opens", opens=hall.opens) if hall.opens else _until_another_day(words, hall)
    return Header(name, until, brief=words("status.shut"), clock=clock, mark=mark)


def board(state: State, words: Words) -> Header:
    """The same over the first page, with the day, how full the hall is and whom the windows called, latest first."""
    plain, hall, assist = header(state, words), state.link.hall, state.session.assist
    if hall is None:
        return plain
    date = words.date(state.clock) if state.clock else ""
    if state.away or state.stale:
        return plain._replace(date=date, tall=True)
    at_windows = [window for window in hall.windows if window.number and window.called_at]
    at_windows.sort(key=lambda window: window.called_at or "", reverse=True)
    shown = at_windows[: _CALLS_LARGE if assist.large and not assist.all else _CALLS]
    calls = tuple(Call(window.number or "", words("board.window", window=window.label)) for window in shown)
    windows = sum(window.status != "closed" for window in hall.windows)
    return plain._replace(
        date=date,
        calls_title=words("board.title") if calls else words("board.nobody"),
        calls=calls,
        people=words("board.people", n=sum(queue.waiting for queue in queues(state))),
        windows="" if assist.large else words("board.windows", n=windows) if windows else words("board.no_windows"),
        tall=True,
    )


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


def along(words: Words) -> Button:
    """Onto the person's own phone."""
    return Button("take-along", words("nav.along"), e.Key.TAKE_ALONG, "phone")


def cancel(words: Words) -> Button:
    """Away from the key that ends the visit."""
    return Button("cancel", words("nav.cancel"), e.Key.ASK_CANCEL, "close")


def helper(state: State, words: Words) -> Button:
    """A person, on every page that can promise one."""
    title = words("nav.helper.elder" if state.session.assist.all else "nav.helper")
    return Button("helper", title, e.Key.CALL_HELP, "helper")


def assists(state: State, words: Words, languages: Mapping[Language, Words]) -> tuple[Toggle | Button, ...]:
    """In 长辈模式, which is all of them: the way out of it, and to hear the page again."""
    language = _other_language(state, words, languages)
    if not state.session.assist.all:
        return (*toggles(state, words), language)
    out = _toggle(words, "senior", "close", True)._replace(title=words("toggle.senior.out"))
    again = (Button("repeat", words("repeat"), e.Key.REPEAT, "repeat"),) if state.speaks else ()
    return out, *again, language


def languages_page(state: State, words: Words, languages: Mapping[Language, Words]) -> Choices:
    """Every language, named as it names itself."""
    rows = tuple(
        Choice(f"language-{code}", "", each.name, "", e.Speak(code), icon="language",
            chosen=code == state.session.language)
        for code, each in languages.items()
    )
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(title=words("languages.title"), hint="", choices=rows, more=turn, per_leaf=choices_per_leaf(state),
        leaf=state.session.languages)


def _other_language(state: State, words: Words, languages: Mapping[Language, Words]) -> Button:
    """The other one, named as it names itself; of more than two, the list of them."""
    codes = list(languages)
    if len(codes) > _TWO:
        return Button("language", words("languages.key"), e.Key.OPEN_LANGUAGES, "language",
            spoken=words("languages.title"))
    now = codes.index(state.session.language) if state.session.language in codes else 0
    to = codes[(now + 1) % len(codes)]
    return Button("language", _brief(state, to, languages[to].name), e.Speak(to), "language", spoken=languages[to].name)


def toggles(state: State, words: Words) -> tuple[Toggle, ...]:
    assist = state.session.assist
    ways: tuple[tuple[e.Way, Icon, bool], ...] = (
        ("large", "large", assist.large), ("contrast", "contrast", assist.contrast), ("low", "low", assist.low),
        ("spoken", "speaker", assist.spoken), ("senior", "senior", assist.all),
    )
    short = ".short" if assist.large else ""
    offered = (each for each in ways if state.speaks or each[0] != "spoken")
    return tuple(_toggle(words, way, icon, on, short) for way, icon, on in offered)


def _toggle(words: Words, way: e.Way, icon: Icon, on: bool, short: str = "") -> Toggle:
    spoken = words("toggle.on" if on else "toggle.off", what=words(f"toggle.{way}.spoken"))
    return Toggle(way, words(f"toggle.{way}{short}"), e.Switch(way), on=on, spoken=spoken, icon=icon)


# So many languages need no list.
_TWO = 2
# What a language is called where large print has room for few letters.
_BRIEF = {"en": "EN"}


def _brief(state: State, language: Language, name: str) -> str:
    assist = state.session.assist
    return _BRIEF.get(language, name) if assist.large and not assist.all else name


def countdown(state: State, words: Words) -> Countdown | None:
    left_s = state.countdown_left_s
    if left_s is None:
        return None
    seconds = math.ceil(left_s)
    return Countdown(
        words("idle.title"),
        str(seconds),
        words("idle.text", n=seconds),
        Button("stay", words("idle.stay"), e.Key.STAY, "hand"),
        left=seconds / max(1, state.settings.countdown_s),
        hint=words("idle.spoken"),
    )


def ways(state: State, words: Words) -> tuple[Button, ...]:
    """Back, home and a person, always in these places."""
    return back(words), home(words), helper(state, words)
