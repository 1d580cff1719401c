"""What a page says to a machine, in the child: QR codes where zxing-cpp is there, the text that a PDF carries, the zone
at the foot of passports and permits. Numbers alone leave the child, and only those whose check digits fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from PIL import Image

from device_drivers.families.readers.zone import is_zone_text, person_of, read_zone
from hall_daemon.matters.facts import LONGEST_TEXT, MOST_FACTS, Fact, numbers_in

try:
    import zxingcpp
except ImportError:  # an extra: without it no codes are read
    zxingcpp = None  # type: ignore[assignment]

MOST_CODES = 8
# Lines of passports, of visas and old cards, of permits.
_ZONE_LINES = frozenset({30, 36, 44})


def facts_of(image: Image.Image, text: str, today: int) -> tuple[Fact, ...]:
    """`text`: what the page carries beside its picture, "" for none."""
    found: dict[Fact, None] = {}
    for said in (*_codes(image), text[:LONGEST_TEXT]):
        found |= dict.fromkeys((*numbers_in(said, today), *_zone(said)))
    return tuple(found)[:MOST_FACTS]


def _codes(image: Image.Image) -> Iterable[str]:
    if zxingcpp is None:
        return ()
    grey = image if image.mode == "L" else image.convert("L")
    return [code.text[:LONGEST_TEXT] for code in zxingcpp.read_barcodes(grey)[:MOST_CODES]]


def _zone(text: str) -> tuple[Fact, ...]:
    """Number and end of the first zone whose check digits fit; blanks within a line are a reader's."""
    lines = [line for line in (re.sub(r"\s", "", each) for each in text.splitlines()) if len(line) in _ZONE_LINES]
    lines = [line for line in lines if is_zone_text(line)]
    groups = [*zip(lines, lines[1:], lines[2:], strict=False), *pairwise(lines)]
    for group in groups:
        zone = read_zone(group)
        person = person_of(zone) if zone is not None else None
        if person is not None and person.valid_to:
            return Fact("document", person.number), Fact("expires", person.valid_to)
    return ()
