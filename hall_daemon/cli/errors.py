"""Exit codes, and the one way a command says that it failed."""

from __future__ import annotations

EXIT: dict[int, str] = {
    0: "done",
    1: "the answer is no: a broken chain, a day that does not add up, a refused frame",
    2: "wrong words on the command line, or a wrong configuration",
    3: "another hall runs on the data folder",
    4: "an address or port is taken",
    5: "a file or folder cannot be read or written, or a program is missing",
    70: "the hall stopped itself because it could not write its journal",
}


class Failure(Exception):
    """Ends the command with `code`; the message says what to do."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
