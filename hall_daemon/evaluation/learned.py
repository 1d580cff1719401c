"""Waits learnt from what was found: boosted trees, fitted anew as days pass, and a distribution made of how far they
were off.

Four say a wait each: trees on its ratio to the pace lately, trees on its ratio to the usual pace, trees on the bare
wait, and the usual pace itself. They are mixed, in logarithms, as was good for those who asked lately. Around the mix
stands how far it was off from the most similar ones who asked before the answer was known. All of it is learnt
overnight: a day is answered from the days before. Pure; one thread; memory is bounded.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from hall_daemon.evaluation.boosting import Boosted, Numbers, boosted, category

# Waits from no minute up are compared as ratios.
LEAST_MIN = 0.5
# Fitted anew when there is so much more to learn from; before the first time there must be FEWEST.
GROWTH = 0.08
FEWEST = 300
KEPT = 60_000
# So many who were answered are remembered; of the most similar ones is the distribution.
ANSWERED = 12_000
FEWEST_ANSWERED = 120
NEAREST = 800
SHARE = 1 / 6
# How much the people ahead say beside the wait itself.
AHEAD_WORTH = 0.3
# A distribution is so many equally likely waits.
ATOMS = 60
# What each of the four may count for, in fifths. The best mix of the past is partly luck: all that were nearly as good,
# to within a share, are taken together.
PARTS = 5
NEARLY = 0.03
MIXES = np.array([parts for parts in product(range(PARTS + 1), repeat=4) if sum(parts) == PARTS]) / float(PARTS)
# Of the bare wait a split may choose from this share of the columns: trees that differ are worth more together.
TRIED = 0.4
AT = (np.arange(ATOMS) + 0.5) / ATOMS


class Asked(NamedTuple):
    """A row of numbers, the service's number, people ahead, and their number times the pace lately and usually."""

    row: Sequence[float]
    service: int
    ahead: int
    base_min: float
    usual_min: float


class Answer(NamedTuple):
    """Equally likely waits in minutes, ascending; empty until enough were answered. `logs`: what each member said."""

    sample: list[float]
    logs: Sequence[float]


class Learned:
    """`answer` a batch, tell what came of each with `called`, and learn `overnight`."""

    def __init__(self) -> None:
        self._rows, self._bases, self._waits = array("f"), array("d"), array("d")
        self._seen = self._fitted_on = 0
        self._trees: list[Boosted] = []
        # Apart for nobody ahead and somebody ahead, because a formula over people knows nothing of the former.
        self._mixes = np.array([(1 / 3, 1 / 3, 1 / 3, 0.0), (1 / 4, 1 / 4, 1 / 4, 1 / 4)])
        self._answered = deque[tuple[Sequence[float], int, float]](maxlen=ANSWERED)
        self._similar: tuple[Numbers, Numbers] | None = None

    def overnight(self) -> None:
        """Learns from what is known by now."""
        if len(self._answered) >= FEWEST_ANSWERED:
            self._weigh()
        if len(self._waits) >= FEWEST and self._seen >= self._fitted_on * (1.0 + GROWTH):
            self._fit()

    def answer(self, asked: Sequence[Asked]) -> list[Answer | None]:
        """To each; None before anything was fitted."""
        if not self._trees or not asked:
            return [None] * len(asked)
        rows = np.array([_row(each) for each in asked], dtype=np.float32)
        bases = np.log(np.array([(each.base_min, each.usual_min) for each in asked]) + LEAST_MIN)
        recent, usual, bare = (trees.of(rows) for trees in self._trees)
        logs = np.stack([recent + bases[:, 0], usual + bases[:, 1], bare, bases[:, 1]], axis=1)
        return [
            Answer(self._distribution(said, each.ahead), said.tolist()) for said, each in zip(logs, asked, strict=True)
        ]

    def called(self, asked: Asked, waited: float, logs: Sequence[float] | None) -> None:
        """What came of it. `logs` as they were answered; None: nothing was."""
        self._rows.extend(_row(asked))
        self._bases.extend((asked.base_min, asked.usual_min))
        self._waits.append(waited)
        self._seen += 1
        if len(self._waits) > KEPT + KEPT // 4:
            width, over = len(self._rows) // len(self._waits), len(self._waits) - KEPT
            del self._rows[: over * width], self._bases[: over * 2], self._waits[:over]
        if logs is not None:
            self._answered.append((logs, asked.ahead, float(np.log(waited + LEAST_MIN))))

    def _fit(self) -> None:
        n = len(self._waits)
        rows = np.array(self._rows, dtype=np.float32).reshape(n, -1)
        bases = np.log(np.array(self._bases).reshape(n, 2) + LEAST_MIN)
        waits = np.log(np.array(self._waits) + LEAST_MIN)
        self._trees = [
            boosted(rows, waits - bases[:, 0]),
            boosted(rows, waits - bases[:, 1], quantile=None),
            boosted(rows, waits, tried=TRIED),
        ]
        self._fitted_on = self._seen

    def _weigh(self) -> None:
        """A good mix for those answered lately, and how far it was off."""
        logs = np.array([logs for logs, _, _ in self._answered])
        ahead = np.array([ahead for _, ahead, _ in self._answered])
        waits = np.array([wait for _, _, wait in self._answered])
        for queued in (0, 1):
            those = (ahead > 0) == queued
            if those.sum() >= FEWEST_ANSWERED:
                off = np.abs(np.exp(logs[those] @ MIXES.T) - np.exp(waits[those])[:, None]).mean(axis=0)
                self._mixes[queued] = MIXES[off <= off.min() * (1.0 + NEARLY)].mean(axis=0)
        said = (logs * self._mixes[(ahead > 0).astype(int)]).sum(axis=1)
        self._similar = np.stack([said, _worth(ahead)], axis=1), waits - said

    def _distribution(self, logs: Numbers, ahead: int) -> list[float]:
        if self._similar is None:
            return []
        seen, off = self._similar
        said = float(logs @ self._mixes[int(ahead > 0)])
        far = np.square(seen - np.array([said, float(_worth(np.array(ahead)))])).sum(axis=1)
        near = min(NEAREST, max(FEWEST_ANSWERED // 2, int(len(off) * SHARE)))
        came = off[np.argpartition(far, near - 1)[:near]]
        # Where somebody is ahead trees know the middle better than the few similar ones do.
        middle = np.median(came) if ahead else 0.0
        waits = np.exp(said + np.quantile(came, AT) - middle) - LEAST_MIN
        return [max(0.0, wait) for wait in waits.tolist()]


def _row(asked: Asked) -> list[float]:
    return [*asked.row, category(asked.service)]


def _worth(ahead: Numbers) -> Numbers:
    """Nobody ahead is another matter altogether."""
    worth: Numbers = AHEAD_WORTH * np.log1p(ahead) + (ahead > 0)
    return worth
