"""What a printer makes of a stream of ESC/POS: the items that lie on the paper, as frozen values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]
CutMode = Literal["full", "partial"]
RequestKind = Literal["dle_eot", "clear", "gs_r", "gs_i", "gs_a"]


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of text. Where styles are mixed within the line, `size` (1..8) is the largest and the
    flags say that some of it is so. Bytes that are no character appear as U+FFFD."""

    text: str
    size: int = 1
    align: Align = "left"
    bold: bool = False
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code the printer draws itself: `module` dots a module, `model` 1, 2 or 3 (micro)."""

    data: str
    module: int
    level: str = "L"
    model: int = 2
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture. Each of `rows` is `width_px` characters, `1` black and `0` white."""

    width_px: int
    height_px: int
    rows: tuple[str, ...]
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Barcode:
    """A one-dimensional code: `kind` is the m of GS k, `data` as sent."""

    kind: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper: `lines` of text, or `dots` when the command counted those."""

    lines: int = 0
    dots: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """`feed_units` is None for the commands that cut where the paper stands."""

    mode: CutMode
    feed_units: int | None = None


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """`dle_eot` and `clear` (DLE DC4 8: forget all that is not printed) are to be answered at once, the
    others when they are reached."""

    kind: RequestKind
    n: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes that are no command of the table."""

    data: bytes


PaperItem = PrintedLine | Qr | Raster | Barcode | Feed | Cut | StatusRequest | Unknown
