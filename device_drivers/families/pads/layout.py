"""Frames of pads as the configuration draws them: `FF 68 addr key sum 16`. Pure.

    two hex digits    this byte                 sum, xor    one byte of checksum
    addr              address of the pad        crc, CRC    two, lower or upper byte first
    key, rate         what was pressed          any         a byte that does not matter (0 when sent)
    ticket:N count:N  N characters              ticket=N count=N    N digits as bytes 0..9, blanks as 0A

A checksum counts the bytes from `counted_from` up to itself.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from device_drivers.codecs.codec import BrokenFrame, hex_text
from device_drivers.errors import BadField

Crc = Literal["modbus", "xmodem"]

LONGEST = 64
BLANK = 0x0A
_WORD = re.compile(
    r"(?P<hex>[0-9A-Fa-f]{2})|(?P<name>addr|key|rate|any|sum|xor|crc|CRC)|(?P<what>ticket|count)(?P<how>[:=])(?P<n>[1-9])"
)


class Piece(NamedTuple):
    """`what`: hex, addr, key, rate, any, ticket, count or a checksum. `value` of hex; `size` in bytes; `digits`: as
    bytes 0..9 and not as characters."""

    what: str
    value: int = 0
    size: int = 1
    digits: bool = False


class Layout(NamedTuple):
    pieces: tuple[Piece, ...]
    counted_from: int
    crc: Crc

    @property
    def size(self) -> int:
        return sum(piece.size for piece in self.pieces)

    def has(self, what: str) -> bool:
        return any(piece.what == what for piece in self.pieces)


class Said(NamedTuple):
    """What is in a frame: the byte of each field that its layout has, else 0."""

    addr: int = 0
    key: int = 0
    rate: int = 0


def read_layout(text: str, *, counted_from: int = 0, crc: Crc = "modbus") -> Layout:
    """Raises BadField, which names the word."""
    pieces = tuple(_piece(word) for word in text.split())
    layout = Layout(pieces, counted_from, crc)
    sums = [at for at, piece in enumerate(pieces) if piece.what in ("sum", "xor", "crc", "CRC")]
    if not pieces or layout.size > LONGEST:
        raise BadField(f"expected 1 to {LONGEST} bytes, got {layout.size}")
    if len(sums) > 1:
        raise BadField("expected one checksum at most")
    if sums and counted_from >= sum(piece.size for piece in pieces[: sums[0]]):
        raise BadField(f"counted_from {counted_from} is behind the checksum")
    return layout


def _piece(word: str) -> Piece:
    found = _WORD.fullmatch(word)
    if found is None:
        known = "two hex digits, addr, key, rate, any, sum, xor, crc, CRC, ticket:1 to 9 or count=1 to 9"
        raise BadField(f"expected {known}; got {word!r}")
    if found["hex"]:
        return Piece("hex", int(found["hex"], 16))
    if found["what"]:
        return Piece(found["what"], size=int(found["n"]), digits=found["how"] == "=")
    return Piece(found["name"], size=2 if found["name"] in ("crc", "CRC") else 1)


def encode(layout: Layout, said: Said, *, waiting: int | None = None, ticket: str = "") -> bytes:
    """The frame with these fields. Raises BadField for a value that is no byte."""
    out = bytearray()
    for piece in layout.pieces:
        match piece.what:
            case "hex":
                out.append(piece.value)
            case "addr" | "key" | "rate":
                out += _byte(piece.what, getattr(said, piece.what))
            case "any":
                out.append(0)
            case "ticket":
                out += _shown(ticket, piece)
            case "count":
                out += _shown("" if waiting is None else str(min(waiting, 10**piece.size - 1)), piece)
            case _:
                out += _checksum(piece.what, bytes(out[layout.counted_from :]), layout.crc)
    return bytes(out)


def cut(layout: Layout, buffer: bytes) -> tuple[Said, int] | None:
    """(fields, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame as soon as a byte does
    not fit."""
    at = 0
    fields: dict[str, int] = {}
    for piece in layout.pieces:
        data = buffer[at : at + piece.size]
        if piece.what == "hex" and data and data[0] != piece.value:
            raise BrokenFrame(f"byte {at} is {data[0]:02X}, expected {piece.value:02X}", 1)
        if len(data) < piece.size:
            return None
        if piece.what in Said._fields:
            fields[piece.what] = data[0]
        elif piece.what in ("sum", "xor", "crc", "CRC"):
            right = _checksum(piece.what, buffer[layout.counted_from : at], layout.crc)
            if data != right:
                raise BrokenFrame(f"the checksum is {hex_text(data)}, expected {hex_text(right)}", 1)
        at += piece.size
    return Said(**fields), at


def _byte(name: str, value: int) -> bytes:
    if not 0 <= value <= 0xFF:
        raise BadField(f"{name}: {value} is no byte")
    return bytes([value])


def _shown(text: str, piece: Piece) -> bytes:
    if not piece.digits:
        return text[-piece.size :].rjust(piece.size).encode("ascii", "replace")
    digits = "".join(c for c in text if c in "0123456789")[-piece.size :].rjust(piece.size)
    return bytes(BLANK if c == " " else int(c) for c in digits)


def _checksum(what: str, data: bytes, crc: Crc) -> bytes:
    if what == "sum":
        return bytes([sum(data) & 0xFF])
    if what == "xor":
        total = 0
        for byte in data:
            total ^= byte
        return bytes([total])
    return crc16(data, crc).to_bytes(2, "little" if what == "crc" else "big")


_CRCS: Final[dict[Crc, tuple[int, int, bool]]] = {"modbus": (0xA001, 0xFFFF, True), "xmodem": (0x1021, 0, False)}


def crc16(data: bytes, kind: Crc) -> int:
    """modbus: polynomial A001 reflected, begins with FFFF; xmodem: 1021, begins with 0."""
    polynomial, value, reflected = _CRCS[kind]
    for byte in data:
        value ^= byte if reflected else byte << 8
        for _ in range(8):
            out = value & (1 if reflected else 0x8000)
            value = value >> 1 if reflected else (value << 1) & 0xFFFF
            if out:
                value ^= polynomial
    return value
