"""What the configuration may say of a ticket printer. Pure."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.codecs.text import DeviceEncoding
from device_drivers.families.escpos.profile import PROFILES, PrinterProfile, StatusSupport
from device_drivers.options import Table


class PrinterOptions(Table, frozen=True, kw_only=True):
    """`profile` names a preset of PROFILES; the keys of PrinterProfile beside it change single points.
    `queue` slips may wait; the times are those of PrinterTiming. `font` draws what the printer cannot print, `logo`
    is a picture of two colours (PBM)."""

    profile: Literal["80mm", "58mm", "58mm-old"] = "80mm"
    columns: Annotated[int, Meta(ge=16, le=96)] | None = None
    dots: Annotated[int, Meta(ge=128, le=1024)] | None = None
    encoding: DeviceEncoding | None = None
    hanzi_size: Literal["gs", "fs"] | None = None
    cutter: Literal["none", "full", "partial"] | None = None
    native_qr: bool | None = None
    status: StatusSupport | None = None
    hanzi: Literal["own", "raster"] | None = None
    font: Annotated[str, Meta(max_length=4096)] = ""
    logo: Annotated[str, Meta(max_length=4096)] = ""
    queue: Annotated[int, Meta(ge=1, le=256)] = 16
    answer_timeout_s: Annotated[float, Meta(ge=0.05, le=10)] = 0.5
    confirm_timeout_s: Annotated[float, Meta(ge=0.5, le=60)] = 4.0
    settle_s: Annotated[float, Meta(ge=0, le=30)] = 2.0
    poll_s: Annotated[float, Meta(ge=0.5, le=3600)] = 1.0

    def printer_profile(self) -> PrinterProfile:
        """Without `font` and `logo`, which are files: see dress.py."""
        named = [entry.name for entry in fields(PrinterProfile) if entry.name not in ("draw", "logo")]
        given = {name: getattr(self, name) for name in named}
        changes = {name: value for name, value in given.items() if value is not None}
        return replace(PROFILES[self.profile], **changes)
