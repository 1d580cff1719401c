"""Notices (通知公告), newest first, each for as long as it holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from msgspec import Meta

from hall_daemon.matters.guide import Day, Key, Keys, Name, Part, Prose


class Notice(Part, frozen=True, kw_only=True):
    """From the day `since` on, to the end of the day `until` (None: till it is taken away). `matters`: which it is
    about."""

    id: Key
    since: Day
    until: Day | None = None
    title: Name
    text: Annotated[tuple[Prose, ...], Meta(max_length=20)] = ()
    matters: Keys = ()


def shown_on(notices: Iterable[Notice], day: date) -> tuple[Notice, ...]:
    """Those that hold on a day, newest first; of one day in the order of the file."""
    today = day.isoformat()
    held = [one for one in notices if one.since <= today and (one.until is None or today <= one.until)]
    return tuple(sorted(held, key=lambda one: one.since, reverse=True))
