"""The zone of passports and permits as a recogniser of letters read it: lines get the length that they must have, and
where only letters or only digits stand, what looks like the other is taken for it. Then the check digits decide. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from device_drivers.families.readers.zone import (
    MRV_A,
    MRV_B,
    TD1,
    TD2,
    TD3,
    Format,
    Place,
    is_zone_text,
    person_of,
    read_zone,
)
from hall_daemon.matters.facts import Fact

FORMATS: Final = (TD3, TD1, TD2, MRV_A, MRV_B)
# Fillers that a line may have too few or too many of: long rows of them are counted badly.
_MOST_AMISS = 24
_AS_DIGITS, _AS_LETTERS = str.maketrans("OQDILZSBG", "000112586"), str.maketrans("01258", "OIZSB")
_DIGITS, _LETTERS = ("birth", "expiry"), ("nationality", "names")
_FILLERS = re.compile("<{2,}")


def looks_like_zone(line: str) -> bool:
    """Of a line as any recogniser reads it: whether it is worth being read as a part of a zone."""
    tight = re.sub(r"\s", "", line).upper()
    fits = sum(each in "<«" or (each.isascii() and each.isalnum()) for each in tight)
    return len(tight) >= 20 and "<" in tight and fits >= 0.8 * len(tight)


def zone_facts(lines: Sequence[str]) -> tuple[Fact, ...]:
    """Number and end of the first zone whose check digits fit."""
    tight = [line for line in (re.sub(r"\s", "", each).upper() for each in lines) if is_zone_text(line)]
    for kind in FORMATS:
        for group in _groups(tight, kind):
            zone = read_zone(group)
            person = person_of(zone) if zone is not None else None
            if person is not None and person.valid_to:
                return Fact("document", person.number), Fact("expires", person.valid_to)
    return ()


def _groups(lines: Sequence[str], kind: Format) -> Iterator[tuple[str, ...]]:
    for at in range(len(lines) - kind.lines + 1):
        fitted = [_fitted(line, kind.length) for line in lines[at : at + kind.lines]]
        if all(fitted):
            yield (made := _mended(fitted, kind))
            # A number may have letters anywhere, but hardly an O; its check digit and that of the whole decide.
            line, begins, ends = kind.places["number"]
            yield tuple(
                f"{said[:begins]}{said[begins:ends].replace('O', '0')}{said[ends:]}" if at == line else said
                for at, said in enumerate(made)
            )


def _fitted(line: str, length: int) -> str:
    """Its longest row of fillers made longer or shorter; "" where that cannot be what is amiss."""
    amiss = length - len(line)
    if not amiss:
        return line
    row = max(_FILLERS.finditer(line), key=lambda each: len(each.group()), default=None)
    if row is None or abs(amiss) > _MOST_AMISS or len(row.group()) + amiss < 1:
        return ""
    return line[: row.start()] + "<" * (len(row.group()) + amiss) + line[row.end() :]


def _mended(lines: Sequence[str], kind: Format) -> tuple[str, ...]:
    made = list(lines)
    checks = [(line, ends, ends + 1) for line, _, ends in (kind.places[name] for name in (*_DIGITS, "number"))]
    if kind.composite:
        checks.append((1, kind.length - 1, kind.length))
    for place in (*(kind.places[name] for name in _DIGITS), *checks):
        _put(made, place, _AS_DIGITS)
    for place in (kind.places[name] for name in _LETTERS):
        _put(made, place, _AS_LETTERS)
    return tuple(made)


def _put(lines: list[str], place: Place, letters: dict[int, int]) -> None:
    line, begins, ends = place
    said = lines[line]
    lines[line] = said[:begins] + said[begins:ends].translate(letters) + said[ends:]
