"""Guides that the platform sent: checked with the hall's own, kept beside the data for the next start, and handed to
whoever shows them. One with a mistake is told to staff; what the hall has stays."""

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
from hall_daemon.matters.guide import Guide

_TOLD = 20
_LONGEST = 300
# Its state, what staff are told, and the guide where it is good.
_Checked = tuple[str, tuple[str, ...], Guide | None]
_FLOOD: _Checked = ("faulty", ("is too large for a guide",), None)


def take_in(
    settings: Settings, words: Vocabulary, tasks: Mapping[str, str], sent: Sequence[Mapping[str, Any]],
    known: Mapping[str, GuideRow], now: int,
) -> tuple[list[GuideRow], dict[str, Guide]]:
    """What is new, by matter; a good one is written. `tasks`: code -> matter. Raises OSError."""
    found: dict[str, GuideRow] = {}
    good: dict[str, Guide] = {}
    for guide in sent:
        matter = tasks.get(str(guide.get(words.guide["task"], "")))
        body = msgspec.json.encode(guide, order="sorted")
        digest = sha256(body).hexdigest()[:16]
        if matter is None or (matter in known and known[matter].digest == digest):
            continue
        large = len(body) > LARGEST_GUIDE
        state, told, checked = _FLOOD if large else _checked(settings, matter, guide)
        if checked is not None:
            good[matter] = checked
            folder = settings.data_dir / FOLDER
            make_folder(folder)
            write_whole(folder / f"{matter}.json", body, durable=True, mode=0o600)
        found[matter] = GuideRow(matter, digest, now, state, tuple(each[:_LONGEST] for each in told[:_TOLD]))
    said = {str(guide.get(words.guide["task"], "")) for guide in sent}
    for task, matter in tasks.items():
        if task not in said and (matter not in known or known[matter].digest):
            found[matter] = GuideRow(matter, "", now, "unknown", (f"the platform sent no guide of {task}",))
    return list(found.values()), good


def _checked(settings: Settings, matter: str, guide: Mapping[str, Any]) -> _Checked:
    try:
        checked = with_theirs(settings, matter, guide)
    except BadConfig as error:
        return "no_guide", tuple(map(str, error.errors)), None
    if checked.guide is None:
        return "faulty", tuple(map(str, checked.errors)), None
    return "taken", checked.remarks, checked.guide
