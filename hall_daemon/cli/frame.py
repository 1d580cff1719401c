"""`hall frame`: for installers on a bus. Hex in, fields out, and the other way round.

A format that carries characters is written and read as text: a card's line as it stands, several lines as words or as a
JSON list, a message as a JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import sys

from device_drivers.codecs.codec import Codec, hex_text
from device_drivers.codecs.text import GETA
from device_drivers.errors import BadField, BadFrame
from device_drivers.registry import BY_ANY_NAME, PROTOCOLS
from hall_daemon.cli.errors import Failure

MAX_BYTES = 65_536
_MARKS = {GETA, "?"}
_HEX_PAIRS = re.compile(r"\s*[0-9A-Fa-f]{2}(\s+[0-9A-Fa-f]{2})+\s*")
_NO_HEX = re.compile(r"[^0-9A-Fa-f]")
# What other tools write between bytes, and before them.
_BETWEEN = re.compile(r"(0[xX]|\\x)(?=[0-9A-Fa-f]{2})|[\s:,;-]")
NEED_REQUEST = tuple(codec.name for codec in PROTOCOLS.values() if codec.needs_request)


def add(parser: argparse.ArgumentParser) -> None:
    ways = parser.add_subparsers(dest="way", metavar="decode|encode|list", required=True)
    known = ", ".join(PROTOCOLS)
    decode = ways.add_parser("decode", help="hex bytes to fields")
    decode.add_argument("protocol", metavar="PROTOCOL", help=known)
    decode.add_argument("hex", nargs="+", metavar="HEX", help="bytes, with spaces or colons, or text; - is stdin")
    decode.add_argument("--request", metavar="HEX", help=f"asked before an answer of {', '.join(NEED_REQUEST)}")
    encode = ways.add_parser("encode", help="fields to hex bytes")
    encode.add_argument("protocol", metavar="PROTOCOL", help=known)
    encode.add_argument("fields", metavar="JSON", help="an object of fields; - reads stdin")
    listing = ways.add_parser("list", help="the protocols that are known")
    for sub in (decode, encode, listing):
        sub.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    return {"decode": _decode, "encode": _encode, "list": _list}[args.way](args)


def _codec(name: str) -> Codec:
    codec = BY_ANY_NAME.get(name)
    if codec is None:
        raise Failure(2, f"no protocol {name!r}; there are {', '.join(PROTOCOLS)}")
    return codec


def _stdin() -> str:
    try:
        text = sys.stdin.read(4 * MAX_BYTES + 1)
    except ValueError as error:
        raise Failure(2, f"not text: {error}") from error
    if len(text) > 4 * MAX_BYTES:
        raise Failure(2, f"more than {4 * MAX_BYTES} characters; give one frame, of at most {MAX_BYTES} bytes")
    return text


def _bytes(words: list[str]) -> bytes:
    text = _stdin() if words == ["-"] else " ".join(words)
    packed = _BETWEEN.sub("", text)
    strange = _NO_HEX.search(packed)
    if strange is not None or len(packed) % 2:
        why = f"{strange[0]!r} is no hex digit" if strange else f"{len(packed)} hex digits, each byte has two"
        raise Failure(2, f"not hex bytes: {why}; write them as AA 01 BB …")
    data = bytes.fromhex(packed)
    if not 0 < len(data) <= MAX_BYTES:
        raise Failure(2, f"give 1 to {MAX_BYTES} bytes, not {len(data)}")
    return data


def _text(words: list[str]) -> bytes:
    """Lines of text, also as a JSON string or list of them; bytes in hex pairs are taken too."""
    joined = _stdin() if words == ["-"] else "\n".join(words)
    if _HEX_PAIRS.fullmatch(joined):
        return _bytes([joined])
    try:
        value = json.loads(joined)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        joined = "\n".join(value)
    try:
        data = joined.encode()
    except UnicodeEncodeError as error:
        raise Failure(2, f"not text: {error}") from error
    if not 0 < len(data) <= MAX_BYTES:
        raise Failure(2, f"give 1 to {MAX_BYTES} bytes of text, not {len(data)}")
    return data


def _shown(codec: Codec, data: bytes) -> dict[str, object]:
    """Bytes as people read them."""
    shown: dict[str, object] = {"hex": hex_text(data)}
    return shown | {"text": data.decode("utf-8", "replace")} if codec.is_text else shown


def _decode(args: argparse.Namespace) -> int:
    codec = _codec(args.protocol)
    if args.request is not None and not codec.needs_request:
        raise Failure(2, f"--request is for {', '.join(NEED_REQUEST)}: a frame of {codec.name} says all by itself")
    request = _bytes([args.request]) if args.request is not None else b""
    data = _text(args.hex) if codec.is_text else _bytes(args.hex)
    try:
        decoded = codec.decode(request + data)
    except BadFrame as error:
        if args.json:
            print(json.dumps({"protocol": codec.name, "valid": False, "error": str(error)}, ensure_ascii=False))
            return 1
        raise Failure(1, f"not a frame of {codec.name}: {error}") from error
    used = max(0, decoded.used - len(request))
    rest = data[used:]
    # The codec of answers says so itself when a byte means nothing. (A strip's `valid` is a property byte.)
    valid = decoded.fields.get("valid") is not False
    if args.json:
        shown = {
            "protocol": codec.name, "valid": valid, "fields": decoded.fields,
            **_shown(codec, data[:used]), "used": used,
            "rest": hex_text(rest), "warnings": list(decoded.warnings),
        }
        print(json.dumps(shown, ensure_ascii=False))
        return 0 if valid else 1
    width = max((len(name) for name in decoded.fields), default=0)
    for name, value in decoded.fields.items():
        print(f"{name:<{width}}  {json.dumps(value, ensure_ascii=False)}")
    for warning in decoded.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if rest:
        print(f"{len(rest)} bytes left over: {hex_text(rest)}", file=sys.stderr)
    return 0 if valid else 1


def _encode(args: argparse.Namespace) -> int:
    codec = _codec(args.protocol)
    text = _stdin() if args.fields == "-" else args.fields
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Failure(2, f"not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise Failure(2, 'the fields are one JSON object, as in {"addr": 1, "text": "请A023号"}')
    try:
        data = codec.encode(fields)
    except (BadField, UnicodeEncodeError) as error:
        raise Failure(1, f"cannot build a frame of {codec.name}: {error}") from error
    shown = _shown(codec, data)
    replaced = _replaced(codec, fields, data)
    if args.json:
        told = {"replaced": replaced} if replaced else {}
        print(json.dumps({"protocol": codec.name, **shown, "length": len(data), **told}, ensure_ascii=False))
    else:
        print(shown.get("text", shown["hex"]))
        if replaced:
            print(f"warning: not in the device's encoding, so replaced: {' '.join(replaced)}", file=sys.stderr)
    return 0


def _replaced(codec: Codec, fields: dict[str, object], data: bytes) -> list[str]:
    """Characters of a text that the device cannot show, in order: they went out as a mark."""
    try:
        said = codec.decode(data).fields
    except BadFrame:
        return []
    found: list[str] = []
    for name, value in fields.items():
        back = said.get(name)
        if isinstance(value, str) and isinstance(back, str) and len(value) == len(back):
            found += [a for a, b in zip(value, back, strict=True) if a != b and b in _MARKS]
    return found


def _list(args: argparse.Namespace) -> int:
    if args.json:
        shown = {
            name: {
                "summary": c.summary, "directions": c.directions, "aliases": list(c.aliases),
                "examples": [one.hex for one in c.examples],
            }
            for name, c in PROTOCOLS.items()
        }
        print(json.dumps(shown))
        return 0
    for name, codec in PROTOCOLS.items():
        also = f"; also {', '.join(codec.aliases)}" if codec.aliases else ""
        print(f"{name:<23}{codec.summary} ({codec.directions}{also})")
    return 0
