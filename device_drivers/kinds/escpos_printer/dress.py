"""What a printer is given beside its profile: a font that draws what it cannot print, and a logo. Files are read
here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from device_drivers.base.typeface import NoTypeface, Typeface
from device_drivers.families.escpos.profile import PrinterProfile
from device_drivers.kinds.escpos_printer.options import PrinterOptions
from device_drivers.options import BadOption

HIGHEST_LOGO = 800
_PBM = re.compile(rb"P(?P<sort>[14])\s(?:\s*#[^\n]*\n)*\s*(?P<width>\d{1,4})\s+(?P<height>\d{1,4})\s")


def dressed(device: str, options: PrinterOptions) -> PrinterProfile:
    """The profile with its font and logo. Raises BadOption."""
    profile = options.printer_profile()
    if options.font:
        try:
            profile = replace(profile, draw=Typeface(options.font).draw)
        except NoTypeface as error:
            raise BadOption(device, "font", str(error)) from error
    elif profile.hanzi == "raster":
        raise BadOption(device, "font", "is missing: a font that has Hanzi, to draw them with")
    return replace(profile, logo=_logo(device, options.logo, profile.dots)) if options.logo else profile


def _logo(device: str, path: str, dots: int) -> tuple[str, ...]:
    try:
        rows = read_pbm(Path(path).read_bytes())
    except OSError as error:
        raise BadOption(device, "logo", f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadOption(device, "logo", f"{path}: {error}") from error
    if len(rows[0]) > dots or len(rows) > HIGHEST_LOGO:
        raise BadOption(device, "logo", f"{path}: expected at most {dots} x {HIGHEST_LOGO} dots")
    return rows


def read_pbm(data: bytes) -> tuple[str, ...]:
    """A picture of two colours (PBM, P1 or P4) as rows of `1`, black, and `0`. Raises ValueError."""
    head = _PBM.match(data)
    if head is None:
        raise ValueError("expected a PBM picture; make one with: convert logo.png -monochrome logo.pbm")
    width, height, body = int(head["width"]), int(head["height"]), data[head.end() :]
    if not width or not height:
        raise ValueError("the picture is empty")
    if head["sort"] == b"1":
        dots = re.sub(rb"[^01]", b"", body).decode("ascii")
        rows = [dots[at : at + width] for at in range(0, width * height, width)]
    else:
        stride = (width + 7) // 8
        lines = (body[at : at + stride] for at in range(0, stride * height, stride))
        rows = ["".join(f"{byte:08b}" for byte in line)[:width] for line in lines]
    if len(rows) != height or any(len(row) != width for row in rows):
        raise ValueError("the picture is cut short")
    return tuple(rows)
