"""What an LED big screen shows, as a text for each of its areas: the content of the big screen's page. Pure.

A card has one fixed type and no colours to spare: Chinese only, one thing an area, a call lit while it is new.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from device_drivers.ports import ScreenText
from hall_daemon.config.settings import Board
from hall_daemon.wire.screen_words import Speech
from hall_daemon.wire.screens import Called, ScreenView
from hall_daemon.words.text import CHINESE

# A call is new for 15 s; of more than there are areas for each stands for six seconds, the newest at once.
NEW_S, PAGE_S, STALE_S = 15.0, 6.0, 60.0
NOTICE_S = 8.0
_NOTHING = ScreenText("")

T = TypeVar("T")


def board_texts(board: Board, view: ScreenView, timezone: str, now_s: float) -> dict[str, ScreenText]:
    """Area -> what it shows at `now_s` since 1970 UTC."""
    speech, zone = Speech(CHINESE), board.zone
    calls = [call for call in view.called if zone in ("", call.zone)]
    missed = [one.number for one in view.missed if zone in ("", one.zone)][:3]
    queues = [queue for queue in view.queues if not zone or zone in queue.zones]
    turn = int(now_s // NOTICE_S)
    desk = speech("missed" if missed else "missed_none", desk=speech.named(view.desk))
    shown: dict[str, ScreenText] = dict(zip(board.calls, _calls(board, view, speech, calls, now_s), strict=True))
    for area, queue in _turns(board.waits, queues, turn):
        words = f"{queue.prefix} {speech.named(queue.name)} {speech.wait(queue, upright=False)}" if queue else ""
        shown[area] = ScreenText(words)
    for area, notice in _turns(board.notices, view.notices, turn):
        shown[area] = ScreenText(speech.named(notice) if notice else "")
    clock = datetime.fromtimestamp(now_s, ZoneInfo(timezone))
    shown |= dict.fromkeys(board.missed, ScreenText(" ".join((desk, *missed))))
    shown |= dict.fromkeys(board.clock, ScreenText(f"{clock:%H:%M}"))
    return shown


def _calls(
    board: Board, view: ScreenView, speech: Speech, calls: Sequence[Called], now_s: float
) -> Iterator[ScreenText]:
    room = len(board.calls)
    rows, new = _standing(calls, room, now_s)
    if not rows and room:
        yield ScreenText(_message(view, speech))
        room -= 1
    for at in range(room):
        if at < len(rows):
            call = rows[at]
            label = speech.short_window(call.label)
            yield ScreenText(board.call.format(number=call.number, window=call.label, place=label), call in new)
        else:
            yield _NOTHING


def _standing(calls: Sequence[Called], room: int, now_s: float) -> tuple[list[Called], list[Called]]:
    """Which calls stand there now, newest first, and those that are new."""
    age_s = {call.number: now_s - datetime.fromisoformat(call.called_at).timestamp() for call in calls}
    young = sum(age < STALE_S for age in age_s.values())
    horizon_s = max(NEW_S, min(STALE_S, PAGE_S * math.ceil(young / max(1, room))))
    new = [call for call in calls if age_s[call.number] < horizon_s]
    if len(new) <= room:
        return list(calls[:room]), [call for call in new if age_s[call.number] < NEW_S]
    first = new[:1] if age_s[new[0].number] < PAGE_S else []
    rest, left = new[len(first) :], room - len(first)
    if not left:
        return first, first
    page = int(now_s // PAGE_S) % math.ceil(len(rest) / left)
    return first + rest[page * left : (page + 1) * left], new


def _message(view: ScreenView, speech: Speech) -> str:
    """What stands in place of calls."""
    if view.open or view.serving or any(queue.waiting for queue in view.queues):
        return speech("none_called")
    opens = speech("opens", opens=view.opens) if view.opens else speech.reopening(view.reopens)
    return " ".join(filter(None, (speech("closed"), opens)))


def _turns(areas: Sequence[str], things: Sequence[T], turn: int) -> Iterator[tuple[str, T | None]]:
    """Each area and what stands there in this turn; more things than areas change places with the others."""
    pages = max(1, math.ceil(len(things) / max(1, len(areas))))
    first = max(0, min(turn % pages * len(areas), len(things) - len(areas)))
    shown = things[first : first + len(areas)]
    for at, area in enumerate(areas):
        yield area, shown[at] if at < len(shown) else None
