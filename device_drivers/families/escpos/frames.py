"""ESC/POS for a person with a hex dump: `escpos` (host to printer) and `escpos_status` (the answers).

Pure. Fields go in and come out under the names installers see; the bytes are made in encode.py and
status.py and read by decode.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from device_drivers.codecs.codec import Codec, Decoded, Example, hex_text, number, only, text
from device_drivers.codecs.text import DeviceEncoding, encode_text, strip_controls
from device_drivers.errors import BadField, BadFrame
from device_drivers.families.escpos import encode as escpos
from device_drivers.families.escpos import status as escpos_status
from device_drivers.families.escpos.decode import EscposDecoder
from device_drivers.families.escpos.paper import (
    Barcode,
    Cut,
    Feed,
    PaperItem,
    PrintedLine,
    Qr,
    Raster,
    StatusRequest,
    Unknown,
)
from device_drivers.families.escpos.paper_json import paper_json, paper_text
from device_drivers.families.escpos.settings import (
    BARCODE_ALSO,
    BARCODE_FIELDS,
    NAMES,
    SETTINGS,
    SIZES,
    SWITCHES,
    encode_barcode,
    encode_settings,
    read_settings,
)

# What people call them -> the codec. GB2312 is a part of GBK, and python's gb2312 lacks "·" and "—".
_ENCODINGS: Final[dict[str, DeviceEncoding]] = {
    "gbk": "gbk",
    "gb2312": "gbk",
    "cp936": "gbk",
    "gb18030": "gb18030",
}


# -- escpos ------------------------------------------------------------------------------------------


def encode(fields: Mapping[str, object]) -> bytes:
    """One command group, chosen by the field that is there (see _SHAPES). BadField names what is wrong.

    `items`, which `decode` adds for the eye, is left aside.
    """
    given = {name: value for name, value in fields.items() if name != "items"}
    if given.keys() & {"barcode", "type", "symbology", "bc"}:
        given = {BARCODE_ALSO.get(name, name): value for name, value in given.items()}
    for name, (beside, shape) in _SHAPES.items():
        if name in given:
            only(given, (name, *beside))
            return shape(given)
    raise BadField(f"fields: give one of {', '.join(_SHAPES)}")


def _text(fields: Mapping[str, object]) -> bytes:
    """Lines of text. With `encoding` the bracketed form of escpos-php (ESC @, FS &, text, FS .), the text
    as it is; without it one line the way receiptline sends it (ESC t 0, FS &, GB18030, LF)."""
    lines = text(fields, "text").split("\n")
    if "encoding" not in fields:
        prefix = escpos.code_table(0) + escpos.HANZI_ON
        if lines[-1] == "" and len(lines) > 1:
            lines.pop()
        return b"".join(prefix + _hanzi(line, "gb18030") + escpos.LF for line in lines)
    name = text(fields, "encoding")
    encoding = _ENCODINGS.get(name.lower().replace("-", ""))
    if encoding is None:
        raise BadField(f"encoding: {name!r} is not for Hanzi printers; use {', '.join(_ENCODINGS)}")
    body = escpos.LF.join(_hanzi(line, encoding) for line in lines)
    return escpos.INIT + escpos.HANZI_ON + body + escpos.HANZI_OFF


def _hanzi(line: str, encoding: DeviceEncoding) -> bytes:
    """Whoever says GB18030 here gets all of it, four-byte characters too; on a slip they become 〓."""
    if encoding == "gb18030":
        try:
            return strip_controls(line).encode("gb18030")
        except UnicodeEncodeError as error:
            half = error.object[error.start]
            raise BadField(f"text: half a character at {error.start}, {half!r}; send whole characters") from error
    return encode_text(line, encoding).data


def _qr(fields: Mapping[str, object]) -> bytes:
    level = text(fields, "level") if "level" in fields else "M"
    return escpos.qr(
        text(fields, "data"),
        model=number(fields, "model", 1, 3, 2),
        module=number(fields, "size", 1, 16, 6),
        level=level.upper(),
    )


def _raster(fields: Mapping[str, object]) -> bytes:
    rows = fields["rows"]
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows) or not rows:
        raise BadField('rows: expected a list of strings of 0 and 1, like ["11", "00"]')
    for name, is_so in (("width_px", len(rows[0])), ("height_px", len(rows))):
        if fields.get(name, is_so) != is_so:
            raise BadField(f"{name}: {fields[name]!r}, but the rows have {is_so}")
    return escpos.raster(rows)


def _cut(fields: Mapping[str, object]) -> bytes:
    mode = text(fields, "mode")
    if mode not in ("full", "partial"):
        raise BadField(f"mode: {mode!r} is no cut; use full or partial")
    units = number(fields, "feed_units", 0, 255) if "feed_units" in fields else None
    return escpos.cut("full" if mode == "full" else "partial", units)


# The field that chooses -> those that may stand beside it, and what makes bytes of them.
_SET: Final = (*SETTINGS, *SWITCHES, *SIZES)
_SHAPES: Final[dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, object]], bytes]]]] = {
    "barcode": (BARCODE_FIELDS, encode_barcode),
    "text": (("encoding",), _text),
    "data": (("model", "size", "level"), _qr),
    "rows": (("width_px", "height_px"), _raster),
    "mode": (("feed_units",), _cut),
    "feed": ((), lambda fields: escpos.feed(number(fields, "feed", 0, 255))),
    "request": ((), lambda fields: _request_bytes(fields)),
    **dict.fromkeys(_SET, (_SET, encode_settings)),
}


def decode(data: bytes) -> Decoded:
    """Everything on the paper under `items`, and the first of each sort flat beside it.

    `text` holds all printed lines. Bytes that are no command are warnings; BadFrame when there is
    nothing else, or when the bytes end within a command.
    """
    decoder = EscposDecoder()
    items = decoder.feed(data)
    begun = decoder.unfinished_bytes
    if begun:
        raise BadFrame(f"the last command is cut off: it begins at byte {len(data) - begun} of {len(data)}")
    items += decoder.finish()
    unknown = [hex_text(item.data) for item in items if isinstance(item, Unknown)]
    if not data or (items and len(unknown) == len(items)):
        raise BadFrame("no ESC/POS command and no text in these bytes")
    fields = read_settings(data)
    for item in items:
        for name, value in _flat(item).items():
            fields.setdefault(name, value)
    if any(isinstance(item, PrintedLine) for item in items):
        fields["text"] = paper_text(items)
    fields["items"] = paper_json(items)
    warnings = [f"not a known command: {bytes_}" for bytes_ in unknown]
    if "\ufffd" in str(fields.get("text", "")):
        warnings.append("some bytes are no character of GB18030")
    return Decoded(fields, used=len(data), warnings=tuple(warnings))


def _flat(item: PaperItem) -> dict[str, object]:
    match item:
        case Qr(data, module, level, model):
            return {"data": data, "model": model, "size": module, "level": level}
        case Raster(width_px, height_px, rows):
            return {"width_px": width_px, "height_px": height_px, "rows": list(rows)}
        case Barcode(kind, data):
            name = NAMES.get(kind, str(kind))
            return {"barcode": name, "data": data.decode("ascii", "replace"), "function": "A" if kind < 65 else "B"}
        case Cut(mode, feed_units):
            return {"mode": mode} if feed_units is None else {"mode": mode, "feed_units": feed_units}
        case Feed(lines, 0):
            return {"feed": lines}
        case StatusRequest("dle_eot", n):
            return {"request": hex_text(escpos.status_request(n))}
        case StatusRequest("gs_r", n):
            return {"request": hex_text(bytes((0x1D, 0x72, n)))}
        case _:
            return {}


# -- escpos_status -----------------------------------------------------------------------------------

_BUFFERED: Final = "1D 72 01"
_REAL_TIME: Final = {hex_text(escpos.status_request(n)): n for n in (1, 2, 3, 4)}
_REQUESTS: Final = (*_REAL_TIME, _BUFFERED)
# What the published printers answer where nothing is said of their state: online with its drawer's pin high, and a roll
# that is near its end; all else is well.
_PUBLISHED: Final = {1: b"\x16", 4: b"\x1e"}
_WELL: Final = b"\x12"
# (n of DLE EOT, its flag)
_ACTED_ON: Final = ((1, "online"), (2, "cover_open"), (2, "error"), (4, "near_end"), (4, "out"))


def encode_status(fields: Mapping[str, object]) -> bytes:
    """The byte that a printer answers to `request`: with flags (all others off) as they say, with none the published
    one. The request itself is a frame of the printer's own format."""
    request = _request_bytes(fields)
    flags = {name: value for name, value in fields.items() if name not in ("request", "valid")}
    n = _REAL_TIME.get(hex_text(request))
    if n is not None and not flags and "valid" not in fields:
        return _PUBLISHED.get(n, _WELL)
    if n == 1 and "online" in flags:
        flags["offline"] = not flags.pop("online")
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise BadField(f"{name}: expected true or false, got {value!r}")
    on = {name: bool(value) for name, value in flags.items()}
    answer = escpos_status.encode_buffered(on) if n is None else escpos_status.encode_real_time(n, on)
    return bytes((answer,))


