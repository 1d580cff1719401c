"""Frames of Alpha and BetaBrite signs (Adaptive): printable commands between old control characters. Pure.

    00 x5  01  type(1)  address(2 hex digits)  02  command …  [03 CCCC]  04

CCCC is the sum of all bytes from 02 to 03, both counted, in four upper-case hex digits. Several commands of one frame
stand one behind the other, each as 02 … 03 [CCCC], before the 04. Commands:

    A label [1B position mode] text   write TEXT; label 0 has priority over all, empty it goes
    G label text                      write STRING
    E $ (label type lock size qqqq)*  set memory: type A TEXT, B STRING, C DOTS; size and qqqq 4 hex digits
    E , · E ( tone · E . T lock labels  soft reset · tone · run sequence

See docs/devices/alpha-sign.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, only, text, whole_frame
from device_drivers.errors import BadField

NUL, SOH, STX, ETX, EOT, ESC = 0x00, 0x01, 0x02, 0x03, 0x04, 0x1B
NULS = 5
COMMAND_LIMIT, MOST_COMMANDS = 300, 16
LONGEST = 2 * NULS + 1 + 3 + MOST_COMMANDS * (1 + COMMAND_LIMIT + 5) + 1
REPLACED = "?"
_HEADER = re.compile(rb"\x01([ -~])([0-9A-F?]{2})\x02")
_FILE_TYPES = {"TEXT": "A", "STRING": "B", "DOTS": "C"}
_FILE = re.compile("([ -~])([ABC])([UL])([0-9A-F]{4})([0-9A-F]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`command`: what stands between 02 and 03 or 04. `more`: further ones of a frame that is `nested`, where each ends
    with 03."""

    command: bytes
    more: tuple[bytes, ...] = ()
    nested: bool = False
    type: str = "Z"
    addr: str = "00"
    checksum: bool = False


def encode_frame(frame: Frame) -> bytes:
    """Raises BadField."""
    head = f"{frame.type}{frame.addr}"
    if len(frame.type) != 1 or not re.fullmatch("[ -~][0-9A-F?]{2}", head):
        raise BadField(f'type and addr: expected one character and two hex digits as "Z" and "00", got {head!r}')
    if len(frame.more) >= MOST_COMMANDS:
        raise BadField(f"commands: {1 + len(frame.more)} of them, at most {MOST_COMMANDS}")
    body = b"".join(_enclosed(command, frame) for command in (frame.command, *frame.more))
    return bytes(NULS) + bytes([SOH]) + head.encode() + body + bytes([EOT])


def _enclosed(command: bytes, frame: Frame) -> bytes:
    if len(command) > COMMAND_LIMIT:
        raise BadField(f"text: the command has {len(command)} bytes, at most {COMMAND_LIMIT}")
    if not command or any(byte < 0x20 and byte not in (ESC, 0x1C) for byte in command):
        raise BadField("text: a command is needed, and no control character in it")
    body = bytes([STX]) + command + (bytes([ETX]) if frame.checksum or frame.nested or frame.more else b"")
    return body + _sum(body) if frame.checksum else body


def _sum(body: bytes) -> bytes:
    return f"{sum(body) & 0xFFFF:04X}".encode()


def decode_frame(buffer: bytes) -> tuple[Frame, int] | None:
    """(frame, bytes used) from the front of `buffer`, None for half a frame; raises BrokenFrame."""
    if not buffer:
        return None
    start = len(buffer) - len(buffer.lstrip(b"\0"))
    if start > 2 * NULS:
        raise BrokenFrame(f"{start} bytes of 00 in a row", start - NULS)
    if start == len(buffer):
        return None
    if start < NULS or buffer[start] != SOH:
        raise BrokenFrame(f"{start} bytes of 00 and {buffer[start]:02X}, expected {NULS} and 01", max(1, start))
    if len(buffer) < start + 5:
        return None
    header = _HEADER.match(buffer, start)
    if header is None:
        raise BrokenFrame("behind 01 a type, two digits of address and 02 are expected", start + 1)
    commands, sums, at, nested = [], 0, header.end(), False
    while True:
        end = _find_end(buffer, at)
        if end is None:
            return None
        commands.append(buffer[at:end])
        if buffer[end] == ETX:
            nested, end = True, end + 1
            if buffer[end : end + 1] not in (bytes([STX]), bytes([EOT])):
                if len(buffer) < end + 5:
                    return None
                _check(buffer[end : end + 4], _sum(buffer[at - 1 : end]), start)
                sums, end = sums + 1, end + 4
        elif len(commands) > 1:
            raise BrokenFrame("the last of several commands has no 03", start + 1)
        if buffer[end] == EOT:
            break
        if buffer[end] != STX or len(commands) == MOST_COMMANDS:
            raise BrokenFrame(f"byte {end} is {buffer[end]:02X}, expected 04", start + 1)
        at = end + 1
    if sums not in (0, len(commands)):
        raise BrokenFrame("only some of the commands have a sum", start + 1)
    frame = Frame(
        command=commands[0], more=tuple(commands[1:]), nested=nested and (not sums or len(commands) > 1),
        type=header[1].decode(), addr=header[2].decode(), checksum=bool(sums),
    )
    return frame, end + 1


