"""What simulated readers share: their entry of a bench file, and what is laid before them."""

from __future__ import annotations

from typing import Any, NamedTuple

from device_drivers.simulation.model import BenchEntry, LabelOf


class ReaderSpec(BenchEntry, frozen=True, kw_only=True):
    """A reader, with whatever people lay before it."""


class Present(NamedTuple):
    what: str
    at_s: float


def reader_stand_in(options: Any, label_of: LabelOf) -> dict[str, object]:
    """`options`: ReaderOptions of any kind."""
    return {"label": f"{options.kiosk} 读卡"[:40].strip()}
