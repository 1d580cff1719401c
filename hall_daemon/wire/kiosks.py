"""What one kiosk is: a table of hall.toml and the answer of GET /api/v1/kiosks/{kiosk}, of one type with its bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from hall_daemon.wire.texts import Message

# What a kiosk's requests name it by.
KioskId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$",
        description="1 to 64 letters, digits, '.', '-' and '_'",
    ),
]
ServiceId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern="^[A-Za-z0-9][A-Za-z0-9_-]*$",
        description="1 to 64 letters, digits, '-' and '_'",
    ),
]
# Which languages there are, the files of words say.
Language = Annotated[str, Meta(max_length=35, description="a language that has words: zh, en or another")]
Seconds = Annotated[int, Meta(ge=1, le=86_400)]
Millimetres = Annotated[int, Meta(ge=50, le=5000)]
# 青, 松, 绛: the colours of a hall.
Theme = Literal["qing", "song", "jiang"]
# What a screen measures whose size nobody says and that does not say it itself: 21.5 inches, upright.
SCREEN_MM = (268, 476)


# What a reader at a kiosk reads: cards and passports, codes, pages.
ReadSort = Literal["card", "code", "page"]


class KioskOptions(Message, frozen=True, kw_only=True):
    """One kiosk. `screen_mm` is width and height of the visible picture: all sizes on it are millimetres; None: what
    the screen says of itself. `printer` "" gives no slip; `services` () offers all of the hall's. `mark` stands for
    the hall: up to two characters, or a picture's path on the kiosk; `desk` is where people help, `phone` their
    number."""

    printer: Annotated[str, Meta(max_length=64)] = ""
    screen_mm: tuple[Millimetres, Millimetres] | None = None
    theme: Theme = "qing"
    mark: Annotated[str, Meta(max_length=200)] = ""
    desk: Annotated[str, Meta(max_length=80)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    language: Language = "zh"
    services: tuple[ServiceId, ...] = ()
    idle_s: Seconds = 45
    assist_idle_s: Seconds = 90
    countdown_s: Seconds = 20


class KioskSettings(KioskOptions, frozen=True, kw_only=True):
    """What a kiosk is told of itself: its options, and in `reads` what the readers that stand at it read."""

    reads: tuple[ReadSort, ...] = ()