def _check(found: bytes, right: bytes, start: int) -> None:
    if found != right:
        raise BrokenFrame(f"the sum is expected as {right.decode()}, got {found!r}", start + 1)


def _find_end(buffer: bytes, start: int) -> int | None:
    """Where the 03 or 04 behind the command stands; None while there is neither. Raises BrokenFrame."""
    for at in range(start, len(buffer)):
        if buffer[at] in (ETX, EOT) and at > start:
            return at
        if (buffer[at] < 0x20 and buffer[at] not in (ESC, 0x1C)) or at - start >= COMMAND_LIMIT:
            raise BrokenFrame(f"byte {at} is {buffer[at]:02X}, expected text or its end", at)
    return None


def shown_text(words: str) -> tuple[bytes, int]:
    """ASCII, and how many characters had to become `?`: a sign has no Hanzi."""
    shown = [character if " " <= character <= "~" else REPLACED for character in words]
    return "".join(shown).encode(), sum(a != b for a, b in zip(shown, words, strict=True))


def write_text(label: str, words: bytes, *, position: int | None = None, mode: str = "b") -> bytes:
    """The command. Raises BadField."""
    _label(label)
    if position is None:
        return b"A" + label.encode() + words
    if not 0x20 <= position <= 0x7E or len(mode) != 1 or not " " < mode <= "~":
        raise BadField("position and mode: expected a hex byte 20..7E and one character")
    return b"A" + label.encode() + bytes([ESC, position]) + mode.encode() + words


def _label(label: str) -> None:
    if not re.fullmatch("[ -~]", label):
        raise BadField(f"label: expected one character, got {label!r}")


# -- fields, for `hall frame` ---------------------------------------------------------------------------

_HEAD = ("type", "addr", "checksum")
_ONE = ("files", "label", "position", "mode", "text", "string", "reset", "tone", "sequence", "command")
_KNOWN = (*_HEAD, *_ONE, "strings", "commands")


def _word(fields: Mapping[str, object], name: str, default: str) -> str:
    return text(fields, name) if name in fields else default


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, _KNOWN)
    checksum = fields.get("checksum", False)
    if not isinstance(checksum, bool):
        raise BadField(f"checksum: expected true or false, got {checksum!r}")
    commands = _commands(fields)
    frame = Frame(
        command=commands[0], more=tuple(commands[1:]), nested=bool({"strings", "commands"} & fields.keys()),
        type=_word(fields, "type", "Z"), addr=_word(fields, "addr", "00"), checksum=checksum,
    )
    return encode_frame(frame)


def _commands(fields: Mapping[str, object]) -> list[bytes]:
    """One, or each of a list: `strings` have a label and a string (or text), `commands` are any."""
    if "strings" in fields:
        several = [
            {("string" if name == "text" else name): value for name, value in each.items()}
            for each in _list(fields, "strings")
        ]
        if not all("string" in each for each in several):
            raise BadField("strings: expected a string in each")
    elif "commands" in fields:
        several = [dict(each) for each in _list(fields, "commands")]
    else:
        return [_command(fields)]
    for each in several:
        only(each, _ONE)
    return [_command(each) for each in several]


def _command(fields: Mapping[str, object]) -> bytes:
    label = _word(fields, "label", "0")
    if "files" in fields:
        return b"E$" + "".join(_file(each) for each in _list(fields, "files")).encode()
    if fields.get("reset") is True:
        return b"E,"
    for name, prefix in (("command", ""), ("tone", "E("), ("sequence", "E.T")):
        if name in fields:
            return prefix.encode() + shown_text(text(fields, name))[0]
    if "string" in fields:
        _label(label)
        return b"G" + label.encode() + shown_text(text(fields, "string"))[0]
    words, mode = shown_text(text(fields, "text"))[0], _word(fields, "mode", "b")
    if "position" not in fields and "mode" not in fields:
        return write_text(label, words)
    position = _word(fields, "position", "20")
    if not re.fullmatch("[0-9A-Fa-f]{2}", position):
        raise BadField(f'position: expected two hex digits as "20", got {position!r}')
    return write_text(label, words, position=int(position, 16), mode=mode)


