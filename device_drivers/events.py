"""What a device may say to the hall. What it is like (paper out, unplugged) is state, read with its health.

What was read of a card, a code or a paper is a person's: it shows in no log, error or list of variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

PadKey = Literal[
    "call", "recall", "start", "finish", "miss", "pause", "transfer", "confirm", "cancel", "hold",
    "resume", "evaluate",
]


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key pressed on pad `pad`. `value` is the number typed before the key, or None."""

    pad: str
    key: PadKey
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """Somebody rated the service at the evaluator that belongs to `pad`, 0..3 as it was sent."""

    pad: str
    value: int


@dataclass(frozen=True, slots=True)
class TicketAsked:
    """Somebody wants a number at a ticket machine: `button` says what for. The same `ask` again is the same asking, and
    gets the same number; "" is one by itself."""

    machine: str
    button: str
    ask: str = ""


class Private:
    """Somebody's. Its fields are for whoever asked for them; printed, it is its name alone."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


Document = Literal["resident", "hmt", "foreigner", "passport", "identity", "visa"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonCard(Private):
    """What a card or a passport says; "" where it says nothing. `hmt`: a residence permit of people of Hong Kong, Macau
    and Taiwan. Dates are ISO 8601; `valid_to` may be 长期. `sex` is M or F, `ethnicity` the code of GB/T 3304,
    `nationality` three letters."""

    document: Document
    number: str
    name: str = ""
    latin_name: str = ""
    sex: str = ""
    ethnicity: str = ""
    nationality: str = ""
    birth: str = ""
    address: str = ""
    issuer: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Code(Private):
    """A bar code or QR code: at most a few thousand characters, no control characters."""

    text: str


MediaType = Literal["image/jpeg", "image/png", "application/pdf"]
# More than that nobody takes as the file of a page: no reader hands it on, and no hall opens it.
LARGEST_PAGE: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Page(Private):
    """A picture of a paper, as the scanner or the camera made it."""

    media_type: MediaType
    data: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something was there and could not be read: a card that was pulled away, a frame that was damaged."""

    what: Literal["card", "code", "page"]


Reading = PersonCard | Code | Page | Unreadable


@dataclass(frozen=True, slots=True)
class Read:
    """Something was read at `reader`."""

    reader: str
    what: Reading


DeviceEvent = KeyPressed | Rated | Read | TicketAsked
