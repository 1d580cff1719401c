"""A device that raises fails alone; it is said once, until it works again."""

from __future__ import annotations

import logging
from types import TracebackType

_LOGGER = logging.getLogger(__name__)


class Fence:
    """`with fence("strips"):` around what a device is asked to do; entered for every event, so it is no generator."""

    def __init__(self) -> None:
        self._failing: set[str] = set()

    def __call__(self, what: str) -> _Fenced:
        return _Fenced(self._failing, what)


class _Fenced:
    __slots__ = ("_failing", "_what")

    def __init__(self, failing: set[str], what: str) -> None:
        self._failing = failing
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            self._failing.discard(self._what)
            return False
        if isinstance(error, Exception) and self._what not in self._failing:
            self._failing.add(self._what)
            _LOGGER.exception("%s: failed", self._what)
        return isinstance(error, Exception)
