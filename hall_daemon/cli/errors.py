"""Exit codes, and the one way a command says that it failed, or how it goes on."""

from __future__ import annotations

import re
import sys
from datetime import date

EXIT: dict[int, str] = {
    0: "done",
    1: "the answer is no: a broken chain, a day that does not add up, a refused frame",
    2: "wrong words on the command line, or a wrong configuration",
    3: "another hall runs on the data folder",
    4: "an address or port is taken",
    5: "a file or folder cannot be read or written, or a program is missing",
    70: "the hall stopped itself because it could not write its journal",
}

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Failure(Exception):
    """Ends the command with `code`; the message says what to do."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def tell(words: str) -> None:
    """Beside the result: to whoever looks on."""
    print(words, file=sys.stderr, flush=True)


def date_of(text: str) -> date:
    """Written as people here write a day, and no other way of ISO 8601. Raises Failure."""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise Failure(2, f"{text!r} is no date; write it as 2026-11-20") from None
