"""What a machine read of the pages of a dossier, sealed beside them: numbers of people, so they lie nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from hall_daemon.adapters.dossiers.values import Page
from hall_daemon.adapters.http.review_room import Dossier
from hall_daemon.matters.facts import Fact

_LONGEST_ID = 64


class _Facts(msgspec.Struct, frozen=True):
    """Of one version of a page; of another one they say nothing."""

    paper: str
    version: int
    facts: tuple[Fact, ...]


def put_facts(dossier: Dossier, case: str, page: Page, facts: tuple[Fact, ...]) -> None:
    """In place of what the picture before said, also where this one says nothing."""
    if facts:
        kept = msgspec.json.encode(_Facts(page.paper, page.version, facts)).decode()
        dossier.put_text(case, _id(page.paper, page.number), kept)
    else:
        drop_facts(dossier, case, page.paper, page.number)


def drop_facts(dossier: Dossier, case: str, paper: str, number: int) -> None:
    """They go with their picture. An empty text stands in their place, whose version goes on."""
    kept = _kept(dossier, case, paper, number)
    if kept is not None and kept.paper == paper:
        dossier.put_text(case, _id(paper, number), "")


def facts_of_pages(dossier: Dossier, case: str, pages: Iterable[Page]) -> dict[tuple[str, int], tuple[Fact, ...]]:
    """(paper, number) -> its facts, of pages that have some. Blocks; raises DossierError."""
    found = {}
    for page in pages:
        kept = _kept(dossier, case, page.paper, page.number)
        if kept is not None and (kept.paper, kept.version) == (page.paper, page.version):
            found[page.paper, page.number] = kept.facts
    return found


def _kept(dossier: Dossier, case: str, paper: str, number: int) -> _Facts | None:
    said = dossier.text(case, _id(paper, number))
    return msgspec.json.decode(said, type=_Facts) if said else None


def _id(paper: str, number: int) -> str:
    """Of a piece: no id of a text that an event names begins so."""
    return f"facts.{number}.{paper}"[:_LONGEST_ID]
