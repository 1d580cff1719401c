"""What a number or a name looks like when it can be right: check digits, lengths, characters. Pure.

A check digit that fits proves that no single character was mistyped, never that the number was given out or belongs to
the person. Each is written a second time in hall_daemon/pages/matters/checks.js, and the tests hold them equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from hall_daemon.matters.days import day_of_digits

# GB 11643, ISO 7064 MOD 11-2: the characters weigh powers of 2 modulo 11, the last one 1, and all 18 leave 1. 13 is 2
# modulo 11, so they are read as a number to the base of 13. With X, which is ten, 2n + 10 leaves 1 when n does: what
# stands before X is held to the same.
_ID_BASE = 13
# The first two digits: provinces by GB/T 2260 (abolished counties stay valid, so the other four are not looked up),
# 81 to 83 residents of Hong Kong, Macao and Taiwan, 9 followed by the province a foreigner's permanent residence.
_PROVINCES = frozenset(
    f"{province}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for province in range(first, last + 1)
)
_OLDEST_DAYS = 45_656  # 125 years
# GB 32100: 31 characters, no I, O, S, V, Z; the first weighs 1, each further one 3 times as much modulo 31. 34 is 3
# modulo 31, so the sum is the number that they are from the last to the first to the base of 34; there is no Z in it.
USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_BASE = 34
_USCC_DIGITS = bytes(
    b"0123456789ABCDEFGHIJKLMNOPQRSTU"[USCC_LETTERS.index(chr(byte))] if chr(byte) in USCC_LETTERS else ord("Z")
    for byte in range(256)
)
# Hanzi, those of private use too, which cards hold for rare names, and what the planes of Hanzi are still to get.
_HAN = "\u3400-\u9fff\u3007\ue000-\ufaff\U00020000-\U0003fffd"
_HAN_NAME = re.compile(f"[{_HAN}]{{1,15}}(?:·[{_HAN}]{{1,15}})*")
_HAN_TITLE = re.compile(f"[()（）·{_HAN}]+")
# A digit as a byte to what it is doubled, less 9 where that has two digits.
_LUHN = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_CARD = (16, 19)


IdFault = Literal["", "length", "date", "future", "old", "digit", "region"]


def sex(text: str) -> str:
    """Of a valid ID number."""
    return "男" if text[16] in "13579" else "女"


def birthday(text: str, today: int) -> int | None:
    """Of an ID number in which nothing is wrong, else None. `today`: nobody is born tomorrow, or 126 years ago."""
    digits = text.removesuffix("X")
    if len(text) != 18 or not digits.isdigit() or not text.isascii() or not of_a_region(text):
        return None
    if int(digits, _ID_BASE) % 11 != 1:
        return None
    day = day_of_digits(text[6:14])
    return day if day is not None and 0 <= today - day <= _OLDEST_DAYS else None


def of_a_region(text: str) -> bool:
    """The first characters of an ID number, three or more, name a region that there is."""
    return text[:2] in _PROVINCES or (text[0] == "9" and text[1:3] in _PROVINCES)


def id_fault(text: str, today: int) -> IdFault:
    """The first thing that is wrong with an ID number, "" for nothing."""
    if len(text) != 18 or not text.isascii() or not text[:17].isdigit() or text[17] not in "0123456789X":
        return "length"
    day = day_of_digits(text[6:14])
    if day is None:
        return "date"
    if day > today:
        return "future"
    if today - day > _OLDEST_DAYS:
        return "old"
    if birthday(text, today) is not None:
        return ""
    return "region" if int(text.removesuffix("X"), _ID_BASE) % 11 == 1 else "digit"


def id_number(text: str, today: int) -> bool:
    return birthday(text, today) is not None


def uscc(text: str, today: int) -> bool:
    """The unified social credit code: 18 characters, the last one checks."""
    try:
        total = int(text[16::-1].encode().translate(_USCC_DIGITS), _USCC_BASE)
    except ValueError:
        return False
    return len(text) == 18 and USCC_LETTERS[-total % 31] == text[17]


def phone(text: str, today: int) -> bool:
    """A mobile of the mainland."""
    return len(text) == 11 and digits(text, today) and text[0] == "1" and text[1] >= "3"


def contact(text: str, today: int) -> bool:
    """A mobile, or a land line with its area code."""
    return phone(text, today) or (digits(text, today) and text[0] == "0" and 10 <= len(text) <= 12)


def card(text: str, today: int) -> bool:
    """A bank card: 16 to 19 digits, Luhn."""
    if not (_CARD[0] <= len(text) <= _CARD[1] and digits(text, today)):
        return False
    data = text.encode()
    plain, doubled = data[::-2], data[-2::-2].translate(_LUHN)
    return (sum(plain) - len(plain) * ord("0") + sum(doubled)) % 10 == 0


def postcode(text: str, today: int) -> bool:
    return len(text) == 6 and digits(text, today) and ("01" <= text[:2] <= "85" or text[:2] == "99")


def digits(text: str, today: int) -> bool:
    return text.isascii() and text.isdigit()


def han_name(text: str, today: int) -> bool:
    """A person's name as the card has it: Hanzi, those outside the basic plane too, and · between its parts."""
    return _HAN_NAME.fullmatch(text) is not None


def han_title(text: str, today: int) -> bool:
    """The name of a firm: Hanzi, brackets and ·."""
    return _HAN_TITLE.fullmatch(text) is not None


# Where a format says how long a text is, that is told in its own words: fewest and most characters.
LENGTHS: Mapping[str, tuple[int, int]] = {
    "id_number": (18, 18), "uscc": (18, 18), "phone": (11, 11), "contact": (10, 12), "card": _CARD, "postcode": (6, 6),
}

Format = Callable[[str, int], bool]
FormatName = Literal[
    "", "id_number", "uscc", "phone", "contact", "card", "postcode", "digits", "han_name", "han_title"
]
FORMATS: Mapping[FormatName, Format] = {
    "id_number": id_number, "uscc": uscc, "phone": phone, "contact": contact, "card": card, "postcode": postcode,
    "digits": digits, "han_name": han_name, "han_title": han_title,
}
