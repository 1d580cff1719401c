"""How well questions in plain words are answered, and how fast: those of ../shared where they are, and our own."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bench.client import percentile
from tests.bench.table import Figure
from tests.hall_daemon.ask.asked import CONFIG, OURS, Question, asker, figures, read

GIVEN = CONFIG.parents[2] / "shared" / "matters" / "questions_given.jsonl"
_MOST_MS = 2.0


def run(folder: Path) -> list[Figure]:
    del folder
    sets = {"our own": OURS, **({"of ../shared": GIVEN} if GIVEN.is_file() else {})}
    return [figure for name, path in sets.items() for figure in _of(name, read(path))]


def _of(name: str, questions: list[Question]) -> list[Figure]:
    answer = asker().answer
    found = figures(questions, answer)
    spent = sorted(_ms(each.q) for each in questions)
    said = f"{len(questions)} questions, {name}"
    return [
        Figure("asked: the first matter is right", found.top1, "", said, limit=">= 0.92"),
        Figure("asked: one of the first three is", found.top3, "", said, limit=">= 0.97"),
        Figure("asked: it is when one is named alone", found.alone, "", said, limit=">= 0.97"),
        Figure("asked: without an answer, one is given", found.wrongly, "", said, limit="<= 0.04"),
        Figure("asked: the middle one takes", percentile(spent, 0.5), "ms", said, limit=f"<= {_MOST_MS:g}"),
        Figure("asked: p99", percentile(spent, 0.99), "ms", said),
    ]


def _ms(question: str) -> float:
    began = time.perf_counter()
    asker().answer(question)
    return (time.perf_counter() - began) * 1000
