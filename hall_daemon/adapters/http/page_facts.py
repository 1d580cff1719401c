"""What a machine read of the pages of a dossier, sealed beside them: numbers of people, so they lie nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from hall_daemon.adapters.dossiers.pieces import facts_id
from hall_daemon.adapters.dossiers.values import Page
from hall_daemon.adapters.http.review_room import Dossier
from hall_daemon.matters.facts import MOST_FACTS, Fact
from hall_daemon.matters.printed import Seen


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
    """In place of what the picture before said, also where this one says nothing."""
    if facts:
        kept = msgspec.json.encode(_Facts(page.paper, page.version, facts)).decode()
        dossier.put_text(case, facts_id(page.paper, page.number), kept)
    else:
        drop_facts(dossier, case, page.paper, page.number)


def drop_facts(dossier: Dossier, case: str, paper: str, number: int) -> None:
    """They go with their picture. An empty text stands in their place, whose version goes on."""
    kept = _kept(dossier, case, paper, number)
    if kept is not None and kept.paper == paper:
        dossier.put_text(case, facts_id(paper, number), "")


def put_seen(
    dossier: Dossier, case: str, page: Page, *, facts: tuple[Fact, ...], seen: tuple[Seen, ...], of: str
) -> None:
    """What the letters of a page say, beside what codes on it did. Nothing where the page has gone, or is another.
    Blocks; raises DossierError."""
    with dossier.together():
        if all((each.paper, each.number, each.version) != (page.paper, page.number, page.version)
               for each in dossier.pages(case)):
            return
        before = _of(dossier, case, page)
        every = tuple(dict.fromkeys((*(before.facts if before else ()), *facts)))[:MOST_FACTS]
        kept = msgspec.json.encode(_Facts(page.paper, page.version, every, seen, of)).decode()
        dossier.put_text(case, facts_id(page.paper, page.number), kept)


def read_of_pages(dossier: Dossier, case: str, pages: Iterable[Page]) -> dict[tuple[str, int], PageRead]:
    """(paper, number) -> what was read of it, of pages that were. Blocks; raises DossierError."""
    kept = ((page, _of(dossier, case, page)) for page in pages)
    return {(page.paper, page.number): PageRead(each.facts, each.seen, each.of) for page, each in kept if each}


def _of(dossier: Dossier, case: str, page: Page) -> _Facts | None:
    """What was read of this very picture."""
    kept = _kept(dossier, case, page.paper, page.number)
    return kept if kept is not None and (kept.paper, kept.version) == (page.paper, page.version) else None


def _kept(dossier: Dossier, case: str, paper: str, number: int) -> _Facts | None:
    said = dossier.text(case, facts_id(paper, number))
    return msgspec.json.decode(said, type=_Facts) if said else None
