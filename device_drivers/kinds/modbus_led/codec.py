"""Modbus RTU as LED boards speak it: registers are written, and the board says that it did. Pure.

    write one:      unit 06 register u16 value u16             CRC16 LE    answered by the same bytes
    write several:  unit 10 register u16 count u16 bytes u8 …  CRC16 LE    answered by unit 10 register count CRC
    read:           unit 03 register u16 count u16             CRC16 LE    answered by unit 03 bytes … CRC
    refused:        unit 8x code                               CRC16 LE

A frame has no head and no end but silence; its CRC (polynomial A001 reflected, from FFFF) tells where it ends. A
board's registers: 0 a number, 1 unit, 2 baud, 4 decimal point, 70 hex on: two characters each, 80 hex on: segments. See
docs/devices/modbus-led.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, number, only, text, whole_frame
from device_drivers.errors import BadField

READ, WRITE_ONE, WRITE_SEVERAL = 0x03, 0x06, 0x10
REFUSED = 0x80
VALUE_REGISTER, TEXT_REGISTER = 0x00, 0x70
MOST_REGISTERS = 64
LONGEST = 9 + 2 * MOST_REGISTERS
_WRITTEN = 8
_REFUSAL = 5
# What a board has, for streams: elsewhere nothing is meant for it, and noise that fits by chance is not taken.
_BOARD = frozenset({*range(0x05), *range(0x70, 0xA0)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`values`: of registers, one for WRITE_ONE. Without them a request to read, or the answer to WRITE_SEVERAL.
    `error`: why it was refused. `register` None: an answer that does not say which."""

    unit: int
    function: int
    register: int | None = None
    count: int = 0
    values: tuple[int, ...] = ()
    error: int | None = None


def encode_frame(frame: Frame) -> bytes:
    """Raises BadField."""
    try:
        body = bytes([frame.unit, frame.function]) + _body(frame)
    except (ValueError, OverflowError):
        raise BadField("unit 0..255, register and values 0..65535, at most 64 registers") from None
    return body + crc16(body).to_bytes(2, "little")


def _body(frame: Frame) -> bytes:
    if frame.error is not None:
        return bytes([frame.error])
    values = b"".join(value.to_bytes(2, "big") for value in frame.values)
    if frame.register is None:
        return bytes([len(values)]) + values
    register = frame.register.to_bytes(2, "big")
    if frame.function == WRITE_ONE:
        return register + values
    count = frame.count.to_bytes(2, "big")
    return register + count + (bytes([len(values)]) + values if frame.function == WRITE_SEVERAL and values else b"")


def decode_frame(buffer: bytes) -> tuple[Frame, int] | None:
    """(frame, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame."""
    if len(buffer) < 2:
        return None
    function = buffer[1]
    lengths = _lengths(buffer)
    if not lengths:
        raise BrokenFrame(f"function {function:02X} is none of 03, 06, 10 and their refusals", 1)
    for length in lengths:
        if len(buffer) >= length and crc16(buffer[: length - 2]).to_bytes(2, "little") == buffer[length - 2 : length]:
            return _read(buffer[: length - 2], length), length
    if len(buffer) < max(lengths):
        return None
    right = crc16(buffer[: lengths[0] - 2]).to_bytes(2, "little").hex(" ").upper()
    raise BrokenFrame(f"the CRC is {buffer[lengths[0] - 2 : lengths[0]].hex(' ').upper()}, expected {right}", 1)


def cut_frame(buffer: bytes) -> tuple[Frame, int] | None:
    """The same for a stream of a board's frames."""
    found = decode_frame(buffer)
    if found is None:
        return None
    unit, register = found[0].unit, found[0].register
    if unit == 0 or (register is not None and register not in _BOARD):
        raise BrokenFrame(f"register {register} of unit {unit} is none of a board's", 1)
    return found


def _lengths(buffer: bytes) -> list[int]:
    """How long the frame at the front may be, by what it may be; [] for no frame."""
    function = buffer[1]
    if function == WRITE_ONE:
        return [_WRITTEN]
    if function == READ:
        answer = buffer[2] if len(buffer) > 2 else 0
        return [_WRITTEN, *([5 + answer] if 0 < answer <= 2 * MOST_REGISTERS and answer % 2 == 0 else [])]
    if function == WRITE_SEVERAL:
        if len(buffer) < 7:
            return [_WRITTEN]
        count = int.from_bytes(buffer[4:6], "big")
        return [_WRITTEN, *([9 + 2 * count] if 0 < count <= MOST_REGISTERS and buffer[6] == 2 * count else [])]
    return [_REFUSAL] if function & ~REFUSED in (READ, WRITE_ONE, WRITE_SEVERAL) else []


def _read(body: bytes, length: int) -> Frame:
    unit, function = body[0], body[1]
    if function & REFUSED:
        return Frame(unit=unit, function=function, error=body[2])
    first, second = int.from_bytes(body[2:4], "big"), int.from_bytes(body[4:6], "big")
    if function == WRITE_ONE:
        return Frame(unit=unit, function=function, register=first, count=1, values=(second,))
    if length == _WRITTEN:
        return Frame(unit=unit, function=function, register=first, count=second)
    if function == READ:
        values = _words(body[3:])
        return Frame(unit=unit, function=function, count=len(values), values=values)
    return Frame(unit=unit, function=function, register=first, count=second, values=_words(body[7:]))


