"""`hall screen`: the big screen on this machine's panel. A program of its own: this one only hands it the words."""

from __future__ import annotations

import argparse
import runpy
import sys


def add(parser: argparse.ArgumentParser) -> None:
    parser.prefix_chars = "\0"  # every word is the screen's own, --help too
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="…", help="what `hall screen --help` says")


def run(args: argparse.Namespace) -> int:
    sys.argv = ["hall screen", *args.words]
    runpy.run_module("kiosk_ui.screen", run_name="__main__")
    return 0
