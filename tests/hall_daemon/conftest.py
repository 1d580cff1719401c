"""Waiting on a condition, with a bound."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

_PATIENCE_S = 10.0


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object]], None]:
    """Wait until a condition holds; it is looked at often, and a bound ends the patience."""

    def wait(condition: Callable[[], object]) -> None:
        give_up_at = time.monotonic() + _PATIENCE_S
        while not condition():
            assert time.monotonic() < give_up_at, "the condition never came true"
            threading.Event().wait(0.002)

    return wait
