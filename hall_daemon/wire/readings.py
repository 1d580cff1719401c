"""What a kiosk is told of what its readers read. For that kiosk alone, over HTTP; never in an event, a topic or a
log."""

from __future__ import annotations

from typing import Literal

from hall_daemon.wire.texts import Message


class CardView(Message, frozen=True, kw_only=True):
    """A card or a passport, as its reader gave it; "" where it says nothing. Dates are ISO 8601, `valid_to` may be
    长期."""

    document: Literal["resident", "hmt", "foreigner", "passport", "identity", "visa"]
    number: str
    name: str
    latin_name: str
    sex: str
    ethnicity: str
    nationality: str
    birth: str
    address: str
    issuer: str
    valid_from: str
    valid_to: str

    def __repr__(self) -> str:
        return "CardView(…)"


class PageOf(Message, frozen=True):
    """A picture that waits at `…/readings/{n}/page`."""

    media_type: str
    bytes: int


class ReadingView(Message, frozen=True, kw_only=True):
    """One thing that was read. `what` says which of the others is there; `unreadable` is a `card`, a `code` or a
    `page` that could not be read. The next poll names `n` as `after`: then this one is gone."""

    n: int
    reader: str
    what: Literal["card", "code", "page", "unreadable"]
    card: CardView | None = None
    code: str = ""
    page: PageOf | None = None
    unreadable: Literal["", "card", "code", "page"] = ""

    def __repr__(self) -> str:
        return f"ReadingView({self.what})"


class Scanning(Message, frozen=True):
    """How many scanners and cameras were told to take a picture."""

    scanners: int
