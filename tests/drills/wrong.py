"""What a drill finds wrong with a data folder, by kind."""

from __future__ import annotations

# One word for each image or folder that does not hold.
KINDS = ("corrupt", "lost", "twice", "wiped back", "left over")


class Wrong(AssertionError):
    """`kind` is one of KINDS."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(f"{kind}: {what}")
        self.kind = kind


def insist(holds: object, kind: str, what: str) -> None:
    if not holds:
        raise Wrong(kind, what)
