"""What the hall asks of an approval platform, and the two ways in which it does not get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Away(Exception):
    """Nobody knows what became of it: ask again with the same key. `code` is a word of ours, safe to be shown;
    `everybody`: the next one would fare no better; `wait_s`: so long the platform asked to be left alone."""

    def __init__(self, code: str, *, everybody: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(code)
        self.code, self.everybody, self.wait_s = code, everybody, wait_s


class NotTaken(Exception):
    """The platform understood and will never take it; `code` is its word for why, no free text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Platform(Protocol):
    """Each blocks, for a bounded time, and raises Away or NotTaken."""

    def send(self, key: str, record: Mapping[str, object]) -> str:
        """Its receipt. The same key as before changes nothing there, and gives the same receipt."""

    def cases(self, since: str) -> Mapping[str, str]:
        """Review -> code or word of its state there, of all that came from this hall since a day."""

    def guides(self, tasks: Sequence[str]) -> list[Mapping[str, Any]]:
        """Guides of these task codes, as the platform has them."""
