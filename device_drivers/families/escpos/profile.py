"""What a model of ticket printer can do, as data: width, encoding, cutter, what it answers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from device_drivers.codecs.text import DeviceEncoding
from device_drivers.errors import BadField

# A line of text, so many dots high, as rows of `1` (black) and `0`.
Draw = Callable[[str, int], Sequence[str]]
StatusSupport = Literal["full", "dle_eot", "gs_r", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterProfile:
    """What one model of printer can do.

    `columns`: cells of size 1 a line. `dots`: width of the head. `hanzi_size`: the command that
    enlarges Hanzi, "fs" for old 58 mm boards. `native_qr`: draws QR codes itself, else they are sent as
    a picture. `status`: what it answers: "full" both DLE EOT and GS r 1, or one of them, or nothing. `hanzi`: "own"
    or "raster", drawn line by line by `draw`, which also draws a line that the encoding cannot say; without `draw` such
    characters become 〓. `logo`: rows of `1` and `0`.
    """

    columns: int = 48
    dots: int = 576
    encoding: DeviceEncoding = "gb18030"
    hanzi_size: Literal["gs", "fs"] = "gs"
    cutter: Literal["none", "full", "partial"] = "partial"
    native_qr: bool = True
    status: StatusSupport = "full"
    hanzi: Literal["own", "raster"] = "own"
    draw: Draw | None = None
    logo: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value, low, high in (("columns", self.columns, 16, 96), ("dots", self.dots, 128, 1024)):
            if not low <= value <= high:
                raise BadField(f"{name}: {value!r} is not a whole number from {low} to {high}")


PROFILES: Final = {
    "80mm": PrinterProfile(),
    "58mm": PrinterProfile(columns=32, dots=384, encoding="gbk", cutter="none"),
    "58mm-old": PrinterProfile(
        columns=32, dots=384, encoding="gbk", hanzi_size="fs", cutter="none", native_qr=False, status="none"
    ),
}
"""Presets by the name a config gives; single fields may be overridden with `dataclasses.replace`."""
