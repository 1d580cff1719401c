"""ESC/POS bytes -> what lies on the paper: the printer's half of the wire, as simulators and tools need it.

An incremental, bounded state machine. Garbage never raises: it becomes `Unknown` items, and the next
command is read as usual. It knows no wire, no clock, and no slip of ours; one thread at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from device_drivers.families.escpos.commands import (
    BAD,
    CLEAR_BUFFER,
    DLE,
    ESC,
    FS,
    GS,
    LEADS,
    NEED_MORE,
    command_length,
)
from device_drivers.families.escpos.modes import QrSetting, Style
from device_drivers.families.escpos.paper import (
    Align,
    Barcode,
    Cut,
    CutMode,
    Feed,
    PaperItem,
    PrintedLine,
    Qr,
    Raster,
    RequestKind,
    StatusRequest,
    Unknown,
)

MAX_LINE_BYTES: Final = 1024
"""A line buffer longer than any printer's; a stream without LF is broken into lines of this many bytes."""
SINGLE_BYTE_ENCODING: Final = "cp437"
"""ESC t 0, what bytes above 7F mean while Hanzi mode is off."""

_LF, _HT, _CR, _NUL, _FF = 0x0A, 0x09, 0x0D, 0x00, 0x0C
_TEXT: Final = re.compile(rb"[\x20-\xff]+")
_STATUS_ONLY: Final = re.compile(rb"\x10\x04[\x01-\x04]")
_REAL_TIME: Final = re.compile(_STATUS_ONLY.pattern + b"|" + re.escape(CLEAR_BUFFER))
_ALIGN: Final[dict[int, Align]] = {0: "left", 48: "left", 1: "center", 49: "center", 2: "right", 50: "right"}
_CUTS: Final[dict[int, CutMode]] = {
    **dict.fromkeys((0, 48, 65, 97, 103), "full"),
    **dict.fromkeys((1, 49, 66, 98, 104), "partial"),
}
_LEVELS: Final = {48: "L", 49: "M", 50: "Q", 51: "H"}
_MODELS: Final = {49: 1, 50: 2, 51: 3}  # 3 is Micro QR


