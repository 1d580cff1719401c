"""Who may read and write which topic, as mosquitto's acl_file and password_file, from the table of rights. Pure.

What no line gives is refused. mosquitto asks at each message, not at the subscription: whoever subscribes to `#`,
`+/+` or `$share/…` gets what the list gives and no more. It is asked for wills and retained messages too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hall_daemon.staff.account import HALL_USER, Machine, is_machine_name
from hall_daemon.wire import topics
from hall_daemon.wire.asyncapi import CHANNELS

_LOGIN = re.compile(r"[A-Za-z0-9_-]+(\.b)?:\$7\$[0-9]+\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+", re.ASCII)


def read_topics(hall: str, rights: Iterable[str]) -> tuple[str, ...]:
    """What somebody with these rights reads of a hall, as filters; `hall` may be `+`."""
    held = frozenset(rights)
    found = (each.address for each in CHANNELS if each.needs in held)
    filters = (re.sub(r"\{\w+\}", "+", address.replace("{hall}", hall)) for address in found)
    # A level of a filter is + or has none.
    return tuple(re.sub(r"[^/]*\+[^/]*", "+", each) for each in filters)


def machine_lines(hall: str, machine: Machine) -> Iterator[str]:
    for topic in read_topics(hall, machine.rights):
        yield f"topic read {topic}"
    if "tell" in machine.rights:
        yield f"topic readwrite {topics.device_says(hall, machine.id)}#"


def access_list(
    hall: str, machines: Iterable[Machine], *, writers: Mapping[str, Iterable[str]], readers: Iterable[str] = ()
) -> str:
    """The acl_file. First what a client without an account reads, then each account. `writers`: accounts that
    publish for halls, each with filters of all that it writes; `readers` read everything of every hall. A machine
    with the name of one of them, or with a name that is none, gets nothing."""
    public = [f"topic read {topic}" for topic in read_topics(hall, ("anybody",))]
    blocks = [["# Made by the hall from its table of rights.", *public]]
    blocks += [[f"user {name}", *(f"topic readwrite {each}" for each in all_)] for name, all_ in writers.items()]
    blocks += [[f"user {name}", "topic read hall/#"] for name in readers]
    taken = {*writers, *readers}
    for machine in machines:
        lines = tuple(machine_lines(hall, machine))
        blocks += [[f"user {user}", *lines] for user in users_of(machine, taken)]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def logins(machines: Iterable[Machine], taken: Iterable[str] = ()) -> str:
    """The password_file of the machines. `taken`: names of other accounts."""
    return "".join(f"{login}\n" for machine in machines for login in _good_logins(machine, frozenset(taken)))


def users_of(machine: Machine, taken: Iterable[str] = ()) -> tuple[str, ...]:
    return tuple(login.partition(":")[0] for login in _good_logins(machine, frozenset(taken)))


def _good_logins(machine: Machine, taken: frozenset[str]) -> Iterator[str]:
    """Held against their form once more: what a file says is no line of the list unless it is a login of this
    machine."""
    if not is_machine_name(machine.id) or machine.id in (*taken, HALL_USER):
        return
    for login in machine.logins:
        user = login.partition(":")[0]
        if _LOGIN.fullmatch(login) and user in (machine.id, f"{machine.id}.b"):
            yield login
