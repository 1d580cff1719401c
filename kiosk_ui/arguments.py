"""What the kiosk is told when it is started: where the hall is and which kiosk this is. All else it asks the hall for.

Settings that are said here go before the hall's: for a desk. Arguments go before the environment; systemd sets
HALL_URL and HALL_KIOSK from /etc/hall/kiosk.env. Knows no Qt.
"""

from __future__ import annotations

import argparse
import logging
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_type_hints

import msgspec

from hall_daemon.wire.kiosks import KioskId, KioskSettings, Millimetres
from hall_daemon.words.tables import tables

_LOGGER = logging.getLogger(__name__)

DEFAULT_URL = "http://127.0.0.1:8080"
DEFAULT_KIOSK = "kiosk-1"
# Of a credential that is read.
_LONGEST = 1000
_URL = re.compile(r"https?://[^\s/@]+/?")
_EPILOG = """What the kiosk is (printer, screen, matters, times) is in the hall's hall.toml, [kiosks.ID]; an option goes
before it. The environment may say the same: HALL_URL, HALL_KIOSK, HALL_KIOSK_PRINTER and so on. Ctrl-C ends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """`credential` is a file and `screenshots` a folder, "" for none. `overrides` are fields of KioskSettings that were
    said here."""

    url: str
    kiosk: str
    credential: str
    ca: str
    overrides: Mapping[str, Any]
    keypad: tuple[str, ...]
    windowed: bool
    screenshots: str


def parse(argv: Sequence[str], environ: Mapping[str, str]) -> Arguments:
    """Exits with 2 and a message when something is wrong, as argparse does."""
    parser = argparse.ArgumentParser(
        "hall kiosk", epilog=_EPILOG,
        description="自助取号机 · The kiosk on this machine's screen, or pictures of all its pages.",
    )

    url = environ.get("HALL_URL") or DEFAULT_URL
    parser.add_argument("--url", default=url, help=f"the hall's address (default {DEFAULT_URL})", type=address)
    # HALL_KIOSK_ID is what it was called before.
    kiosk = environ.get("HALL_KIOSK") or environ.get("HALL_KIOSK_ID") or DEFAULT_KIOSK
    which = f"this kiosk's id in hall.toml (default {DEFAULT_KIOSK})"
    parser.add_argument("--kiosk", default=kiosk, help=which, type=_reader(KioskId), metavar="ID")
    parser.add_argument(
        "--credential", default=_credential_file(environ), metavar="FILE",
        help="holds what `hall machine add` gave for this kiosk (default: hall-kiosk of systemd's credentials)",
    )
    parser.add_argument(
        "--ca", default=environ.get("HALL_CA", ""), metavar="FILE", type=authority,
        help="the authority of the hall's HTTPS, as hall tls init makes it (default HALL_CA; else the public ones)",
    )
    keypad = environ.get("HALL_KIOSK_KEYPAD", "")
    parser.add_argument(
        "--keypad", default=keypad, metavar="FILES",
        help="keys for whoever listens, /dev/input/by-id/… as a,b (default: headphone jacks, found by themselves)",
    )
    types = _TYPES | {"language": Literal[tables().languages]}
    for field, (metavar, meaning) in _OVERRIDES.items():
        parser.add_argument(
            "--" + field.replace("_", "-"), default=environ.get(f"HALL_KIOSK_{field.upper()}") or None,
            help=meaning, type=_reader(types[field]), metavar=metavar,
        )
    parser.add_argument("--windowed", action="store_true", help="in a window, for a desk; full screen otherwise")
    parser.add_argument(
        "--screenshots", default="", metavar="DIR",
        help="write a picture of every page in every mode and language there, of a hall that is made up, and end",
    )
    said = vars(parser.parse_args(argv))
    overrides = {field: said[field] for field in _OVERRIDES if said[field] is not None}
    sides = [overrides.pop(side) for side in ("width_mm", "height_mm") if side in overrides]
    if len(sides) == 1:
        parser.error("--width-mm and --height-mm go together")
    if sides:
        overrides["screen_mm"] = (sides[0], sides[1])
    return Arguments(
        url=said["url"].rstrip("/"), kiosk=said["kiosk"], credential=said["credential"], ca=said["ca"],
        overrides=overrides, keypad=tuple(filter(None, said["keypad"].split(","))), windowed=said["windowed"],
        screenshots=said["screenshots"],
    )


_OVERRIDES = {
    "printer": ("ID", "the printer for slips"),
    "services": ("IDS", "matters offered, as a,b"),
    "language": ("LANGUAGE", "zh, en or another that has words"),
    "theme": ("THEME", "qing, song or jiang"),
    "width_mm": ("MM", "width of the picture"),
    "height_mm": ("MM", "height of the picture"),
    "idle_s": ("S", "idle before the countdown"),
    "assist_idle_s": ("S", "the same with assistance"),
    "countdown_s": ("S", "countdown before all is wiped"),
}
# The bounds are those of hall.toml.
_TYPES = get_type_hints(KioskSettings, include_extras=True) | {"width_mm": Millimetres, "height_mm": Millimetres}


def _credential_file(environ: Mapping[str, str]) -> str:
    """The file of this kiosk's credential, "" for none."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    return environ.get("HALL_CREDENTIAL") or (f"{folder}/hall-kiosk" if folder else "")


def read_credential(path: str) -> str:
    """What is in the file now; "" where it cannot be used, which the log says: the hall then refuses, and the page says
    so until it is there."""
    try:
        said = Path(path).read_text(encoding="ascii")[:_LONGEST].strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        _LOGGER.warning("%s cannot be read (%s); hall machine add makes one", path, error)
        return ""
    if not said.isprintable():
        _LOGGER.warning("%s holds more than a credential; hall machine add makes one", path)
        return ""
    return said


def authority(path: str) -> str:
    try:
        if path:
            ssl.create_default_context(cafile=path)
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"{path} is no certificate of an authority ({error}); take ca.crt of hall tls init"
        ) from None
    return path


def address(text: str) -> str:
    if not _URL.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address like {DEFAULT_URL}")
    return text


def _reader(hint: Any) -> Callable[[str], Any]:
    """Reads a value of the type from a word; a list from a,b."""

    def read(text: str) -> Any:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        try:
            return msgspec.convert(parts if hint == _TYPES["services"] else text, hint, strict=False)
        except msgspec.ValidationError:
            wanted = _wanted(msgspec.json.schema(hint))
            raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}") from None

    return read


def _wanted(schema: dict[str, Any]) -> str:
    """What fits a type, in words."""
    if "enum" in schema:
        return " or ".join(schema["enum"])
    if "minimum" in schema:
        return f"a whole number from {schema['minimum']} to {schema['maximum']}"
    inner = schema.get("items", schema)
    return str(inner.get("description") or f"at most {inner['maxLength']} characters")
