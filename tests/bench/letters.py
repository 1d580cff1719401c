"""How often each fact of a paper is found by its letters, and how often it is wrong, on papers drawn from a seed: with
the answers of whose paper it is, and with those of somebody else.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hall_daemon.adapters.documents.pictures import as_jpeg
from hall_daemon.adapters.documents.reader import DocumentReader
from hall_daemon.adapters.documents.recogniser import Recogniser
from hall_daemon.matters.printed import _LABELS, Wanted
from tests.bench.table import Figure
from tests.made_papers import KINDS, made, said_on

# Other seeds than those by which bounds were looked for.
FIRST, EACH = 50_000, 30
TODAY = 20_785
KNOWN: Final = {"uscc", "id_number", "document", "expires"}
_OWN: Final = {"day": ("成立日期",)}


def run(folder: Path) -> list[Figure]:
    reader = DocumentReader()
    recogniser = reader.recogniser
    if recogniser.missing:
        return [Figure(f"letters: {recogniser.missing} is not installed", 0, "papers")]
    try:
        return _figures(recogniser)
    finally:
        reader.stop()


def _figures(recogniser: Recogniser) -> list[Figure]:
    counts: Counter[tuple[str, str]] = Counter()
    took = []
    for kind in KINDS:
        for seed in range(FIRST, FIRST + EACH):
            for rare in ((False, True) if kind in ("id card", "licence") else (False,)):
                paper, others = made(kind, seed, rare=rare), said_on(kind, seed + 1_000_000)
                began = time.monotonic()
                _count(counts, recogniser, as_jpeg(paper.image), paper.said, others, rare)
                took.append(time.monotonic() - began)
    found = []
    for fact in dict.fromkeys(fact for fact, _ in counts):
        here = {verdict: n for (of, verdict), n in counts.items() if of == fact}
        ours = sum(here.get(verdict, 0) for verdict in ("agrees", "differs", "not_found"))
        theirs = sum(here.get(verdict, 0) for verdict in ("others agrees", "others differs", "others not_found"))
        found += [
            Figure(f"{fact}: found on its paper", 100 * here.get("agrees", 0) / ours, "%", note=f"of {ours}"),
            Figure(f"{fact}: said to differ, and does not", 100 * here.get("differs", 0) / ours, "%", limit="<= 2"),
        ]
        if theirs:
            found += [
                Figure(f"{fact}: another's, told", 100 * here.get("others differs", 0) / theirs, "%"),
                Figure(f"{fact}: another's, taken", 100 * here.get("others agrees", 0) / theirs, "%", limit="<= 1"),
            ]
    return [*found, Figure("a page's letters", sorted(took)[len(took) // 2], "s", note=f"longest {max(took):.1f} s")]


def _count(
    counts: Counter[tuple[str, str]], recogniser: Recogniser, jpeg: bytes, said: Mapping[str, str],
    others: Mapping[str, str], rare: bool,
) -> None:
    wanted = [
        Wanted(f"{whose}{fact}", fact, value, (*_LABELS[fact], *_OWN.get(fact, ())))  # type: ignore[arg-type, index]
        for whose, answers in (("", said), ("others ", others)) for fact, value in answers.items() if fact not in KNOWN
    ]
    read = recogniser.read(jpeg, wanted, TODAY)
    assert read is not None
    assert not read.failed
    for seen in read.seen:
        whose, _, fact = seen.field.rpartition(" ")
        name = f"{fact}, rare characters" if fact == "name" and rare else fact
        counts[name, f"{whose} {seen.verdict}".strip()] += 1
    for fact in KNOWN & said.keys():
        values = [each.value for each in read.facts if each.kind == fact]
        counts[fact, "agrees" if said[fact] in values else "differs" if values else "not_found"] += 1
