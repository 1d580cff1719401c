"""Where one ESC/POS command ends: the lengths of every command a ticket printer may be sent.

Pure tables and one function, shared by whoever reads the stream. It knows no meaning, no state, no
encoding. Sources: Epson's command reference as mirrored in python-escpos and escpos-php (both public),
and hardware.md §1.1; lengths marked (cn) are additions of Chinese boards.
"""

from __future__ import annotations

from typing import Final

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
LEADS: Final = frozenset((DLE, ESC, FS, GS))

CLEAR_BUFFER: Final = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
"""DLE DC4 8, real time: the printer forgets what it has not printed. Boards without it see only control
bytes that print nothing (Epson's reference, DLE DC4 fn = 8)."""
CLEARED: Final = bytes.fromhex("37 25 00")
"""What a printer that knows it answers."""

NEED_MORE: Final = 0
"""The command is not complete yet."""
BAD: Final = -1
"""Not a command, or one whose numbers no printer can obey."""

# A raster wider or higher than this is garbage: 1024 dots is wider than any ticket head (GS v 0 limits in
# Epson's reference are 128 bytes and 4095 dots).
MAX_RASTER_WIDTH_BYTES: Final = 128
MAX_RASTER_HEIGHT_DOTS: Final = 4095
MAX_COLUMN_DOTS: Final = 2047
MAX_DOWNLOAD_CELLS: Final = 1536
MAX_NUL_TERMINATED: Final = 255
MAX_QR_BYTES: Final = 7089  # the largest QR code holds so many digits
# Longest `( fn` command by fn: QR data behind three bytes, pictures in 16 bits, the others are settings.
MAX_COUNTED: Final = {ord("k"): 3 + MAX_QR_BYTES, ord("L"): 0xFFFF}
MAX_OTHER_COUNTED: Final = 1024
MAX_COMMAND_BYTES: Final = 8 + MAX_RASTER_WIDTH_BYTES * MAX_RASTER_HEIGHT_DOTS

# lead -> second byte -> number of parameter bytes after the two
_FIXED: Final[dict[int, dict[int, int]]] = {
    ESC: {
        **dict.fromkeys(b"@<2LSimv\x0c", 0),
        **dict.fromkeys(b"!adeJKEG-tRM3 V{=ru?%TU", 1),
        **dict.fromkeys(b"$\\cB", 2),  # B: beeper n times t (cn)
        ord("p"): 3,  # drawer pulse: pin, on, off
        ord("W"): 8,  # page mode area
    },
    FS: {
        **dict.fromkeys(b"&.", 0),
        **dict.fromkeys(b"!-CW", 1),
        **dict.fromkeys(b"Sp", 2),
        ord("2"): 2 + 72,  # user-defined 24x24 character
    },
    GS: {
        ord(":"): 0,
        **dict.fromkeys(b"!BhwHfraIb/TEj", 1),
        **dict.fromkeys(b"LWP\\$", 2),
        ord("^"): 3,
    },
    DLE: {0x05: 1},  # DLE ENQ n
}

# GS V m: parameter bytes after m
CUT_PARAMETERS: Final = {
    **dict.fromkeys((0, 1, 48, 49), 0),
    **dict.fromkeys((65, 66, 97, 98, 103, 104), 1),
}

# lead, second byte -> third byte -> number of parameter bytes after it
_BY_THIRD: Final[dict[tuple[int, int], dict[int, int]]] = {
    (DLE, 0x04): dict.fromkeys((1, 2, 3, 4), 0),  # DLE EOT n
    (DLE, 0x14): {1: 2, 2: 2, 8: 7},  # DLE DC4 fn: 1 drawer pulse, 2 power off, 8 clear buffer
    (GS, ord("V")): CUT_PARAMETERS,
}


def command_length(data: bytes | bytearray, at: int) -> int:
    """Bytes of the command that starts at `data[at]` (a byte of LEADS), NEED_MORE, or BAD."""
    have = len(data) - at
    if have < 2:
        return NEED_MORE
    lead, second = data[at], data[at + 1]
    fixed = _FIXED[lead].get(second)
    if fixed is not None:
        return _when_complete(2 + fixed, have)
    by_third = _BY_THIRD.get((lead, second))
    if by_third is not None:
        parameters = by_third.get(data[at + 2]) if have > 2 else 0
        return BAD if parameters is None else _when_complete(3 + parameters, have)
    least, measure = _VARIABLE.get((lead, second), (2, _unknown))
    return measure(data, at, have) if have >= least else NEED_MORE


