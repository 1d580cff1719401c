"""What a dossier says of itself, its bounds, and the ways in which it says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

MB = 1024 * 1024
DAY_MS = 24 * 3600 * 1000

# paper -> number of a page -> its version, as a review holds them.
Papers = Mapping[str, Mapping[int, str]]
# Why a case is kept, and so for how long.
Kind = Literal["draft", "review", "visited"]
DossierCode = Literal["no_dossier", "dossier_full", "dossiers_full", "dossiers_away"]


class DossierError(Exception):
    """`code` is one of wire.problems; the message says what to do, never what is inside."""

    def __init__(self, code: DossierCode, said: str) -> None:
        super().__init__(said)
        self.code: DossierCode = code


class Bounds(NamedTuple):
    """`keep_days`: of each kind of case. `alarm_share`: of the quota, from which on staff are told."""

    keep_days: Mapping[Kind, int]
    case_pages: int = 100
    case_bytes: int = 60 * MB
    quota_bytes: int = 4096 * MB
    answers_bytes: int = MB
    text_characters: int = 4000
    texts: int = 400
    alarm_share: float = 0.8


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a paper, without its picture. `version` grows with each new picture in its place, also after one was
    taken away; `marks` are the codes of what its picture lacks; `insisted`: the applicant was told and keeps it;
    `upload` tells an upload that is repeated, by a hash under the case's key, and of how many pages it is one
    (`hash/3`)."""

    paper: str
    number: int
    version: int
    size: int
    marks: tuple[str, ...] = ()
    insisted: bool = False
    upload: str = ""


class Named(NamedTuple):
    """What events name of a case: the version of its answers and versions of its pages as they are, as they were sent,
    and ids of its texts."""

    answers: str = ""
    sent_answers: str = ""
    papers: Papers = {}  # noqa: RUF012 (a value)
    sent_papers: Papers = {}  # noqa: RUF012
    texts: frozenset[str] = frozenset()


class Swept(NamedTuple):
    """Cases whose time was over, cases that no event names, files that no case names."""

    over: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    files: int = 0
