"""Who else has a port open, read from /proc, so that "busy" comes with a name.

Only processes that this user may look into are seen; the rest stay unknown.
"""

from __future__ import annotations

import os
from typing import NamedTuple


class Holder(NamedTuple):
    pid: int
    command: str


def holders(path: str, proc: str = "/proc") -> tuple[Holder, ...]:
    """Processes that have `path` open, this one included, lowest pid first."""
    target = os.path.realpath(path)
    pids = sorted(int(name) for name in os.listdir(proc) if name.isdecimal())
    return tuple(Holder(pid, _command(pid, proc)) for pid in pids if _has_open(pid, target, proc))


def describe_holders(path: str) -> str:
    """`held by 812 (cat)` or a hint how to find out, ready to be put into a message."""
    found = holders(path)
    if not found:
        return f"held by a process of another user: find it with: sudo fuser -v {path}"
    words = ", ".join(
        "this program itself (do two devices name the same port?)"
        if holder.pid == os.getpid()
        else f"{holder.pid} ({holder.command})"
        for holder in found
    )
    return f"held by {words}: stop it, or give the device another port"


def _has_open(pid: int, target: str, proc: str) -> bool:
    folder = f"{proc}/{pid}/fd"
    try:
        names = os.listdir(folder)
    except OSError:  # ended meanwhile, or not ours to look into
        return False
    return any(_link(f"{folder}/{name}") == target for name in names)


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _command(pid: int, proc: str) -> str:
    try:
        with open(f"{proc}/{pid}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return "ended"
