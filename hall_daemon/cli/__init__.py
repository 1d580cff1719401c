"""`hall`: one command, a table of subcommands. Each lives in a module of its own with `add` and `run`.

Exit codes are the same everywhere: see EXIT. Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence

from hall_daemon import __version__
from hall_daemon.cli.errors import EXIT, Failure
from hall_daemon.words.tables import BadWords

COMMANDS: dict[str, str] = {
    "run": "run a hall from its configuration, until it is stopped",
    "demo": "run the whole hall with simulated devices, to look at",
    "replay": "send a recorded or generated day through a live hall and sum it up",
    "evaluate": "measure how good the waits are on recorded days, beside other predictors",
    "report": "a business day in figures",
    "forecast": "who comes and how long they wait, by half hour, today and on the coming days",
    "efficiency": "how long matters take, by day, week or month, and what stands out",
    "review": "pre-reviews: list them, show one",
    "platform": "the city's approval platform: how it stands, send, compare",
    "why": "say why a ticket was called, or why before another one",
    "staff": "accounts of people: add, change, disable, reset",
    "machine": "credentials of kiosks, screens, devices and tools",
    "tls": "HTTPS by an authority of the hall's own: make it, renew the hall's certificate",
    "vault": "the vault of persons: another key, or going on without those of a lost one",
    "document": "what the hall would say of a file that somebody hands in",
    "day": "say which business day it is; take back one that a wrong clock began",
    "recover": "go on with a journal that lost its newest events, after the highest number that is known",
    "verify": "prove that nobody rewrote the journal",
    "guides": "guides of matters: check them, show one",
    "doctor": "look at an installation by many small checks, and say what to do",
    "devices": "list what is plugged in, and propose lines of a configuration for it",
    "test-device": "try one device apart from the hall: a picture, a slip, a sentence, a press",
    "conform": "whether a maker's own MQTT device keeps the contract of its kind",
    "check": "check a configuration and point at every mistake",
    "form": "check forms, and answers to them",
    "say": "say something as the hall would, aloud or into a file",
    "clips": "the voice of the hall's own: what is not recorded yet, and which clips are no good",
    "ask": "which matter a question in plain words is about, and which paragraph of its guide",
    "words": "the languages people can read the hall in, and what is not translated yet",
    "kiosk": "the kiosk on this machine's screen, or pictures of all its pages",
    "screen": "the big screen on this machine's panel, as /screen shows it in a browser",
    "frame": "take a frame of a device apart, or build one",
}


def parser(wanted: str) -> argparse.ArgumentParser:
    """The words of every command by name, and of `wanted` in full: the others' modules are not even read."""
    top = argparse.ArgumentParser(
        prog="hall",
        description="Runs a government service hall: numbers, calls, screens, voice, phones.",
        epilog="Exit codes: " + "; ".join(f"{code} {what}" for code, what in EXIT.items()) + ".",
    )
    top.add_argument("--version", action="version", version=f"hall {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == wanted:
            module = importlib.import_module(f"hall_daemon.cli.{name.replace('-', '_')}")
            module.add(sub)
            sub.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):  # where the terminal has no Chinese it shows codes, and nothing breaks
        sys.stdout.reconfigure(errors="backslashreplace")
    args = parser(next((word for word in words if not word.startswith("-")), "")).parse_args(words)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except BadWords as error:
        print(f"hall {args.command}: {error}", file=sys.stderr)
        return 2
    except Failure as failure:
        # Where even that cannot be said (a full disk below the log) the code still tells.
        with contextlib.suppress(OSError):
            print(f"hall {args.command}: {failure}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left of it goes nowhere, without a word at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
