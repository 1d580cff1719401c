"""What is said of a person: given once, kept in the vault, shown masked. Never in an event, a topic or a log."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from hall_daemon.wire.messages import Body, Message

# GB 11643: 17 digits weigh in, the last character checks them by ISO 7064 MOD 11-2.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class HolderBody(Body, frozen=True, kw_only=True):
    """Who holds a ticket. Give only what the matter needs; an id number is checked by its last digit."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    phone: Annotated[str, Meta(pattern=r"^(\+?[0-9][0-9 -]{4,19})?$")] = ""
    id_number: Annotated[str, Meta(pattern="^([0-9]{17}[0-9Xx])?$")] = ""


class HolderView(Message, frozen=True):
    """The holder as staff see it: 张*三, 138****1234. Empty where nothing was given."""

    ticket: str
    name: str
    phone: str
    id_number: str


def valid_id_number(number: str) -> bool:
    """Whether the check digit of an 18-character citizen number is right."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == number[17].upper()


def masked_name(name: str) -> str:
    """The first character and, of three and more, the last."""
    if len(name) < 3:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def masked_digits(number: str) -> str:
    """The first three and the last four characters, when there are enough between them to hide."""
    if len(number) < 11:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]
