"""How an account says no."""

from __future__ import annotations

from collections.abc import Mapping


class Denied(Exception):
    """`code` is one of wire.problems, filled with `facts`."""

    def __init__(self, code: str, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts or {}
