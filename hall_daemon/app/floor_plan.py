"""The plan of a hall's floor, for whoever looks for a window. Pure."""

from __future__ import annotations

from itertools import groupby

from hall_daemon.config.floor import NOTHING, Floor
from hall_daemon.domain.plan import Plan
from hall_daemon.wire.floor import FloorCell, FloorPlan


def floor_plan(plan: Plan, floor: Floor) -> FloorPlan:
    rows = tuple(tuple(_cells(plan, floor, row.split())) for row in floor.rows)
    return FloorPlan(rows=rows, places=floor.places)


def _cells(plan: Plan, floor: Floor, names: list[str]) -> list[FloorCell]:
    """A window is a cell of its own; the same landmark side by side is one."""
    cells: list[FloorCell] = []
    for name, run in groupby(names):
        wide = len(list(run))
        if name in plan.windows:
            cells += [FloorCell(window=name, label=plan.windows[name].label)] * wide
        else:
            cells.append(FloorCell(name=None if name == NOTHING else floor.names[name], wide=wide))
    return cells
