"""What the kiosk is told when it is started: arguments, with the environment in their place where one is left out.

systemd sets HALL_URL and HALL_KIOSK_… in /etc/hall/kiosk.env. Knows no Qt.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hall_daemon.words.tables import tables
from kiosk_ui.state import Screen, Settings

DEFAULT_URL = "http://127.0.0.1:8080"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_URL = re.compile(r"https?://[^\s/@]+/?")
_EPILOG = """Each option can be given by the environment instead: HALL_URL, HALL_KIOSK_ID, HALL_KIOSK_PRINTER,
HALL_KIOSK_SERVICES, HALL_KIOSK_LANGUAGE, HALL_KIOSK_WIDTH_MM, HALL_KIOSK_HEIGHT_MM, HALL_KIOSK_IDLE_S,
HALL_KIOSK_ASSIST_IDLE_S, HALL_KIOSK_COUNTDOWN_S. Ctrl-C ends it."""


@dataclass(frozen=True, slots=True)
class Arguments:
    url: str
    settings: Settings
    windowed: bool


def parse(argv: Sequence[str], environ: Mapping[str, str]) -> Arguments:
    """Exits with 2 and a message when something is wrong, as argparse does."""
    given = Settings()
    parser = argparse.ArgumentParser(
        "python -m kiosk_ui", description="自助取号机 · The self-service kiosk of a hall.", epilog=_EPILOG
    )

    def option(flag: str, variable: str, default: str, help: str, **more: object) -> None:
        told = environ.get(variable) or default
        shown = f"{help} (default {default or 'none'})"
        parser.add_argument(flag, default=told, help=shown, **more)  # type: ignore[arg-type]

    option("--url", "HALL_URL", DEFAULT_URL, "the hall's address", type=_address, metavar="URL")
    option("--kiosk", "HALL_KIOSK_ID", given.kiosk, "this kiosk's id", type=_id, metavar="ID")
    option("--printer", "HALL_KIOSK_PRINTER", "", "the printer for slips", type=_maybe_id, metavar="ID")
    option("--services", "HALL_KIOSK_SERVICES", "", "matters offered, as a,b; else all", type=_ids, metavar="IDS")
    spoken = tables().languages
    option("--language", "HALL_KIOSK_LANGUAGE", given.language, ", ".join(spoken), choices=spoken)
    millimetres, seconds = _between(50, 5000), _between(1, 86_400)
    option("--width-mm", "HALL_KIOSK_WIDTH_MM", "268", "width of the picture", type=millimetres, metavar="MM")
    option("--height-mm", "HALL_KIOSK_HEIGHT_MM", "476", "height of the picture", type=millimetres, metavar="MM")
    option("--idle-s", "HALL_KIOSK_IDLE_S", "45", "idle before the countdown", type=seconds, metavar="S")
    option("--assist-idle-s", "HALL_KIOSK_ASSIST_IDLE_S", "90", "the same with assistance", type=seconds, metavar="S")
    option("--countdown-s", "HALL_KIOSK_COUNTDOWN_S", "20", "countdown before all is wiped", type=seconds, metavar="S")
    parser.add_argument("--windowed", action="store_true", help="in a window, for a desk; full screen otherwise")
    said = parser.parse_args(argv)
    settings = Settings(
        kiosk=said.kiosk,
        printer=said.printer,
        services=said.services,
        language=said.language,
        screen=Screen(said.width_mm, said.height_mm),
        idle_s=said.idle_s,
        assist_idle_s=said.assist_idle_s,
        countdown_s=said.countdown_s,
    )
    return Arguments(said.url.rstrip("/"), settings, said.windowed)


def _address(text: str) -> str:
    if not _URL.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address like {DEFAULT_URL}")
    return text


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an id: letters, digits, . - and _, 64 at most")
    return text


def _maybe_id(text: str) -> str:
    return _id(text) if text else ""


def _ids(text: str) -> tuple[str, ...]:
    return tuple(_id(part.strip()) for part in text.split(",") if part.strip())


class _between:  # noqa: N801 - read as a word where it is used
    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high

    def __call__(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not self._low <= value <= self._high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {self._low:g} to {self._high:g}")
        return value
