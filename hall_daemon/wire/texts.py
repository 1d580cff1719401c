"""What every message is made of: a frozen struct, and words in both languages; what windows and states are called."""

from __future__ import annotations

import re

from msgspec import Struct


class Message(Struct, frozen=True, omit_defaults=False):
    """Something we write."""


class Text(Message, frozen=True):
    """What people read, in both languages."""

    zh: str
    en: str


# "3" is read as 3号窗口; a label with words of its own stays as it is.
_BARE_LABEL = re.compile(r"[A-Za-z]?\d{1,4}")

# A ticket's state as a sentence has it: 现在{state}, it is {state}.
TICKET_STATES: dict[str, Text] = {
    "waiting": Text("等候中", "waiting"),
    "called": Text("已叫号", "called"),
    "serving": Text("正在办理", "being served"),
    "held": Text("已挂起", "on hold"),
    "missed": Text("已过号", "missed"),
    "served": Text("已办结", "served"),
    "cancelled": Text("已取消", "cancelled"),
    "void": Text("已作废", "void"),
    "expired": Text("已过期", "expired"),
}


def window_name(label: str) -> Text:
    """What people call a window: 3号窗口, Window 3."""
    return Text(f"{label}号窗口", f"Window {label}") if _BARE_LABEL.fullmatch(label) else Text(label, label)


def staff_name(staff: str) -> Text:
    """Who sits at a window: a number of the staff, or the caller pad that opened it, which knows nobody's number."""
    pad = staff.startswith("pad:")
    return Text("呼叫器", "a caller pad") if pad else Text(f"工号 {staff} ", f"staff {staff}")


def state_name(state: str) -> Text:
    """A state that is not in the table reads as itself."""
    return TICKET_STATES.get(state, Text(state, state))
