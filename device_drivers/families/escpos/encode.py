"""A slip of ours -> ESC/POS bytes, and the primitives it is made of (hardware.md §1.1).

Pure. Text can never become a command: control characters are taken out before it is encoded, lines are
wrapped by cells (a Hanzi is two), and every multi-byte run is bracketed by FS & and FS . because boards
differ in the mode they wake up in.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import segno

from device_drivers.codecs.text import DeviceEncoding, cells_of, encode_text, fit, strip_controls
from device_drivers.errors import BadField
from device_drivers.families.escpos.commands import MAX_QR_BYTES
from device_drivers.families.escpos.profile import PrinterProfile
from device_drivers.ports import Columns, Feed, Logo, Qr, Rule, Slip, Text

INIT: Final = b"\x1b\x40"
HANZI_ON: Final = b"\x1c\x26"
HANZI_OFF: Final = b"\x1c\x2e"
LF: Final = b"\n"
PAPER_REQUEST: Final = b"\x1d\x72\x01"
"""GS r 1: answered when the buffer reaches it, so everything before it was printed."""

HEADER_END: Final = bytes(8)
"""As many zero bytes as the longest head of a command: whatever follows is not read as the length of one that broke
off, and printers ignore them elsewhere."""

QR_MODELS: Final = {1: 49, 2: 50, 3: 51}
QR_LEVELS: Final = {"L": 48, "M": 49, "Q": 50, "H": 51}
QR_QUIET_MODULES: Final = 4
MAX_SLIP_BYTES: Final = 64 * 1024
"""Some ten metres of paper: a slip that long is a mistake, not a ticket."""

Align = Literal["left", "center", "right"]
_CELL_DOTS: Final = 24  # a Hanzi of size 1
_ALIGN: Final = {"left": 0, "center": 1, "right": 2}
_OLD_BOARD_SIZE: Final = 2  # FS ! knows double, nothing larger
_LONGEST_ADDRESS: Final = 512  # of a ticket's page, with the command around it
_TEAR_FEED_LINES: Final = 4  # from the head to the tear bar of a printer without cutter


def encode_slip(slip: Slip, profile: PrinterProfile) -> bytes:
    """The whole job, from ESC @ to the cut. BadField when an item cannot be printed.

    Characters the encoding lacks become 〓. A QR code that would be wider than the paper gets
    smaller modules.
    """
    writer = _Writer(profile)
    job = b"".join(itertools.chain((INIT,), writer.items(slip), (writer.end(),)))
    if len(job) > MAX_SLIP_BYTES:
        raise BadField(f"slip: {len(job)} bytes, more than {MAX_SLIP_BYTES}; print fewer items")
    return job


VOID: Final = Slip(
    (
        Rule(),
        Text("作废 VOID", size=2, align="center", bold=True),
        Text("此票未打印完整", align="center"),
        Text("This slip is not complete", align="center"),
    )
)
"""What is printed under a slip that broke off, so that nobody takes it for a whole one."""


def encode_parting(profile: PrinterProfile, drain: int, *, void: bool) -> bytes:
    """What parts the next slip from whatever came before it.

    `drain` zero bytes fill a QR code or picture that broke off (elsewhere a printer ignores them), then all modes go
    to their defaults. With `void` the paper above is marked as VOID says. It ends with a cut, or where there is no
    cutter with a feed to the tear bar.
    """
    writer = _Writer(profile)
    return b"".join((bytes(drain), INIT, *(writer.items(VOID) if void else ()), writer.end()))


def longest_block(profile: PrinterProfile) -> int:
    """Bytes of the longest command that a slip for this printer can hold: its QR code, a drawn line, the logo."""
    qr_bytes = _LONGEST_ADDRESS if profile.native_qr else 8 + profile.dots // 8 * profile.dots
    line_bytes = 8 + profile.dots // 8 * _CELL_DOTS * 8 if profile.draw is not None else 0
    return max(qr_bytes, line_bytes, 8 + profile.dots // 8 * len(profile.logo))


class _Writer:
    """Sends a mode only when it changes; after ESC @ all of them are at their defaults."""

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._align: str = "left"
        self._size = 1
        self._bold = False

    def items(self, slip: Slip) -> Iterator[bytes]:
        for item in slip.items:
            match item:
                case Text():
                    yield from self._text(item)
                case Qr():
                    yield from self._qr(item)
                case Feed():
                    yield feed(item.lines)
                case Rule():
                    yield from self._text(Text("-" * self._profile.columns))
                case Columns():
                    yield from self._columns(item)
                case Logo():
                    yield from self._logo()

    def end(self) -> bytes:
        if self._profile.cutter == "none":
            return feed(_TEAR_FEED_LINES)
        return cut(self._profile.cutter, 0)

    def _text(self, item: Text) -> Iterator[bytes]:
        yield from self._modes(item.align, item.size, item.bold)
        for line in item.text.split("\n"):
            for piece in wrap(line, self._profile.columns // self._size):
                yield self._line(piece, item.align)

    def _line(self, line: str, align: Align) -> bytes:
        """As characters, or as a picture where the printer has not all of them and there is a font."""
        profile = self._profile
        drawn = bool(encode_text(line, profile.encoding).replaced) or (profile.hanzi == "raster" and not line.isascii())
        if profile.draw is None or not drawn:
            return text(line, profile.encoding) + LF
        return raster(placed(profile.draw(line, _CELL_DOTS * self._size), profile.dots, align))

    def _columns(self, item: Columns) -> Iterator[bytes]:
        left, right = strip_controls(item.left), strip_controls(item.right)
        gap = self._profile.columns - cells_of(left) - cells_of(right)
        if gap > 0:
            yield from self._text(Text(left + " " * gap + right, bold=item.bold))
        else:
            yield from self._text(Text(left, bold=item.bold))
            yield from self._text(Text(right, align="right", bold=item.bold))

    def _logo(self) -> Iterator[bytes]:
        if self._profile.logo:
            yield from self._modes("center", 1, False)
            yield raster(placed(self._profile.logo, self._profile.dots, "center"))

    def _qr(self, item: Qr) -> Iterator[bytes]:
        yield from self._modes("center", 1, False)
        matrix = qr_matrix(item.data)
        widest = self._profile.dots // (len(matrix) + 2 * QR_QUIET_MODULES)
        _within("module", item.module, 1, 16)
        module = min(item.module, widest)
        if module < 1:
            raise BadField("data: the QR code is wider than the paper; shorten the address")
        if self._profile.native_qr:
            yield qr(item.data, module=module, level="M")
        else:
            yield raster(enlarge(matrix, module))

    def _modes(self, align: Align, size: int, bold: bool) -> Iterator[bytes]:
        _within("size", size, 1, 8)
        if self._profile.hanzi_size == "fs":
            size = min(size, _OLD_BOARD_SIZE)
        if align != self._align:
            yield justify(align)
        if size != self._size:
            yield character_size(size, size)
            if self._profile.hanzi_size == "fs":
                yield hanzi_size(size)
        if bold != self._bold:
            yield emphasise(bold)
        self._align, self._size, self._bold = align, size, bold


def placed(rows: Sequence[str], dots: int, align: Align) -> list[str]:
    """A picture as wide as the paper, cut where it is wider: boards differ in whether ESC a moves pictures."""
    width = min(len(rows[0]), dots) if rows else 0
    before = {"left": 0, "center": (dots - width) // 2, "right": dots - width}[align]
    return [("0" * before + row[:width]).ljust(dots, "0") for row in rows]


def wrap(line: str, width: int) -> list[str]:
    """`line` in pieces of at most `width` cells (at least 2). Latin words stay whole where they can."""
    rest = strip_controls(line.replace("\t", " "))
    pieces = []
    while (piece := fit(rest, width)) != rest:
        if piece[-1].isascii() and rest[len(piece)].isascii() and " " in piece.strip():
            piece = piece[: piece.rindex(" ") + 1]
        pieces.append(piece)
        rest = rest[len(piece) :]
    return [*pieces, rest]


# -- primitives: one command each, BadField when a number does not fit -------------------------------


def text(line: str, encoding: DeviceEncoding) -> bytes:
    """One line without its LF; control characters are left out, Hanzi mode brackets what needs it."""
    data = encode_text(line, encoding).data
    return data if data.isascii() else HANZI_ON + data + HANZI_OFF


def code_table(n: int) -> bytes:
    """ESC t: single-byte tables only, there is none for Hanzi."""
    return b"\x1bt" + _byte("table", n, 0, 255)


def character_size(width: int, height: int) -> bytes:
    """GS !: 1..8 times as wide and high."""
    _within("width", width, 1, 8)
    _within("height", height, 1, 8)
    return bytes((0x1D, 0x21, (width - 1) << 4 | (height - 1)))


def hanzi_size(size: int) -> bytes:
    """FS !: 1 or 2, for old boards whose GS ! leaves Hanzi small."""
    _within("size", size, 1, _OLD_BOARD_SIZE)
    return b"\x1c\x21" + (b"\x0c" if size == 2 else b"\x00")


def justify(align: Literal["left", "center", "right"]) -> bytes:
    return bytes((0x1B, 0x61, _ALIGN[align]))


def emphasise(on: bool) -> bytes:
    return bytes((0x1B, 0x45, on))


def feed(lines: int) -> bytes:
    return b"\x1bd" + _byte("feed", lines, 0, 255)


def cut(mode: Literal["full", "partial"], feed_units: int | None = None) -> bytes:
    """GS V: where the paper stands, or (with `feed_units`) after feeding to the cutter and a bit more."""
    modes = {"full": (0, 65), "partial": (1, 66)}
    if mode not in modes:
        raise BadField(f"mode: {mode!r} is no cut; use full or partial")
    here, after_feed = modes[mode]
    if feed_units is None:
        return bytes((0x1D, 0x56, here))
    return bytes((0x1D, 0x56, after_feed)) + _byte("feed_units", feed_units, 0, 255)


def qr(data: str, *, model: int = 2, module: int = 6, level: str = "M") -> bytes:
    """GS ( k, functions 65 model, 67 size, 69 level, 80 store, 81 print. `data` goes as UTF-8."""
    payload = data.encode("utf-8", errors="replace")
    if not 1 <= len(payload) <= MAX_QR_BYTES:
        raise BadField(f"data: a QR code holds 1 to {MAX_QR_BYTES} bytes, not {len(payload)}")
    if model not in QR_MODELS:
        raise BadField(f"model: {model!r} is none of 1, 2, 3")
    if level not in QR_LEVELS:
        raise BadField(f"level: {level!r} is none of L, M, Q, H")
    return b"".join(
        (
            _symbol(65, bytes((QR_MODELS[model], 0))),
            _symbol(67, _byte("size", module, 1, 16)),
            _symbol(69, bytes((QR_LEVELS[level],))),
            _symbol(80, b"0" + payload),
            _symbol(81, b"0"),
        )
    )


def _symbol(function: int, parameters: bytes) -> bytes:
    body = bytes((0x31, function)) + parameters
    return b"\x1d(k" + len(body).to_bytes(2, "little") + body


def raster(rows: Sequence[str]) -> bytes:
    """GS v 0 of `rows`, strings of `1` (black) and `0`, all of one width. The last byte is padded white."""
    width = len(rows[0]) if rows else 0
    _within("width_px", width, 1, 1024)
    _within("height_px", len(rows), 1, 4095)
    if any(len(row) != width or set(row) - {"0", "1"} for row in rows):
        raise BadField(f"rows: every row is {width} characters, 0 or 1")
    stride = (width + 7) // 8
    body = b"".join(int(row.ljust(stride * 8, "0"), 2).to_bytes(stride, "big") for row in rows)
    return b"\x1dv0\x00" + stride.to_bytes(2, "little") + len(rows).to_bytes(2, "little") + body


def status_request(n: int) -> bytes:
    """DLE EOT n: 1 printer, 2 offline cause, 3 error, 4 paper. Answered at once."""
    return b"\x10\x04" + _byte("request", n, 1, 4)


def qr_matrix(data: str) -> tuple[str, ...]:
    """The modules of the QR code of `data` (UTF-8, level M), rows of `1` and `0` without the quiet zone."""
    payload = data.encode("utf-8", errors="replace")
    try:
        code = segno.make(
            payload, error="m", micro=False, boost_error=False, mode=None if payload.isascii() else "byte"
        )
    except ValueError as error:  # empty, or more than version 40 holds
        raise BadField(f"data: no QR code of {len(payload)} bytes; use 1 to 2331") from error
    return tuple("".join("01"[module] for module in row) for row in code.matrix)


def enlarge(matrix: Sequence[str], module: int) -> list[str]:
    """Each character of `matrix` as a square of `module` dots."""
    return [row for line in matrix for row in itertools.repeat("".join(c * module for c in line), module)]


def _within(name: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadField(f"{name}: {value!r} is not a whole number from {low} to {high}")


def _byte(name: str, value: int, low: int, high: int) -> bytes:
    _within(name, value, low, high)
    return bytes((value,))
