"""What people read of devices, as a script for pages: every kind there is and everything that can be the matter."""

from __future__ import annotations

import json
from collections.abc import Mapping

from device_drivers.lines.conditions import LINE_CONDITIONS
from device_drivers.registry import KINDS
from device_drivers.words import ConditionWords

ADDRESS = "/static/device-words.js"


def device_words() -> bytes:
    """`DEVICE_WORDS = {kinds: {name: {words, conditions}}, lines: conditions}`; words are [zh, en] and a condition is
    {means, do}. Its `{…}` are the facts of a device."""
    kinds = {
        kind.name: {"words": kind.words, "conditions": _shown(kind.conditions)} for kind in KINDS.values()
    }  # fmt: skip
    words = json.dumps({"kinds": kinds, "lines": _shown(LINE_CONDITIONS)}, ensure_ascii=False, indent=1)
    return f"/* Written by the hall from its kinds of devices. */\nvar DEVICE_WORDS = {words};\n".encode()


def _shown(conditions: Mapping[str, ConditionWords]) -> dict[str, object]:
    return {code: {"means": words.means, "do": words.do} for code, words in conditions.items()}
