"""Trees that learn a figure from rows of numbers: the one place that uses scikit-learn. Pure; one thread.

Loading it takes a second and 100 MB: import this module only where something is about to be fitted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

Rows = NDArray[np.float32]
Numbers = NDArray[np.float64]

TREES = 150
RATE = 0.08
LEAVES = 31
FEWEST_IN_LEAF = 40
# The largest number a category may have, and the number of steps that a column is cut into.
BINS = 128


def category(number: int) -> float:
    """For the last column of a row."""
    return float(number) if number < BINS else float("nan")


class Boosted(NamedTuple):
    """Fitted trees; `columns` are those that told rows apart."""

    trees: HistGradientBoostingRegressor
    columns: NDArray[np.bool_]

    def of(self, rows: Rows) -> Numbers:
        with _alone():
            said: Numbers = self.trees.predict(rows[:, self.columns])
        return said


def boosted(
    rows: Rows,
    values: Numbers,
    quantile: float | None = 0.5,
    trees: int = TREES,
    rate: float = RATE,
    tried: float = 1.0,
) -> Boosted:
    """Trees for a quantile of `values`, None for their mean; `tried` is the share of columns that a split may choose
    from. The last column is a category.

    The same rows give the same trees. Raises ValueError when no column tells rows apart.
    """
    columns = np.array([_tells_apart(column) for column in rows.T])
    if not columns.any():
        raise ValueError("every row is the same: nothing can be learnt from it")
    learner = HistGradientBoostingRegressor(
        loss="squared_error" if quantile is None else "quantile",
        quantile=quantile,
        max_iter=trees,
        learning_rate=rate,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=FEWEST_IN_LEAF,
        max_bins=BINS,
        max_features=tried,
        categorical_features=[int(columns.sum()) - 1] if columns[-1] else None,
        early_stopping=False,
        random_state=0,
    )
    with _alone():
        return Boosted(learner.fit(rows[:, columns], values), columns)


def _alone() -> threadpool_limits:
    """On one core: threads that wait for each other in a spin take thirty times as long on a machine that has other
    work."""
    return threadpool_limits(1, user_api="openmp")


def _tells_apart(column: Rows) -> bool:
    known = column[~np.isnan(column)]
    return known.size > 0 and bool(known.min() < known.max())
