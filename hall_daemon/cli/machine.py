"""`hall machine`: credentials of kiosks, screens, devices and tools, each with the rights of its role and no more; and
what a broker elsewhere has to know of them."""

from __future__ import annotations

import argparse
import json

from hall_daemon.adapters.mqtt.access_list import access_list, logins
from hall_daemon.cli.accounts import BY, accounts, user
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, settings
from hall_daemon.staff.account import HALL_USER
from hall_daemon.staff.rights import MACHINE_ROLES
from hall_daemon.wire import topics


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("list", "add", "remove", "access", "logins"), help="access, logins: print an "
                        "acl_file and a password_file for a mosquitto elsewhere")
    parser.add_argument("name", nargs="?", default="", help="as kiosk-1; for add and remove")
    parser.add_argument(
        "--role", default="", help=f"of {', '.join(MACHINE_ROLES)} (default: what the name begins with)"
    )
    parser.add_argument(
        "--right", action="append", default=[], metavar="RIGHT", help="of a tool, besides its role's; may be repeated"
    )
    parser.add_argument("--at-once", action="store_true", help="the credential it has ends now, not with the next one")
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    with accounts(args) as files:
        if args.what == "list":
            found = sorted(files.store.machines.values(), key=lambda machine: machine.id)
            if args.json:
                print(json.dumps({"machines": [{"name": each.id, "role": each.role} for each in found]}))
            for each in () if args.json else found:
                print(f"{each.id}  {each.role}  {' '.join(each.more)}".rstrip())
            return 0
        if args.what == "logins":
            print(logins(files.store.machines.values()), end="")
            return 0
        if args.what == "access":
            hall = settings(args)
            name, id_ = hall.mqtt.username if hall.mqtt.mode == "external" else "", hall.plan.id
            writers = {name or HALL_USER: topics.written(id_)}
            print(access_list(id_, files.store.machines.values(), writers=writers), end="")
            return 0
        if not args.name:
            raise Failure(2, f"name the machine, as: hall machine {args.what} kiosk-1")
        if args.what == "remove":
            files.roster.remove_machine(args.name, by=BY, origin=user())
            return 0
        role = args.role or args.name.partition("-")[0]
        credential = files.roster.add_machine(
            args.name, role, args.right, by=BY, origin=user(), keep_old=not args.at_once
        )
        print(json.dumps({"name": args.name, "credential": credential}) if args.json else credential)
    return 0
