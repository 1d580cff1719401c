"""[floor]: where the windows of a hall are, drawn with words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from msgspec import Meta

from hall_daemon.config.problem import KeyPath, Problem, did_you_mean, listed, shown
from hall_daemon.config.section import Id, Section, Words

ROWS, CELLS = 12, 16
NOTHING = "."
Row = Annotated[
    str,
    Meta(
        max_length=400, pattern=rf"^$|^ *[^ ]+( +[^ ]+){{0,{CELLS - 1}}} *$",
        description=f"up to {CELLS} names with spaces between them",
    ),
]


class Floor(Section, frozen=True, kw_only=True):
    """`rows` from the windows to the entrance: windows by their id, landmarks of `names`, `.` for nothing; the same
    landmark side by side is one. `places`: how one gets to a window, as somebody would say it."""

    rows: Annotated[tuple[Row, ...], Meta(max_length=ROWS)] = ()
    names: dict[Id, Words] = {}  # noqa: RUF012
    places: dict[Id, Words] = {}  # noqa: RUF012


def check_floor(floor: Floor, windows: Collection[str], problems: list[Problem]) -> None:
    """Every name stands for something; asked once the table itself is right, because a name that was dropped for
    another mistake is no second one."""
    if any(problem.path[:1] == ("floor",) for problem in problems):
        return
    allowed = (*windows, *floor.names, NOTHING)
    said: list[tuple[KeyPath, str, Collection[str]]] = [
        (("floor", "rows", at), name, allowed) for at, row in enumerate(floor.rows) for name in row.split()
    ]
    said += [(("floor", "places", window), window, windows) for window in floor.places]
    for path, name, known in said:
        if name not in known:
            what = "there is no such window or landmark"
            problems.append(Problem(path, what, shown(name), listed(known), did_you_mean(name, known)))
