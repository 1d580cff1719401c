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
    """Nothing is written for a page that says nothing to a machine: an older version's facts are not its own."""
    if facts:
        kept = msgspec.json.encode(_Facts(page.paper, page.version, facts)).decode()
        dossier.put_text(case, _id(page), kept)


def facts_of_pages(dossier: Dossier, case: str, pages: Iterable[Page]) -> dict[tuple[str, int], tuple[Fact, ...]]:
    """(paper, number) -> its facts, of pages that have some. Blocks; raises DossierError."""
    found = {}
    for page in pages:
        said = dossier.text(case, _id(page))
        kept = msgspec.json.decode(said, type=_Facts) if said else None
        if kept is not None and (kept.paper, kept.version) == (page.paper, page.version):
            found[page.paper, page.number] = kept.facts
    return found


def _id(page: Page) -> str:
    """Of a piece: no id of a text that an event names begins so."""
    return f"facts.{page.number}.{page.paper}"[:_LONGEST_ID]
