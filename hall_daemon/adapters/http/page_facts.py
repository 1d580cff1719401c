"""What a machine read of the pages of a dossier, sealed beside them: numbers of people, so they lie nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from hall_daemon.adapters.dossiers.values import Page
from hall_daemon.adapters.http.review_room import Dossier
from hall_daemon.matters.facts import MOST_FACTS, Fact
from hall_daemon.matters.printed import Seen

_LONGEST_ID = 64


class _Facts(msgspec.Struct, frozen=True):
    """Of one version of a page; of another one they say nothing. `of`: which answers its letters were looked through
    for (printed.mark_of), "" before anybody did; `seen`: what became of them."""

    paper: str
    version: int
    facts: tuple[Fact, ...]
    seen: tuple[Seen, ...] = ()
    of: str = ""


class PageRead(NamedTuple):
    """As _Facts."""

    facts: tuple[Fact, ...]
    seen: tuple[Seen, ...]
    of: str


def put_facts(dossier: Dossier, case: str, page: Page, facts: tuple[Fact, ...]) -> None:
    """Nothing is written for a page that says nothing to a machine: an older version's facts are not its own."""
    if facts:
        kept = msgspec.json.encode(_Facts(page.paper, page.version, facts)).decode()
        dossier.put_text(case, _id(page), kept)


def put_seen(
    dossier: Dossier, case: str, page: Page, *, facts: tuple[Fact, ...], seen: tuple[Seen, ...], of: str
) -> None:
    """What the letters of a page say, beside what codes on it did. Nothing where the page has gone, or is another.
    Blocks; raises DossierError."""
    with dossier.together():
        if all((each.paper, each.number, each.version) != (page.paper, page.number, page.version)
               for each in dossier.pages(case)):
            return
        before = _kept(dossier, case, page)
        every = tuple(dict.fromkeys((*(before.facts if before else ()), *facts)))[:MOST_FACTS]
        kept = msgspec.json.encode(_Facts(page.paper, page.version, every, seen, of)).decode()
        dossier.put_text(case, _id(page), kept)


def read_of_pages(dossier: Dossier, case: str, pages: Iterable[Page]) -> dict[tuple[str, int], PageRead]:
    """(paper, number) -> what was read of it, of pages that were. Blocks; raises DossierError."""
    kept = ((page, _kept(dossier, case, page)) for page in pages)
    return {(page.paper, page.number): PageRead(each.facts, each.seen, each.of) for page, each in kept if each}


def _kept(dossier: Dossier, case: str, page: Page) -> _Facts | None:
    said = dossier.text(case, _id(page))
    kept = msgspec.json.decode(said, type=_Facts) if said else None
    return kept if kept is not None and (kept.paper, kept.version) == (page.paper, page.version) else None


def _id(page: Page) -> str:
    """Of a piece: no id of a text that an event names begins so."""
    return f"facts.{page.number}.{page.paper}"[:_LONGEST_ID]