def _list(fields: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    value = fields[name]
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value) or not value:
        raise BadField(f"{name}: expected a list of objects, got {value!r}")
    return value


def _file(each: Mapping[str, object]) -> str:
    only(each, ("label", "type", "lock", "size", "qqqq"))
    kind, size = _FILE_TYPES.get(str(each.get("type"))), each.get("size")
    if kind is None or type(size) is not int or not 0 <= size <= 0xFFFF:
        raise BadField(f"files: expected a type of {', '.join(_FILE_TYPES)} and a size 0..65535, got {each!r}")
    entry = f"{each.get('label')}{kind}{each.get('lock', 'U')}{size:04X}{each.get('qqqq', '0000')}"
    if not _FILE.fullmatch(entry):
        raise BadField(f"files: expected label, lock U or L and qqqq of four hex digits, got {each!r}")
    return entry


def _decode(data: bytes) -> Decoded:
    frame, used = whole_frame(decode_frame, data, "the 04 at its end is missing")
    fields: dict[str, object] = {"type": frame.type, "addr": frame.addr}
    if frame.checksum:
        fields["checksum"] = True
    words = [command.decode("ascii", "replace") for command in (frame.command, *frame.more)]
    warnings = () if all(map(str.isascii, words)) else ("text: not all of it is ASCII",)
    if not frame.nested:
        return Decoded(fields | _said(words[0]), used, warnings)
    said = [_said(each) for each in words]
    return Decoded(fields | {"strings" if all("string" in each for each in said) else "commands": said}, used, warnings)


def _said(words: str) -> dict[str, object]:
    kinds = {letter: name for name, letter in _FILE_TYPES.items()}
    if words.startswith("E$") and (found := list(_FILE.finditer(words, 2))) and 11 * len(found) == len(words) - 2:
        return {
            "files": [
                {"label": f[1], "type": kinds[f[2]], "lock": f[3], "size": int(f[4], 16), "qqqq": f[5]} for f in found
            ]
        }
    if words == "E,":
        return {"reset": True}
    for name, prefix in (("tone", "E("), ("sequence", "E.T")):
        if words.startswith(prefix):
            return {name: words[len(prefix) :]}
    if len(words) > 1 and words[0] == "G":
        return {"label": words[1], "string": words[2:]}
    if len(words) > 4 and words[0] == "A" and words[2] == "\x1b":
        return {"label": words[1], "position": f"{ord(words[3]):02X}", "mode": words[4], "text": words[5:]}
    if len(words) > 1 and words[0] == "A":
        return {"label": words[1], "text": words[2:]}
    return {"command": words}


ALPHA_SIGN = Codec(
    name="alpha-sign",
    summary="LED sign, Alpha protocol (BetaBrite)",
    directions="host->sign; signs are not asked",
    encode=_encode,
    decode=_decode,
    cut=decode_frame,
    longest=LONGEST,
    aliases=("alpha",),
    examples=(
        Example(
            "00 00 00 00 00 01 5A 30 30 02 45 24 41 41 55 30 31 30 30 46 46 30 30 04",
            "a test of tenderlove/betabrite",
            {"files": [{"label": "A", "type": "TEXT", "lock": "U", "size": 256, "qqqq": "FF00"}]},
        ),
        Example(
            "00 00 00 00 00 01 5A 30 30 02 45 24 30 42 4C 30 30 32 30 30 30 30 30 04",
            "a test of tenderlove/betabrite",
            {"files": [{"label": "0", "type": "STRING", "lock": "L", "size": 32, "qqqq": "0000"}]},
        ),
        Example(
            "00 00 00 00 00 01 5A 30 30 02 47 30 41 30 32 33 03 02 47 31 2E 2D 20 03 04",
            "the shape of a test of tenderlove/betabrite: several commands at once",
            {"strings": [{"label": "0", "string": "A023"}, {"label": "1", "string": ".- "}]},
        ),
        Example(
            "00 00 00 00 00 01 5A 30 30 02 41 41 1B 20 62 54 65 73 74 69 6E 67 20 31 2D 32 2D 33 04",
            "the log of a library in Go",
            {"type": "Z", "addr": "00", "label": "A", "position": "20", "mode": "b", "text": "Testing 1-2-3"},
        ),
        Example(
            "00 00 00 00 00 01 5A 30 30 02 41 41 1B 20 62 41 30 32 33 20 2D 3E 20 33 03 30 32 44 38 04",
            "alphasignpy",
            {
                "type": "Z", "addr": "00", "label": "A", "position": "20", "mode": "b", "text": "A023 -> 3",
                "checksum": True,
            },
        ),
    ),
)
