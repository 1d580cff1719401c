"""The machine-readable zone for people with one in front of them, and what its readers send: lines with CR. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device_drivers.codecs.codec import Codec, Decoded, Example, only
from device_drivers.errors import BadField, BadFrame
from device_drivers.families.readers.zone import check_digit, is_zone_text, read_zone

_LONGEST = 200


def _encode(fields: Mapping[str, object]) -> bytes:
    """`lines` as they are, or `text` whose check digit is asked for."""
    only(fields, ("lines", "text", "check"))
    lines = fields.get("lines", [fields.get("text")])
    if not isinstance(lines, list | tuple) or not lines:
        raise BadField("lines: expected a list of lines, or text: one")
    for line in lines:
        if not isinstance(line, str) or not is_zone_text(line) or len(line) > _LONGEST:
            raise BadField(f"lines: expected A-Z, 0-9 and <, got {str(line)[:60]!r}")
    return "\n".join(lines).encode("ascii")


def _decode(data: bytes) -> Decoded:
    lines = [line.strip() for line in data[:1024].decode("ascii", "replace").splitlines() if line.strip()]
    if not lines or not all(is_zone_text(line) for line in lines):
        raise BadFrame("expected lines of A-Z, 0-9 and <")
    zone = read_zone(lines)
    if zone is not None:
        fields: dict[str, object] = {"format": zone.format.name, "valid": zone.valid, **zone.fields}
        return Decoded(fields | ({"broken": list(zone.broken)} if zone.broken else {}), len(data))
    if len(lines) == 1:
        return Decoded({"text": lines[0], "check": check_digit(lines[0])}, len(data))
    raise BadFrame("lines of 2 x 44, 2 x 36 or 3 x 30 characters are a zone; these are none")


def _hex(text: str) -> str:
    return text.encode("ascii").hex(" ").upper()


_PASSPORT = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
_CARD = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]

MRZ = Codec(
    name="mrz-reader",
    summary="machine-readable zone of passports, cards and visas (ICAO 9303)",
    directions="reader->host: its lines",
    encode=_encode,
    decode=_decode,
    aliases=("icao9303",),
    is_text=True,
    examples=(
        Example(_hex("520727"), "ICAO Doc 9303 part 3: a check digit", {"text": "520727"}, {"check": "3"}),
        Example(_hex("AB2134<<<"), "ICAO Doc 9303 part 3: another", {"text": "AB2134<<<"}, {"check": "5"}),
        Example(
            _hex("\n".join(_PASSPORT)), "ICAO Doc 9303 part 4: the specimen", {"lines": _PASSPORT},
            {"valid": True, "number": "L898902C3", "surname": "ERIKSSON", "given": "ANNA MARIA"},
        ),
        Example(
            _hex("\n".join(_CARD)), "a public specimen of two lines of 36", {"lines": _CARD},
            {"valid": True, "number": "D23145890"},
        ),
    ),
)
