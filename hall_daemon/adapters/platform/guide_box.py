"""Guides that the platform sent: checked with the hall's own, and kept beside the data until the hall starts again. One
with a mistake is told to staff; what the hall has stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from device_drivers.base.atomic import make_folder, write_whole
from hall_daemon.adapters.platform.outbox import GuideRow
from hall_daemon.config.guides import with_theirs
from hall_daemon.config.platform import FOLDER, LARGEST_GUIDE
from hall_daemon.config.problem import BadConfig
from hall_daemon.config.settings import Settings
from hall_daemon.exchange.vocabulary import Vocabulary

_TOLD = 20
_LONGEST = 300


def take_in(
    settings: Settings, words: Vocabulary, tasks: Mapping[str, str], sent: Sequence[Mapping[str, Any]],
    known: Mapping[str, GuideRow], now: int,
) -> list[GuideRow]:
    """What is new, by matter; a good one is written. `tasks`: code -> matter. Raises OSError."""
    found: dict[str, GuideRow] = {}
    for guide in sent:
        matter = tasks.get(str(guide.get(words.guide["task"], "")))
        body = msgspec.json.encode(guide, order="sorted")
        digest = sha256(body).hexdigest()[:16]
        if matter is None or (matter in known and known[matter].digest == digest):
            continue
        large = len(body) > LARGEST_GUIDE
        state, told = ("faulty", ("is too large for a guide",)) if large else _checked(settings, matter, guide)
        if state == "taken":
            folder = settings.data_dir / FOLDER
            make_folder(folder)
            write_whole(folder / f"{matter}.json", body, durable=True, mode=0o600)
        found[matter] = GuideRow(matter, digest, now, state, tuple(each[:_LONGEST] for each in told[:_TOLD]))
    said = {str(guide.get(words.guide["task"], "")) for guide in sent}
    for task, matter in tasks.items():
        if task not in said and (matter not in known or known[matter].digest):
            found[matter] = GuideRow(matter, "", now, "unknown", (f"the platform sent no guide of {task}",))
    return list(found.values())


def _checked(settings: Settings, matter: str, guide: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    try:
        checked = with_theirs(settings, matter, guide)
    except BadConfig as error:
        return "no_guide", tuple(map(str, error.errors))
    if checked.guide is None:
        return "faulty", tuple(map(str, checked.errors))
    return "taken", checked.remarks
