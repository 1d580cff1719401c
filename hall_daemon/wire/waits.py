"""How long it takes, as it is said: a range, or why there is none; and why a range is later than before.

Here are the codes; their words are in the files of words, under waits.unknown and waits.cause. In the words of causes
`{…}` is filled in from the facts: `n` people, `min` minutes, `class` by its name in the configuration, `window` as
people call it: 3号窗口, Window 3.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from hall_daemon.wire.texts import Message, Text
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text as Said


class Cause(Message, frozen=True):
    """Why a range is later than before: a code of WAIT_CAUSES, the facts its words were made of, the words."""

    code: str
    facts: dict[str, str | int]
    text: Text


class Wait(Struct, frozen=True, omit_defaults=True):
    """A range of seconds that holds for 80 of 100 people, or why there is none: then only `unknown` is set. When the
    range is later than the one before it, `cause` says why, the weightiest first, and `since` from when on."""

    p10_s: int | UnsetType = UNSET
    p50_s: int | UnsetType = UNSET
    p90_s: int | UnsetType = UNSET
    unknown: str | UnsetType = UNSET
    cause: tuple[Cause, ...] | UnsetType = UNSET
    since: str | UnsetType = UNSET


UNKNOWN_WAITS = (
    "no_window_open",
    "hall_closed",
    "closing_before_turn",
    "too_little_seen",
    "predictor_away",
    "not_waiting",
)

WAIT_CAUSES = (
    "overtaken",
    "drew_before",
    "taking_turns",
    "preferred",
    "returned",
    "transferred",
    "call_undone",
    "own_call_undone",
    "own_transferred",
    "own_postponed",
    "window_paused",
    "window_closed",
    "window_still_paused",
    "window_late",
    "slow_matter",
    "few_calls",
    "no_calls",
    "more_people",
    "re_estimated",
)


def unknown_wait(code: str, otherwise: str = "too_little_seen") -> Said:
    """Why there is no range; a code of tomorrow reads as `otherwise`."""
    return tables().text(f"waits.unknown.{code if code in UNKNOWN_WAITS else otherwise}")
