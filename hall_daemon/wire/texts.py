"""What every message is made of: a frozen struct, and words in both languages."""

from __future__ import annotations

from msgspec import Struct


class Message(Struct, frozen=True, omit_defaults=False):
    """Something we write."""


class Text(Message, frozen=True):
    """What people read, in both languages."""

    zh: str
    en: str
