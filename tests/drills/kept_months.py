"""The months that once found something, in kept_seeds.toml beside this file: nobody loses a seed."""

from __future__ import annotations

import tomllib
from pathlib import Path

KEPT = Path(__file__).with_name("kept_seeds.toml")
# The suite lives through those of at most so many days again, the drill through all others, before new ones.
IN_SUITE_DAYS = 10


def keep(seed: int, days: int, people: int, found: str) -> None:
    """Write a seed down that found something."""
    line = f'\n[[months]]\nseed = {seed}\ndays = {days}\npeople = {people}\nfound = """{found[:300]}"""\n'
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(line.replace("\\", "/"))


def kept() -> list[dict[str, int | str]]:
    return list(tomllib.loads(KEPT.read_text(encoding="utf-8")).get("months", ()))
