"""What the programs of a rehearsal prove themselves with, written into the data folder of a hall before it starts."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.accounts.files import open_accounts
from hall_daemon.adapters.accounts.proofs import Passwords
from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.adapters.storage.lock import FolderLock
from hall_daemon.staff.rights import Right

BY = "tool:rehearsal"
# Whom a demo knows: work number -> roles. The passwords are made anew for each demo.
DEMO_PEOPLE = {
    "1001": ("window",),
    "1002": ("window",),
    "2001": ("guide",),
    "3001": ("shift_leader",),
    "4001": ("reviewer",),
    "9001": ("system_admin",),
    "9002": ("security_admin",),
    "9003": ("auditor",),
}
# All that a crowd of made-up people and clerks does in a day.
WHOLE_DAY: tuple[Right, ...] = (
    "draw", "help", "call", "pick", "transfer", "name_person", "see_person", "supervise",
)


def provide(data: Path, machines: Mapping[str, tuple[str, tuple[Right, ...]]]) -> dict[str, str]:
    """name -> credential, of machines by name -> (role, rights besides). What they had before ends."""
    if not data.is_dir():
        FolderLock(data).release()  # as a hall makes it: its name is on the disk
    files = open_accounts(data, lambda: int(time.time() * 1000))
    try:
        found = {
            name: files.roster.add_machine(name, role, more, by=BY, keep_old=False)
            for name, (role, more) in machines.items()
        }
    finally:
        files.close()
    return found


def mqtt_address(host: str, port: int, credential: str, folder: Path) -> BrokerAddress:
    """How a machine with this credential reaches the broker; its password is kept in `folder`."""
    user, _, password = credential.rpartition(".")
    file = folder / f"{user}.mqtt"
    write_whole(file, password.encode(), durable=False, mode=0o600)
    return BrokerAddress(host, port, user, file)


def crowd_credential(data: Path) -> str:
    """For one program that plays everybody."""
    return provide(data, {"crowd": ("tool", WHOLE_DAY)})["crowd"]


def demo_people(data: Path, password: str) -> None:
    """Everybody of DEMO_PEOPLE with this password; the hall of a demo is thrown away and cheap to try."""
    hash_ = Passwords(1, 8).hash(password)
    now = int(time.time() * 1000)
    files = open_accounts(data, lambda: now)
    try:
        for number, roles in DEMO_PEOPLE.items():
            known = files.store.numbered(number) or files.roster.invite(number, roles, by=BY)[0]
            files.store.put(replace(known, roles=roles, password=hash_, changed=now, disabled=False))
        files.store.forget_invitations(*files.store.invitations)
    finally:
        files.close()


def demo_password() -> str:
    """Easy to type, of three kinds, and never the same twice."""
    return f"Demo-{secrets.randbelow(900_000) + 100_000}"
