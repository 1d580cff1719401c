"""`hall kiosk`: the kiosk on this machine's screen. A program of its own: this one only hands it the words."""

from __future__ import annotations

import argparse
import runpy
import sys


def add(parser: argparse.ArgumentParser) -> None:
    parser.prefix_chars = "\0"  # every word is the kiosk's own, --help too
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="…", help="what `hall kiosk --help` says")


def run(args: argparse.Namespace) -> int:
    sys.argv = ["hall kiosk", *args.words]
    runpy.run_module("kiosk_ui", run_name="__main__")
    return 0