class EscposDecoder:
    """Feed bytes in any pieces; the items do not depend on the pieces.

    `encoding` is that of Hanzi mode; `hanzi_on` is the mode after power-on and ESC @ (Chinese models
    start with it on). `clears`: whether the board knows DLE DC4 8. What is held between calls is at most
    one command and one line.
    """

    def __init__(self, encoding: str = "gb18030", *, hanzi_on: bool = True, clears: bool = True) -> None:
        self._encoding = encoding
        self._real_time = _REAL_TIME if clears else _STATUS_ONLY
        self._hanzi_on = hanzi_on
        self._held = bytearray()
        self._tail = b""
        self._style = Style(hanzi=hanzi_on)
        self._align: Align = "left"
        self._line: list[tuple[Style, bytearray]] = []
        self._line_bytes = 0
        self._qr = QrSetting()

    def reset(self) -> None:
        """As after a power cycle: nothing held, modes at their defaults."""
        self._held.clear()
        self._tail = b""
        self._initialise()

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a command that has begun."""
        return len(self._held)

    def feed(self, data: bytes) -> list[PaperItem]:
        """What these bytes complete. A real-time request comes where its last byte lies, ahead of what
        that byte completes, and in the middle of a picture, too: printers do it so. After `clear` nothing
        is held, modes are at their defaults, and items that were given out are the printer's to drop."""
        items: list[PaperItem] = []
        start = 0
        for at in self._real_time_requests(data):
            self._held += data[start:at]
            items.extend(self._read())
            start = at
            if data[at] == CLEAR_BUFFER[-1]:
                self._held.clear()
                self._initialise()
                start = at + 1
                items.append(StatusRequest("clear", data[at]))
            else:
                items.append(StatusRequest("dle_eot", data[at]))
        self._held += data[start:]
        items.extend(self._read())
        return items

    def finish(self) -> list[PaperItem]:
        """The line that has no LF yet, and the bytes of an unfinished command as `Unknown`."""
        items = self._end_line()
        if self._held:
            items.append(Unknown(bytes(self._held)))
            self._held.clear()
        return items

    # -- reading --------------------------------------------------------------------------------------

    def _real_time_requests(self, data: bytes) -> list[int]:
        """Where in `data` their last bytes are."""
        seen = self._tail + data
        ends = [match.end() - 1 - len(self._tail) for match in self._real_time.finditer(seen)]
        self._tail = seen[1 - len(CLEAR_BUFFER) :]
        return [end for end in ends if end >= 0]

    def _read(self) -> Iterator[PaperItem]:
        held, at = self._held, 0
        while at < len(held):
            text = _TEXT.match(held, at)
            if text:
                yield from self._text(text.group())
                at = text.end()
            elif held[at] in LEADS:
                length = command_length(held, at)
                if length == NEED_MORE:
                    break
                if length == BAD:
                    # lead and letter only: a control byte after it may well be a command again
                    length = 2 if held[at + 1] >= 0x20 else 1
                    yield Unknown(bytes(held[at : at + length]))
                else:
                    yield from self._command(bytes(held[at : at + length]))
                at += length
            else:
                yield from self._control(held[at])
                at += 1
        del held[:at]

    def _control(self, byte: int) -> list[PaperItem]:
        if byte in (_LF, _FF):
            return self._end_line() or [Feed(lines=1)]
        if byte == _HT:
            return self._text(b" ")
        if byte in (_CR, _NUL):  # printers ignore them: CR LF is one line, NUL is padding
            return []
        return [Unknown(bytes((byte,)))]

    def _text(self, data: bytes) -> list[PaperItem]:
        items: list[PaperItem] = []
        while data:
            room = MAX_LINE_BYTES - self._line_bytes
            piece, data = data[:room], data[room:]
            if self._line and self._line[-1][0] == self._style:
                self._line[-1][1].extend(piece)
            else:
                self._line.append((self._style, bytearray(piece)))
            self._line_bytes += len(piece)
            if self._line_bytes >= MAX_LINE_BYTES:
                items += self._end_line()
        return items

    def _end_line(self) -> list[PaperItem]:
        if not self._line:
            return []
        runs, self._line, self._line_bytes = self._line, [], 0
        return [
            PrintedLine(
                text="".join(self._decode(style, data) for style, data in runs),
                size=max(style.drawn_size for style, _ in runs),
                align=self._align,
                bold=any(style.bold for style, _ in runs),
                underline=any(style.underline for style, _ in runs),
            )
        ]

    def _decode(self, style: Style, data: bytearray) -> str:
        encoding = self._encoding if style.hanzi else SINGLE_BYTE_ENCODING
        return data.decode(encoding, errors="replace")

    # -- commands -------------------------------------------------------------------------------------

    def _command(self, command: bytes) -> list[PaperItem]:
        obey = _COMMANDS.get((command[0], command[1]))
        return obey(self, command) if obey else []

    def _initialise(self, command: bytes = b"") -> list[PaperItem]:
        self._style = Style(hanzi=self._hanzi_on)
        self._align = "left"
        self._line, self._line_bytes = [], 0
        self._qr = QrSetting()
        return []

    def _set_style(self, command: bytes) -> list[PaperItem]:
        self._style = replace(self._style, **_STYLES[command[0], command[1]](command[-1]))
        return []

    def _set_align(self, command: bytes) -> list[PaperItem]:
        if command[2] not in _ALIGN:
            return [Unknown(command)]
        if not self._line:  # printers obey it at the start of a line only
            self._align = _ALIGN[command[2]]
        return []

    def _feed_lines(self, command: bytes) -> list[PaperItem]:
        return [*self._end_line(), Feed(lines=command[2])]

    def _feed_dots(self, command: bytes) -> list[PaperItem]:
        return [*self._end_line(), Feed(dots=command[2])]

    def _cut(self, command: bytes) -> list[PaperItem]:
        units = command[3] if len(command) == 4 else None
        return [*self._end_line(), Cut(_CUTS[command[2]], units)]

    def _old_cut(self, command: bytes) -> list[PaperItem]:
        return [*self._end_line(), Cut("full" if command[1] == ord("i") else "partial")]

    def _raster(self, command: bytes) -> list[PaperItem]:
        stride = int.from_bytes(command[4:6], "little")
        bits = "".join(f"{byte:08b}" for byte in command[8:])
        width = stride * 8
        rows = tuple(bits[start : start + width] for start in range(0, len(bits), width))
        return [*self._end_line(), Raster(width, len(rows), rows, self._align)]

    def _barcode(self, command: bytes) -> list[PaperItem]:
        data = command[3:-1] if command[2] <= 6 else command[4:]
        return [*self._end_line(), Barcode(command[2], data)]

    def _symbol(self, command: bytes) -> list[PaperItem]:
        """GS ( k: QR when cn is 49; the other symbologies (PDF417, …) are not drawn."""
        body = command[5:]
        if command[2] != ord("k") or body[:1] != b"\x31" or len(body) < 3:
            return []
        function, value = body[1], body[2]
        if function == 81:
            return self._print_qr()
        if function == 80:
            self._qr = replace(self._qr, data=body[3:])
        elif function == 65 and value in _MODELS:
            self._qr = replace(self._qr, model=_MODELS[value])
        elif function == 67 and 1 <= value <= 16:
            self._qr = replace(self._qr, module=value)
        elif function == 69 and value in _LEVELS:
            self._qr = replace(self._qr, level=_LEVELS[value])
        else:
            return [Unknown(command[:32])]
        return []

    def _print_qr(self) -> list[PaperItem]:
        qr = self._qr
        if not qr.data:
            return []
        text = qr.data.decode("utf-8", errors="replace")
        return [*self._end_line(), Qr(text, qr.module, qr.level, qr.model, self._align)]

    def _request(self, command: bytes) -> list[PaperItem]:
        kinds: dict[int, RequestKind] = {ord("r"): "gs_r", ord("I"): "gs_i", ord("a"): "gs_a"}
        return [StatusRequest(kinds[command[1]], command[2])]


