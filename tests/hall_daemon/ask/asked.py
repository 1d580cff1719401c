"""Labelled questions, and how well they are answered.

A line of questions.jsonl: a question, and the matters that it may be led to, none for what no guide answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hall_daemon.ask.answer import Answer, Asker, libraries
from hall_daemon.ask.language import language
from hall_daemon.ask.vocabulary import Libraries
from hall_daemon.config import load
from hall_daemon.config.guides import read_shelf

CONFIG = Path(__file__).resolve().parents[3] / "config" / "hall.toml"
OURS = Path(__file__).with_name("questions.jsonl")


class Question(NamedTuple):
    q: str
    expect: tuple[str, ...]
    kind: str


class Figures(NamedTuple):
    """`top1`, `top3`: shares of the questions that have an answer; `alone`: of the answers with one matter, those that
    are right; `wrongly`: of the questions without an answer, those that were given one."""

    asked: int
    top1: float
    top3: float
    alone: float
    wrongly: float


def read(path: Path) -> list[Question]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Question(row["q"], tuple(row["expect"]), row["kind"]) for row in rows]


@cache
def asker(known: Libraries | None = None) -> Asker:
    """Of the shipped guides."""
    return Asker(read_shelf(load(CONFIG)).guides, language(), known or libraries())


def figures(questions: Iterable[Question], answer: Callable[[str], Answer]) -> Figures:
    pairs = [(each, answer(each.q).matters) for each in questions]
    inside = [(each, found) for each, found in pairs if each.expect]
    outside = [found for each, found in pairs if not each.expect]
    alone = [found[0] in each.expect for each, found in pairs if len(found) == 1]
    return Figures(
        asked=len(pairs),
        top1=sum(bool(found) and found[0] in each.expect for each, found in inside) / len(inside),
        top3=sum(any(id_ in each.expect for id_ in found) for each, found in inside) / len(inside),
        alone=sum(alone) / len(alone),
        wrongly=sum(map(bool, outside)) / len(outside),
    )
