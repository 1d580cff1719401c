"""`hall staff`: accounts of people, in the data folder of a hall that runs or does not."""

from __future__ import annotations

import argparse
import json
import sys
from getpass import getpass

from hall_daemon.adapters.http.accounts import accept_path
from hall_daemon.cli.accounts import BY, accounts, user
from hall_daemon.cli.errors import Failure, tell
from hall_daemon.cli.places import add_data, settings
from hall_daemon.staff.account import Account
from hall_daemon.staff.rights import PERSON_ROLES
from hall_daemon.wire.access import CARD_LENGTH


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("list", "add", "disable", "enable", "reset", "roles", "card"))
    parser.add_argument("number", nargs="?", default="", help="the work number (工号); not for list")
    parser.add_argument(
        "--role", action="append", default=[], metavar="ROLE", help=f"of {', '.join(PERSON_ROLES)}; may be repeated"
    )
    parser.add_argument(
        "--window", action="append", default=[], metavar="ID", help="works at this window only; may be repeated"
    )
    parser.add_argument("--none", action="store_true", help="with card: whoever has one has none any more; with roles: "
                        "works at any window again")
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    with accounts(args) as files:
        store, roster = files.store, files.roster
        if args.what == "list":
            return _list(args, sorted(store.accounts.values(), key=lambda account: account.number))
        if not args.number:
            raise Failure(2, f"name the work number, as: hall staff {args.what} 1024")
        if args.what in ("add", "roles"):
            _check_windows(args)
        if args.what == "add":
            account, code = roster.invite(args.number, args.role, args.window, by=BY, origin=user())
            return _invited(args, account, code)
        found = store.numbered(args.number)
        if found is None:
            raise Failure(1, f"nobody has the number {args.number}; hall staff list names all")
        if args.what == "reset":
            return _invited(args, found, roster.reset(found, by=BY, origin=user()))
        if args.what == "roles":
            if not (args.role or args.window or args.none):
                raise Failure(2, f"say what to change, as: hall staff roles {args.number} --role guide, or --window 2")
            windows = args.window or ([] if args.none else None)
            changed = roster.change(found, by=BY, origin=user(), roles=args.role or None, windows=windows)
        elif args.what == "card":
            changed = roster.change(found, by=BY, origin=user(), card="" if args.none else _card())
        else:
            changed = roster.change(found, by=BY, origin=user(), disabled=args.what == "disable")
        return _list(args, [changed])


def _check_windows(args: argparse.Namespace) -> None:
    """Raises Failure."""
    known = settings(args).plan.windows if args.window else {}
    if strange := [each for each in args.window if each not in known]:
        raise Failure(1, f"there is no window {strange[0][:64]}; there are {', '.join(known)}")


def _card() -> str:
    """What a reader gives for the card: typed by one that is a keyboard, or written off another. On standard input, so
    that no list of processes and no history of a shell has it. Raises Failure."""
    tell("Lay the staff card on a reader that types, or type what the window's reader gives, and Enter.")
    said = (getpass("") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not 0 < len(said) <= CARD_LENGTH:
        raise Failure(2, f"a card has 1 to {CARD_LENGTH} characters; none was taken")
    return said


def _list(args: argparse.Namespace, found: list[Account]) -> int:
    if args.json:
        print(json.dumps({"accounts": [
            {"id": each.id, "number": each.number, "roles": each.roles, "windows": each.windows,
             "disabled": each.disabled, "card": bool(each.card), "invited": not each.password} for each in found
        ]}))
        return 0
    for each in found:
        state = "disabled" if each.disabled else "" if each.password else "invited"
        print("  ".join(filter(None, (each.number, ", ".join(each.roles), " ".join(each.windows), state))))
    return 0


def _invited(args: argparse.Namespace, account: Account, code: str) -> int:
    link = settings(args).http.base + accept_path(code)
    if args.json:
        print(json.dumps({"id": account.id, "number": account.number, "link": link}))
    else:
        print(f"{account.number} sets a password at {link} (once, within a day)")
    return 0