# What a command changes of the style, by its last byte.
_STYLES: Final[dict[tuple[int, int], Callable[[int], dict[str, Any]]]] = {
    (FS, ord("&")): lambda n: {"hanzi": True},
    (FS, ord(".")): lambda n: {"hanzi": False},
    (GS, ord("!")): lambda n: {"size": min(max(n >> 4, n & 0x0F) + 1, 8)},
    # Bit 2 double width, bit 3 double height, bit 7 underline.
    (FS, ord("!")): lambda n: {"hanzi_size": 2 if n & 0x0C else 1, "underline": bool(n & 0x80)},
    # Bit 3 bold, bit 4 double height, bit 5 double width, bit 7 underline.
    (ESC, ord("!")): lambda n: {"bold": bool(n & 0x08), "size": 2 if n & 0x30 else 1, "underline": bool(n & 0x80)},
    (ESC, ord("E")): lambda n: {"bold": bool(n & 1)},
    (ESC, ord("G")): lambda n: {"bold": bool(n & 1)},
    (ESC, ord("-")): lambda n: {"underline": n not in (0, 48)},
    (FS, ord("-")): lambda n: {"underline": n not in (0, 48)},
}
_COMMANDS: Final[dict[tuple[int, int], Callable[[EscposDecoder, bytes], list[PaperItem]]]] = {
    **dict.fromkeys(_STYLES, EscposDecoder._set_style),
    (ESC, ord("@")): EscposDecoder._initialise,
    (ESC, ord("a")): EscposDecoder._set_align,
    (ESC, ord("d")): EscposDecoder._feed_lines,
    (ESC, ord("J")): EscposDecoder._feed_dots,
    (ESC, ord("i")): EscposDecoder._old_cut,
    (ESC, ord("m")): EscposDecoder._old_cut,
    (GS, ord("V")): EscposDecoder._cut,
    (GS, ord("v")): EscposDecoder._raster,
    (GS, ord("k")): EscposDecoder._barcode,
    (GS, ord("(")): EscposDecoder._symbol,
    (GS, ord("r")): EscposDecoder._request,
    (GS, ord("I")): EscposDecoder._request,
    (GS, ord("a")): EscposDecoder._request,
}
# DLE EOT is answered where its bytes arrive (see feed), not where the buffer reaches them.
assert (DLE, 0x04) not in _COMMANDS
