"""How like a question is to what somebody asked before: pairs of characters, and words where rjieba is there. Pure."""

from __future__ import annotations

import importlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from hall_daemon.ask.text import is_han, words

Splitter = Callable[..., Sequence[str]]


class Likeness:
    """Cosine of inverse document frequencies, over the aliases."""

    def __init__(self, asked: Iterable[tuple[str, str]], splitter: Splitter | None) -> None:
        """`asked`: (id, plain text)."""
        self._splitter = splitter
        rows = [(id_, self._parts(text)) for id_, text in asked]
        self._ids = [id_ for id_, _ in rows]
        seen = Counter(part for _, parts in rows for part in parts)
        self._rare = {part: math.log(1 + len(rows) / count) for part, count in seen.items()}
        self._unknown = math.log(1 + max(1, len(rows)))
        self._of: dict[str, list[int]] = defaultdict(list)
        self._size = [self._long(parts) for _, parts in rows]
        for at, (_, parts) in enumerate(rows):
            for part in parts:
                self._of[part].append(at)

    def of(self, question: str) -> tuple[tuple[float, str], ...]:
        parts = self._parts(question)
        shared: dict[int, float] = defaultdict(float)
        for part in parts:
            for at in self._of.get(part, ()):
                shared[at] += self._rare[part] ** 2
        size = self._long(parts)
        best: dict[str, float] = {}
        for at, both in shared.items():
            id_ = self._ids[at]
            best[id_] = max(best.get(id_, 0.0), both / (self._size[at] * size))
        return tuple(sorted(((like, id_) for id_, like in best.items()), reverse=True))

    def _long(self, parts: frozenset[str]) -> float:
        return math.sqrt(sum(self._rare.get(part, self._unknown) ** 2 for part in parts)) or 1.0

    def _parts(self, text: str) -> frozenset[str]:
        pairs = {text[at : at + 2] for at in range(len(text) - 1) if is_han(text[at]) and is_han(text[at + 1])}
        latin = {word.text for word in words(text)}
        chinese = {word for word in self._splitter(text) if len(word) > 1} if self._splitter else set()
        return frozenset(pairs | latin | chinese)


def splitter(name: str = "rjieba") -> Splitter | None:
    """The library's cut, where it is installed."""
    try:
        cut: Splitter = importlib.import_module(name).cut
    except ImportError:
        return None
    return cut
