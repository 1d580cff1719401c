"""What every message is made of: a frozen struct, and words by language; what windows and states are called."""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta, Struct

from hall_daemon.words import text as words
from hall_daemon.words.tables import tables


class Message(Struct, frozen=True, omit_defaults=False):
    """Something we write."""


# What people read, by language. Its schema stands by its name beside those of the messages, as TEXT_SCHEMA.
Text = Annotated[words.Text, Meta(extra_json_schema={"$ref": "#/components/schemas/Text"})]
TEXT_SCHEMA: dict[str, object] = {
    "title": "Text",
    "description": "What people read, by language: Chinese and English always, others where there are words.",
    "type": "object",
    "properties": {language: {"type": "string"} for language in words.ALWAYS},
    "required": list(words.ALWAYS),
    "additionalProperties": {"type": "string"},
}

# "3" is read as 3号窗口; a label with words of its own stays as it is.
_BARE_LABEL = re.compile(r"[A-Za-z]?\d{1,4}")


def window_name(label: str) -> words.Text:
    """What people call a window: 3号窗口, Window 3."""
    return tables().text("name.window", {"label": label}) if _BARE_LABEL.fullmatch(label) else words.same(label)


def staff_name(staff: str) -> words.Text:
    """Who sits at a window: a number of the staff, or the caller pad that opened it, which knows nobody's number."""
    return tables().text("name.pad" if staff.startswith("pad:") else "name.staff", {"staff": staff})


def state_name(state: str) -> words.Text:
    """A ticket's state as a sentence has it; one that is not known reads as itself."""
    return tables().coded("ticket.state", state)


def weakness_names(said: str) -> words.Text:
    """Why a password is not taken, from `code=least` apart by spaces, in one list."""
    each = (word.partition("=") for word in said.split())
    found = [tables().text(f"weakness.{code}", {"least": least}) for code, _, least in each]
    return words.joined(found, tables().text("list.classes")) if found else words.same("")