def _words(data: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))


def write_one(unit: int, register: int, value: int) -> bytes:
    """A number 0..65535, or a negative one as a board shows it. Raises BadField."""
    return encode_frame(Frame(unit=unit, function=WRITE_ONE, register=register, count=1, values=(value & 0xFFFF,)))


def write_several(unit: int, register: int, values: Sequence[int]) -> bytes:
    """Raises BadField."""
    if not 0 < len(values) <= MOST_REGISTERS:
        raise BadField(f"{len(values)} registers, expected 1 to {MOST_REGISTERS}")
    frame = Frame(unit=unit, function=WRITE_SEVERAL, register=register, count=len(values), values=tuple(values))
    return encode_frame(frame)


def characters(words: str) -> tuple[int, ...]:
    """ASCII, two a register, to the right. Raises BadField."""
    if not words.isascii() or not words.isprintable():
        raise BadField(f"text: expected printable ASCII, got {words!r}")
    return _words((" " * (len(words) % 2) + words).encode())


def crc16(data: bytes) -> int:
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc


# -- fields, for `hall frame` ---------------------------------------------------------------------------

_KNOWN = ("unit", "function", "register", "value", "values", "text", "count", "error")


def _encode(fields: Mapping[str, object]) -> bytes:
    """What is to be written says which function it is; without, `count` registers are read, or were written (16)."""
    only(fields, _KNOWN)
    unit = number(fields, "unit", 0, 255)
    if "error" in fields:
        code, function = number(fields, "error", 0, 255), number(fields, "function", REFUSED, 255)
        return encode_frame(Frame(unit=unit, function=function, error=code))
    if "values" in fields and "register" not in fields:
        return encode_frame(Frame(unit=unit, function=READ, values=_values(fields)))
    register = number(fields, "register", 0, 0xFFFF)
    if "text" in fields:
        return write_several(unit, register, characters(text(fields, "text")))
    if "values" in fields:
        return write_several(unit, register, _values(fields))
    if "value" in fields:
        return write_one(unit, register, number(fields, "value", -0x8000, 0xFFFF))
    function = number(fields, "function", READ, WRITE_SEVERAL, READ)
    if function not in (READ, WRITE_SEVERAL):
        raise BadField(f"value: is missing, expected for function {function}")
    count = number(fields, "count", 1, 0xFFFF)
    return encode_frame(Frame(unit=unit, function=function, register=register, count=count))


def _values(fields: Mapping[str, object]) -> tuple[int, ...]:
    values = fields["values"]
    if not isinstance(values, list) or not all(type(one) is int and 0 <= one <= 0xFFFF for one in values):
        raise BadField(f"values: expected a list of numbers 0..65535, got {values!r}")
    if len(values) > MOST_REGISTERS:
        raise BadField(f"values: {len(values)}, at most {MOST_REGISTERS}")
    return tuple(values)


def _decode(data: bytes) -> Decoded:
    frame, used = whole_frame(decode_frame, data, "its CRC has not come")
    fields: dict[str, object] = {"unit": frame.unit, "function": frame.function}
    if frame.error is not None:
        return Decoded(fields | {"error": frame.error}, used, (f"refused, code {frame.error}",))
    if frame.register is not None:
        fields["register"] = frame.register
    if frame.function == WRITE_ONE:
        value = frame.values[0]
        # A board's number is signed.
        is_negative = frame.register == VALUE_REGISTER and value & 0x8000
        return Decoded(fields | {"value": value - 0x10000 if is_negative else value}, used)
    if not frame.values:
        return Decoded(fields | {"count": frame.count}, used)
    words = b"".join(value.to_bytes(2, "big") for value in frame.values)
    if frame.register is not None and frame.register & ~0x0F == TEXT_REGISTER and words.isascii() and _shows(words):
        return Decoded(fields | {"text": words.decode()}, used)
    return Decoded(fields | {"values": list(frame.values)}, used)


def _shows(words: bytes) -> bool:
    return words.decode().isprintable()


MODBUS_LED = Codec(
    name="modbus-led",
    summary="LED board, Modbus RTU",
    directions="host->board and board->host",
    encode=_encode,
    decode=_decode,
    cut=cut_frame,
    longest=LONGEST,
    aliases=("modbus_led485", "modbus_rtu"),
    sum_bits=16,
    examples=(
        Example("01 06 00 00 30 39 5D D8", "pymodbus: a number", {"unit": 1, "register": 0, "value": 12345}),
        Example(
            "01 10 00 70 00 03 06 47 69 74 68 75 62 8A 80",
            "pymodbus: characters",
            {"unit": 1, "register": 112, "text": "Github"},
        ),
        Example("11 06 00 01 00 03 9A 9B", "the Modbus specification", {"unit": 17, "register": 1, "value": 3}),
    ),
)