def decode_status(data: bytes) -> Decoded:
    """An answer byte, alone or behind its request (`10 04 04 1E`, `1D 72 01 00`).

    Behind its request: what it says. Alone: what it would say as the answer to DLE EOT 1, 2, 3 and 4,
    under `n1` … `n4`, and flat what a hall acts on; whoever reads it knows what was asked; 03, 0C and 0F can
    answer GS r 1 only. Other bytes whose fixed bits are wrong are not `valid` and the rest is null: they say
    nothing, least of all paper out.
    """
    request = hex_text(data[:3])
    if request in _REQUESTS:
        data = data[3:]
    if not data:
        raise BadFrame("no answer byte; give the byte the printer sent, alone or behind its request")
    fields, used = _answer(data[0], request), 1
    if request in _REQUESTS:
        fields, used = {"request": request, **fields}, 4
    extra = ("more than one byte: only the first is read",) if len(data) > 1 else ()
    return Decoded(fields, used, extra)


def _answer(byte: int, request: str) -> dict[str, object]:
    """Null where the byte says nothing."""
    fields: dict[str, object] = {"answer": f"{byte:02X}"}
    if request == _BUFFERED:
        flags = escpos_status.decode_buffered(byte)
        return {**fields, "valid": flags is not None, **(flags or dict.fromkeys(("near_end", "out")))}
    each = {n: escpos_status.decode_real_time(n, byte) for n in escpos_status.REAL_TIME_FLAGS}
    if request in _REAL_TIME:
        n = _REAL_TIME[request]
        names = (*(("online",) if n == 1 else ()), *escpos_status.REAL_TIME_FLAGS[n])
        return {**fields, "valid": each[n] is not None, **dict.fromkeys(names), **(each[n] or {})}
    if byte and (buffered := escpos_status.decode_buffered(byte)) is not None:
        # It answers no DLE EOT, and GS r 1 only so. (00 is also what boards say that understand neither.)
        return {**fields, "valid": True, **buffered}
    fields["valid"] = escpos_status.is_real_time_answer(byte)
    for n, name in _ACTED_ON:
        flags = each[n]
        fields[name] = None if flags is None else flags[name]
    return {**fields, **{f"n{n}": flags for n, flags in each.items() if flags is not None}}


