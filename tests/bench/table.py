"""A figure with its yardstick, and how a run of them is printed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `yardstick` in `unit`; `ratio` and the limit it must keep (`>= 5` or `<= 30`) where there is one."""

    what: str
    ours: float
    unit: str
    yardstick: str = ""
    ratio: float | None = None
    limit: str = ""
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        if not self.limit:
            return None
        sign, _, bound = self.limit.partition(" ")
        value = self.ours if self.ratio is None else self.ratio
        return value >= float(bound) if sign == ">=" else value <= float(bound)


def page(figures: list[Figure]) -> str:
    rows = [("figure", "ours", "yardstick in the same run", "ratio", "limit", "")]
    for figure in figures:
        mark = {True: "ok", False: "MISSED", None: ""}[figure.kept]
        rows.append(
            (
                figure.what,
                f"{figure.ours:,.4g} {figure.unit}" if figure.ours < 100 else f"{figure.ours:,.0f} {figure.unit}",
                figure.yardstick,
                "" if figure.ratio is None else f"{figure.ratio:.2f}",
                figure.limit,
                f"{mark} {figure.note}".strip(),
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(6)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def as_json(figures: list[Figure]) -> str:
    return json.dumps([asdict(figure) | {"kept": figure.kept} for figure in figures], ensure_ascii=False)
