"""What a card is set to by a command of its own: its clock and its brightness, as fields. Pure.

    A2 03  … | 08 00 | year BCD, low byte first | month | day | hour | minute | second | weekday, Monday 1    all BCD
    A3 02  … | 02 00 | 01 by hand | level

The two bytes before are the length of the rest, as in every published frame of such a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from device_drivers.codecs.codec import number, text
from device_drivers.errors import BadField

CLOCK, LIGHT = (0xA2, 0x03), (0xA3, 0x02)
_BY_HAND = 1
_PARTS = ("month", "day", "hour", "minute", "second")


def write_setting(fields: Mapping[str, object]) -> tuple[tuple[int, int], bytes] | None:
    """(group and command, its rest) of `clock` (2013-01-25T11:17:26) or `brightness` (0..255), None without either.
    Raises BadField."""
    if "brightness" in fields:
        return LIGHT, bytes([_BY_HAND, number(fields, "brightness", 0, 255)])
    if "clock" not in fields:
        return None
    try:
        at = datetime.fromisoformat(text(fields, "clock"))
    except ValueError:
        raise BadField(f"clock: expected a time as 2026-11-28T09:30:00, got {fields['clock']!r}") from None
    century, year = divmod(at.year, 100)
    parts = (year, century, *(getattr(at, part) for part in _PARTS), at.isoweekday())
    return CLOCK, bytes(part // 10 << 4 | part % 10 for part in parts)


def read_setting(what: tuple[int, int], rest: bytes) -> dict[str, object]:
    """{} for what is neither."""
    if what == LIGHT and len(rest) == 2 and rest[0] == _BY_HAND:
        return {"brightness": rest[1]}
    if what != CLOCK or len(rest) != 8 or not rest.hex().isdecimal():
        return {}
    year, century, month, day, hour, minute, second = (f"{byte:02x}" for byte in rest[:7])
    at = f"{century}{year}-{month}-{day}T{hour}:{minute}:{second}"
    try:
        datetime.fromisoformat(at)
    except ValueError:
        return {}
    return {"clock": at}
