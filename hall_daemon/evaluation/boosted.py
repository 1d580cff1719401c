"""The strong rival: boosted trees on what people found, learnt from the days before the test and then left alone. Pure.

What somebody does who has the records and the usual library: a tree ensemble for each of some quantiles of the
wait in minutes, no more.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from hall_daemon.evaluation.score import Said
from hall_daemon.evaluation.unknown_hall import Day, Found, Key

if TYPE_CHECKING:
    from hall_daemon.evaluation.boosting import Boosted

NAME = "boosted"
QUANTILES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)
MIDDLE = QUANTILES.index(0.5)
TREES = 100
RATE = 0.1
# More tickets before the test than this are not kept: the first ones go.
KEPT = 150_000
FEWEST = 100
ATOMS = 40


class BoostedRival:
    """`see` days in order; `answer` from the first day of the test on."""

    def __init__(self) -> None:
        self._waiting: dict[Key, Found] = {}
        self._rows, self._waits = array("f"), array("d")
        self._quantiles: list[Boosted] | None = None

    def see(self, facts: Day, found: dict[Key, Found]) -> None:
        """A day before the test."""
        self._waiting.update(found)
        for hall, fact in facts:
            if fact.what in ("called", "left"):
                came = self._waiting.pop((hall, fact.ticket), None)
                if came is not None and fact.what == "called":
                    self._rows.extend(_row(came))
                    self._waits.append(fact.second / 60.0 - came.minute)
        if (over := len(self._waits) - KEPT) > 0:
            del self._rows[: over * (len(self._rows) // len(self._waits))], self._waits[:over]

    def answer(self, found: dict[Key, Found]) -> dict[Key, Said]:
        """To everybody of a day of the test; to nobody when too little was seen before it."""
        if len(self._waits) < FEWEST or not found:
            return {}
        # Brings a large library along: loaded here, where it is about to be used.
        import numpy as np

        from hall_daemon.evaluation.boosting import boosted

        if self._quantiles is None:
            past = np.array(self._rows, dtype=np.float32).reshape(len(self._waits), -1)
            waits = np.array(self._waits)
            self._quantiles = [boosted(past, waits, share, TREES, RATE) for share in QUANTILES]
        rows = np.array([_row(each) for each in found.values()], dtype=np.float32)
        told = np.stack([trees.of(rows) for trees in self._quantiles], axis=1).clip(min=0.0)
        # Trees of one quantile know nothing of the others': put in order, and between two of them a straight line.
        ordered, at = np.sort(told, axis=1), (np.arange(ATOMS) + 0.5) / ATOMS
        return {
            key: Said(point, np.interp(at, QUANTILES, said).tolist(), (said[1], said[-2]), (said[0], said[-1]))
            for key, point, said in zip(found, told[:, MIDDLE].tolist(), ordered.tolist(), strict=True)
        }


def _row(found: Found) -> list[float]:
    from hall_daemon.evaluation.boosting import category

    return [*found.moment.row, category(found.service)]
