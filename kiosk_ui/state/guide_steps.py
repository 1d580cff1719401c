"""Guides and the search for one: where a person is who looks what their matter needs. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from hall_daemon.wire.guides import GuideView
from kiosk_ui.state.news import OneNotice


@dataclass(frozen=True, slots=True)
class Guides:
    """What there is a guide for: the groups, or the matters of one."""

    group: str = ""
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class Search:
    """A matter looked for by what is typed: pinyin, initials or a word. `found` are matters, best first, for `asked`;
    while something else is typed already they are asked for again."""

    typed: str = ""
    asked: str = ""
    found: tuple[str, ...] = ()
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class Guide:
    """One matter's guide; `view` None while it is fetched, `failed` when it could not be."""

    matter: str
    before: Guides | Search | OneNotice
    view: GuideView | None = None
    failed: bool = False
