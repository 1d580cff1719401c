"""A device as pages and tools see it."""

from __future__ import annotations

from typing import Literal

import msgspec

from hall_daemon.wire.device_words import Role
from hall_daemon.wire.texts import Message, Text
from hall_daemon.words.text import same

DeviceLife = Literal["init", "ready", "disconnected", "alert", "stopped"]
"""Homie's words, all that any device says of itself. `alert`: it is there, and somebody must see to it."""
OUT_OF_SERVICE: frozenset[DeviceLife] = frozenset(("disconnected", "alert", "stopped"))
"""In these a device does not do its work now."""


class DeviceTrouble(Message, frozen=True):
    """What is out, what it means in the hall, what to do: one line for whoever stands beside it. `since_s`: for how
    long; `urgent` when something that people rely on does not happen."""

    urgent: bool
    what: Text
    means: Text
    action: Text
    since_s: int


class DeviceView(Message, frozen=True, kw_only=True):
    """`code` and `facts` say what is wrong, "" when nothing is; `trouble` says it in words; `detail` is prose of the
    driver, for engineers. `windows` are those that do without it when it is out, none for a printer."""

    id: str
    kind: str
    state: DeviceLife
    detail: str
    age_s: int | None
    counters: dict[str, int]
    code: str = ""
    facts: dict[str, str] = msgspec.field(default_factory=dict)
    role: Role | None = None
    name: Text = msgspec.field(default_factory=lambda: same(""))
    windows: tuple[str, ...] = ()
    trouble: DeviceTrouble | None = None
