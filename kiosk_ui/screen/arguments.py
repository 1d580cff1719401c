"""What a big screen is told when it is started: where the hall is, which zone, how large. All else says the hall.

Arguments go before the environment; systemd sets it from /etc/hall/screen.env. Knows no Qt.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from hall_daemon.wire.screens import Ground, Theme
from kiosk_ui.arguments import address, authority
from kiosk_ui.screen.picture import Asked

DEFAULT_URL = "http://127.0.0.1:8081"
_LONGEST_ZONE = 64
TURNS = (0, 90, 180, 270)
_EPILOG = """It needs no credential: it shows what everybody in the hall sees. The environment may say the same:
HALL_SCREEN_URL, HALL_SCREEN_ZONE and so on. Ctrl-C ends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """`screenshots` is a folder, "" for none; `answer` where the hall may ask what stands there, None for nowhere."""

    url: str
    ca: str
    asked: Asked
    turn: int
    windowed: bool
    screenshots: str
    answer: tuple[str, int] | None


def parse(argv: Sequence[str], environ: Mapping[str, str]) -> Arguments:
    """Exits with 2 and a message when something is wrong, as argparse does."""
    parser = argparse.ArgumentParser(
        "hall screen", epilog=_EPILOG,
        description="综合屏 · The big screen on this machine's panel, as /screen shows it in a browser: calls, waits, "
        "who was missed, notices, clock.",
    )

    def said(name: str) -> str | None:
        return environ.get(f"HALL_SCREEN_{name}") or None

    parser.add_argument(
        "--url", default=said("URL") or DEFAULT_URL, type=address,
        help=f"the hall's public listener (default {DEFAULT_URL})",
    )
    parser.add_argument(
        "--ca", default=environ.get("HALL_CA", ""), metavar="FILE", type=authority,
        help="the authority of the hall's HTTPS, as hall tls init makes it (default HALL_CA; else the public ones)",
    )
    parser.add_argument("--zone", default=said("ZONE") or "", help="calls and queues of that zone only", type=_zone)
    for name, low, high, meaning in (
        ("inches", 10, 400, "the panel's diagonal"), ("metres", 1, 50, "how far away people read it"),
    ):
        parser.add_argument(
            f"--{name}", default=said(name.upper()), metavar="N", type=_between(low, high),
            help=f"{meaning} (default: what [screen] of hall.toml says)",
        )
    for name, kind in (("theme", Theme), ("ground", Ground)):
        parser.add_argument(
            f"--{name}", default=said(name.upper()), choices=get_args(kind), help="default: what [screen] says"
        )
    parser.add_argument(
        "--turn", default=said("TURN") or "0", type=int, choices=TURNS,
        help="degrees, for a panel that hangs on its side",
    )
    parser.add_argument(
        "--answer", default=said("ANSWER"), metavar="ADDRESS:PORT", type=_listener,
        help="let the hall ask there whether a call stands on this screen (docs/devices/big-screen.md; default: no)",
    )
    parser.add_argument("--windowed", action="store_true", help="in a window, for a desk; full screen otherwise")
    parser.add_argument(
        "--screenshots", default="", metavar="DIR", help="write pictures of a hall that is made up there, and end"
    )
    args = parser.parse_args(argv)
    asked = Asked(zone=args.zone, inches=args.inches, metres=args.metres, theme=args.theme, ground=args.ground)
    return Arguments(
        url=args.url, ca=args.ca, asked=asked, turn=args.turn, windowed=args.windowed, screenshots=args.screenshots,
        answer=args.answer,
    )


def _zone(text: str) -> str:
    if len(text) > _LONGEST_ZONE or not text.isprintable():
        raise argparse.ArgumentTypeError(f"expected a zone of hall.toml, at most {_LONGEST_ZONE} characters")
    return text


def _listener(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise argparse.ArgumentTypeError(f"{text!r} is no address of this machine and port, as 127.0.0.1:7270")
    return host.strip("[]"), int(port)


def _between(low: int, high: int) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {low} to {high}")
        return value

    return read
