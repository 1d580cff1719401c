"""A person's account and a machine's credential, as values. Secrets are in them as hashes only."""

from __future__ import annotations

import re
from typing import Literal

from hall_daemon.domain.value import value
from hall_daemon.staff.rights import rights_of

# The hall's own name, at its broker and as a tool of its own: at the broker no machine has it.
HALL_USER = "hall"
# Of commands beside it. What bears either name in a journal or audit log is the hall's own machine.
OWN_NAME = "command-line"
_MACHINE = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_NUMBER = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", re.ASCII)


def is_work_number(number: str) -> bool:
    """What the log-in takes."""
    return _NUMBER.fullmatch(number) is not None


def is_machine_name(name: str) -> bool:
    """It stands in a credential, in topics and in a broker's access list."""
    return _MACHINE.fullmatch(name) is not None


@value(kw_only=True)
class Account:
    """`id` is random and all that events know of a person; `number` is the work number (工号), which logs in.
    `windows`: the only ones where the person works, () for any. `password` is an argon2id hash, "" before the
    invitation is taken; `earlier` the hashes before it, newest first. `totp`: the sealed secret of the second factor,
    b"" for none; `totp_step` the last step that was used; `recovery` the hashes of codes that are left; `card` that of
    the staff card. `disabled` accounts stay, so that their events keep a name. Times are wall ms."""

    id: str
    number: str
    roles: tuple[str, ...]
    windows: tuple[str, ...] = ()
    password: str = ""
    earlier: tuple[str, ...] = ()
    changed: int = 0
    totp: bytes = b""
    totp_step: int = 0
    recovery: tuple[str, ...] = ()
    card: str = ""
    disabled: bool = False

    @property
    def rights(self) -> frozenset[str]:
        return rights_of(self.roles) | {"signed_in"}


@value(kw_only=True)
class Machine:
    """A kiosk, screen, device, gateway or tool. `id` is its name; `secrets` the hashes of one credential, or of two
    while it is changed for a new one; `logins` what a broker knows each by, as lines of mosquitto's password_file.
    `more`: rights beside those of its role (a tool's)."""

    id: str
    role: str
    secrets: tuple[str, ...]
    more: tuple[str, ...] = ()
    made: int = 0
    logins: tuple[str, ...] = ()

    @property
    def rights(self) -> frozenset[str]:
        return rights_of((self.role,)) | frozenset(self.more)


@value(kw_only=True)
class Session:
    """A person who is logged in. `token` is a hash of what the browser holds. `window`: where the person works now.
    `by`: what the person proved it with. `strong`: the city has seen two factors, so ours is not asked for."""

    token: str
    account: str
    window: str
    made: int
    seen: int
    origin: str
    by: Literal["password", "card", "city"] = "password"
    strong: bool = False


@value(kw_only=True)
class Invitation:
    """A link that works once: who opens it sets the password of the account. `code` is a hash of what is in it."""

    code: str
    account: str
    ends: int