def _request_bytes(fields: Mapping[str, object]) -> bytes:
    asked = text(fields, "request")
    try:
        request = bytes.fromhex(asked)
    except ValueError:
        request = b""
    if hex_text(request) not in _REQUESTS:
        raise BadField(f"request: {asked!r} is none of {', '.join(_REQUESTS)}")
    return request


ESCPOS: Final = Codec(
    name="escpos-printer",
    aliases=("escpos",),
    summary="ticket printer: text, QR code, picture, cut",
    directions="host->printer",
    encode=encode,
    decode=decode,
    examples=(
        Example(
            "1B 40 1C 26 CA BE C0 FD CE C4 B1 BE B4 F2 D3 A1 BB FA 21 0A 1C 2E",
            "a test of escpos-php",
            {"text": "示例文本打印机!\n", "encoding": "GBK"},
            {"text": "示例文本打印机!"},
        ),
        Example("1D 56 41 03", "a test of escpos-php", {"mode": "full", "feed_units": 3}),
        Example("1D 56 42 00", "a test of python-escpos", {"mode": "partial", "feed_units": 0}),
    ),
)
ESCPOS_STATUS: Final = Codec(
    name="escpos-printer-status",
    aliases=("escpos_status",),
    summary="ticket printer: answer byte of DLE EOT n or GS r 1",
    directions="printer->host",
    encode=encode_status,
    decode=decode_status,
    needs_request=True,
    examples=(
        Example("10 04 01 16", "tests of escpos-netprinter: online", expect={"valid": True, "online": True}),
        Example("10 04 04 1E", "constants of python-escpos: near end", expect={"near_end": True, "out": False}),
    ),
)
