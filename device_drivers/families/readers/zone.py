"""The machine-readable zone of passports, cards and visas (ICAO 9303): its formats, check digits and fields. Pure.

Check digits weigh 7-3-1, letters count from A = 10, < is 0. Sources: ICAO Doc 9303, parts 3 to 7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle
from typing import Final, NamedTuple

from device_drivers.events import Document, PersonCard
from device_drivers.families.readers.identity import iso_date

_VALUES: Final = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_LINE = re.compile("[A-Z0-9<]+")

# A place on a line: line, from, to.
Place = tuple[int, int, int]


class Format(NamedTuple):
    """`checked`: field -> where its check digit stands behind it. `composite`: what the last check digit covers."""

    name: str
    lines: int
    length: int
    document: Document
    places: dict[str, Place]
    composite: tuple[Place, ...]


_SECOND: Final[dict[str, Place]] = {
    "number": (1, 0, 9), "nationality": (1, 10, 13), "birth": (1, 13, 19), "sex": (1, 20, 21), "expiry": (1, 21, 27),
}
_NAMES_3: Final[Place] = (0, 5, 44)
_NAMES_2: Final[Place] = (0, 5, 36)
TD3 = Format(
    name="TD3", lines=2, length=44, document="passport",
    places={**_SECOND, "names": _NAMES_3, "optional": (1, 28, 42)}, composite=((1, 0, 10), (1, 13, 20), (1, 21, 43)),
)
TD2 = Format(
    name="TD2", lines=2, length=36, document="identity",
    places={**_SECOND, "names": _NAMES_2, "optional": (1, 28, 35)}, composite=((1, 0, 10), (1, 13, 20), (1, 21, 35)),
)
MRV_A = Format(
    name="MRV-A", lines=2, length=44, document="visa",
    places={**_SECOND, "names": _NAMES_3, "optional": (1, 28, 44)}, composite=(),
)
MRV_B = Format(
    name="MRV-B", lines=2, length=36, document="visa",
    places={**_SECOND, "names": _NAMES_2, "optional": (1, 28, 36)}, composite=(),
)
TD1 = Format(
    name="TD1", lines=3, length=30, document="identity",
    places={
        "number": (0, 5, 14), "optional": (0, 15, 30), "birth": (1, 0, 6), "sex": (1, 7, 8), "expiry": (1, 8, 14),
        "nationality": (1, 15, 18), "names": (2, 0, 30),
    },
    composite=((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
)
LONGEST_LINE = 44
SHORTEST_LINE = 30


class Zone(NamedTuple):
    """What a zone says. `broken`: fields whose check digit does not fit."""

    format: Format
    fields: dict[str, str]
    broken: tuple[str, ...]

    @property
    def valid(self) -> bool:
        return not self.broken


def check_digit(text: str) -> str:
    """Of characters A-Z, 0-9 and <. KeyError for others."""
    weights = cycle((7, 3, 1))
    return str(sum(_VALUES[character] * weight for character, weight in zip(text, weights, strict=False)) % 10)


def is_zone_text(text: str) -> bool:
    return _LINE.fullmatch(text) is not None


def format_of(lines: Sequence[str]) -> Format | None:
    """By how many lines there are and how long; visas begin with V."""
    if not lines or not all(is_zone_text(line) for line in lines):
        return None
    visa = lines[0].startswith("V")
    formats = (TD1, MRV_A, MRV_B) if visa else (TD1, TD3, TD2)
    shape = {len(line) for line in lines}
    return next((each for each in formats if each.lines == len(lines) and shape == {each.length}), None)


def read_zone(lines: Sequence[str]) -> Zone | None:
    """None for lines that are no zone."""
    found = format_of(lines)
    if found is None:
        return None
    said = {name: _at(lines, place) for name, place in found.places.items()}
    broken = [name for name in ("number", "birth", "expiry") if not _fits(lines, found, name, said)]
    if found is TD3 and not _check_is(_at(lines, (1, 42, 43)), said["optional"], may_be_empty=True):
        broken.append("optional")
    covered = "".join(_at(lines, part) for part in found.composite)
    if covered and _at(lines, _last(found)) != check_digit(covered):
        broken.append("composite")
    surname, _, given = said["names"].partition("<<")
    fields = {
        "type": lines[0][:2].rstrip("<"),
        "issuer": lines[0][2:5].rstrip("<"),
        "number": _number(lines, found, said),
        "surname": _words(surname),
        "given": _words(given),
        "nationality": said["nationality"].rstrip("<"),
        "birth": said["birth"],
        "sex": said["sex"].rstrip("<"),
        "expiry": said["expiry"],
    }
    return Zone(found, fields, tuple(broken))


def person_of(zone: Zone) -> PersonCard | None:
    """Whose it is; None when a check digit does not fit. The century of a birth is the later one that is not behind the
    end of the document."""
    said = zone.fields
    if not zone.valid or not said["number"]:
        return None
    expiry = iso_date(f"20{said['expiry']}")
    born = [date for date in (iso_date(f"20{said['birth']}"), iso_date(f"19{said['birth']}")) if date and date < expiry]
    return PersonCard(
        document=zone.format.document,
        number=said["number"],
        latin_name=", ".join(part for part in (said["surname"], said["given"]) if part),
        sex=said["sex"],
        nationality=said["nationality"],
        birth=next(iter(born), ""),
        issuer=said["issuer"],
        valid_to=expiry,
    )


def _at(lines: Sequence[str], place: Place) -> str:
    line, begins, ends = place
    return lines[line][begins:ends]


def _last(found: Format) -> Place:
    return (1, found.length - 1, found.length)


def _after(lines: Sequence[str], found: Format, name: str) -> str:
    line, _, ends = found.places[name]
    return lines[line][ends]


def _fits(lines: Sequence[str], found: Format, name: str, said: dict[str, str]) -> bool:
    digit = _after(lines, found, name)
    long = _long_number(found, said, digit) if name == "number" else None
    if long is not None:
        return long[1] == check_digit(long[0])
    return _check_is(digit, said[name], may_be_empty=False)


def _check_is(digit: str, text: str, *, may_be_empty: bool) -> bool:
    """An empty optional field may have 0 or < for its check."""
    if may_be_empty and not text.strip("<"):
        return digit in "0<"
    return digit == check_digit(text)


def _long_number(found: Format, said: dict[str, str], digit: str) -> tuple[str, str] | None:
    """(number, its check digit) where it goes on in the optional field of a card, which a < for the check says."""
    rest = said["optional"].partition("<")[0]
    if digit != "<" or found not in (TD1, TD2) or len(rest) < 2:
        return None
    return said["number"] + rest[:-1], rest[-1]


def _number(lines: Sequence[str], found: Format, said: dict[str, str]) -> str:
    long = _long_number(found, said, _after(lines, found, "number"))
    return (long[0] if long is not None else said["number"]).rstrip("<")


def _words(text: str) -> str:
    return " ".join(text.replace("<", " ").split())
