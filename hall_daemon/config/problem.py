"""What is wrong with a configuration, in words an installer can act on: file, line, key, found, expected.

Pure. A key path is a tuple of names and list positions, `("services", "id-card", "queue")`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

KeyPath = tuple[str | int, ...]

_SHOWN = 60  # characters of a wrong value that a message repeats
_NAME_LENGTH = 64  # a longer one is not a misspelt name, and comparing takes its square
_LONG_BITS = 4000  # a whole number of more is not written out: Python refuses from 4,300 digits on
_LISTED = 12  # names a message lists


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigError:
    """One mistake. `line` counts from 1, 0 when it belongs to no line (a file that is not there);
    `found` and `hint` may be empty."""

    file: str
    line: int
    key: str
    message: str
    found: str = ""
    expected: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"]
        parts += [f"found {self.found}"] if self.found else []
        parts += [f"expected {self.expected}"] if self.expected else []
        parts += [self.hint] if self.hint else []
        return "; ".join(parts)

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


class BadConfig(Exception):
    """The configuration cannot be used; `errors` lists every mistake that was seen, by line."""

    def __init__(self, path: Path, errors: Sequence[ConfigError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.path = path
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake at a key path, before anybody looked up its line. `at_parent`: the key itself is not in
    the file (it is missing), so its table's line is shown."""

    path: KeyPath
    message: str
    found: str = ""
    expected: str = ""
    hint: str = ""


def dotted(path: KeyPath) -> str:
    """`("screens", 1, "address")` as people write it: `screens[1].address`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: object) -> str:
    """A value of the file as the message repeats it, with the word for its type where it is not plain."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, int) and value.bit_length() > _LONG_BITS:
        return "a number of very many digits"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def read_date(text: str, path: KeyPath, problems: list[Problem]) -> date | None:
    """None when it is none, which is reported."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(path, "there is no such day", shown(text), "a date as 2026-10-01"))
        return None


def listed(names: Iterable[str]) -> str:
    """`one of a, b, c`, shortened when there are many."""
    known = list(names)
    if not known:
        return "none, there is none yet"
    more = f", … ({len(known)} in all)" if len(known) > _LISTED else ""
    return "one of " + ", ".join(known[:_LISTED]) + more


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, or None."""
    if len(name) > _NAME_LENGTH:
        return None
    folded = {candidate.lower().replace("-", "_"): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower().replace("-", "_"), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def nearest_number(value: int, known: Sequence[int]) -> int:
    """The known number that was probably meant: a tenth away at most, or else the one with the digits most alike."""
    close = min(known, key=lambda candidate: abs(candidate - value))
    alike = nearest(str(value), map(str, known))
    return close if alike is None or 10 * abs(close - value) <= close else int(alike)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    close = nearest(name, known)
    return f'did you mean "{close}"?' if close else ""