def longest_command(data: bytes) -> int:
    """Bytes of the longest command in `data`, a stream of whole commands and text."""
    longest, at = 0, 0
    while at < len(data):
        length = max(1, command_length(data, at)) if data[at] in LEADS else 1
        longest, at = max(longest, length), at + length
    return longest


def _when_complete(length: int, have: int) -> int:
    return length if length <= have else NEED_MORE


def _unknown(data: bytes | bytearray, at: int, have: int) -> int:
    return BAD


def _counted(data: bytes | bytearray, at: int, have: int) -> int:
    """`lead ( fn pL pH data`: the count is 16 bits, low byte first."""
    count = data[at + 3] + 256 * data[at + 4]
    most = MAX_COUNTED.get(data[at + 2], MAX_OTHER_COUNTED)
    return BAD if count > most else _when_complete(5 + count, have)


def _long_counted(data: bytes | bytearray, at: int, have: int) -> int:
    """`GS 8 L p1 p2 p3 p4 data`."""
    length = 7 + int.from_bytes(data[at + 3 : at + 7], "little")
    return BAD if length > MAX_COMMAND_BYTES else _when_complete(length, have)


def _raster(data: bytes | bytearray, at: int, have: int) -> int:
    """`GS v 0 m xL xH yL yH data`: x counts bytes, y counts dots."""
    if data[at + 2] != 0x30 or data[at + 3] & ~0x33:  # m is 0..3 or 48..51
        return BAD
    width = int.from_bytes(data[at + 4 : at + 6], "little")
    height = int.from_bytes(data[at + 6 : at + 8], "little")
    if not (0 < width <= MAX_RASTER_WIDTH_BYTES and 0 < height <= MAX_RASTER_HEIGHT_DOTS):
        return BAD
    return _when_complete(8 + width * height, have)


def _column_image(data: bytes | bytearray, at: int, have: int) -> int:
    """`ESC * m nL nH data`: one byte a column in modes 0 and 1, three in 32 and 33."""
    bytes_a_column = {0: 1, 1: 1, 32: 3, 33: 3}.get(data[at + 2])
    columns = int.from_bytes(data[at + 3 : at + 5], "little")
    if bytes_a_column is None or columns > MAX_COLUMN_DOTS:
        return BAD
    return _when_complete(5 + columns * bytes_a_column, have)


def _download_image(data: bytes | bytearray, at: int, have: int) -> int:
    """`GS * x y data`: 8 bytes for each of x * y cells."""
    cells = data[at + 2] * data[at + 3]
    return BAD if not 0 < cells <= MAX_DOWNLOAD_CELLS else _when_complete(4 + cells * 8, have)


def _barcode(data: bytes | bytearray, at: int, have: int) -> int:
    """`GS k m data NUL` for m 0..6, `GS k m n data` for m 65..79."""
    kind = data[at + 2]
    if kind <= 6:
        return _to_nul(data, at, 3, have)
    return _when_complete(4 + data[at + 3], have) if 65 <= kind <= 79 else BAD


def _tab_stops(data: bytes | bytearray, at: int, have: int) -> int:
    return _to_nul(data, at, 2, have)


def _to_nul(data: bytes | bytearray, at: int, skip: int, have: int) -> int:
    end = data.find(0, at + skip, at + skip + MAX_NUL_TERMINATED + 1)
    if end >= 0:
        return end + 1 - at
    return BAD if have > skip + MAX_NUL_TERMINATED else NEED_MORE


# How many bytes tell how long it is, and how long.
_VARIABLE: Final = {
    (GS, ord("(")): (5, _counted),
    (FS, ord("(")): (5, _counted),
    (ESC, ord("(")): (5, _counted),
    (GS, ord("8")): (7, _long_counted),
    (GS, ord("v")): (8, _raster),
    (GS, ord("k")): (4, _barcode),
    (GS, ord("*")): (4, _download_image),
    (ESC, ord("*")): (5, _column_image),
    (ESC, ord("D")): (2, _tab_stops),
}
