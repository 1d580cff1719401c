"""A device that raises fails alone; it is said once, until it works again."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

_LOGGER = logging.getLogger(__name__)


class Fence:
    def __init__(self) -> None:
        self._failing: set[str] = set()

    @contextlib.contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        """Around what `what` is asked to do."""
        try:
            yield
        except Exception:
            if what not in self._failing:
                _LOGGER.exception("%s: failed", what)
            self._failing.add(what)
        else:
            self._failing.discard(what)
