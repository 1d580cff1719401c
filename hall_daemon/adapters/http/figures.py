"""Forecast, one more window and efficiency over HTTP. What takes seconds is asked of a child process, never here.

Runs on a listener's loop; `figures` of the dependencies blocks and runs on a reading thread of its own.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.dependencies import NoFigures
from hall_daemon.prediction.reports.efficiency import BYS
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import JSON, Call, Fault, Operation, Query, Reply, get, query_value
from hall_daemon.wire import figures as f

# A form that was left empty sends an empty field; it is the same as none.
DAY: dict[str, object] = {"type": "string", "anyOf": [{"format": "date"}, {"const": ""}]}
CSV = b"text/csv; charset=utf-8"
SVG = b"image/svg+xml"


class FiguresApi:
    """What staff may ask about the past and about windows."""

    def __init__(self, commands: HallCommands, reading: Reading) -> None:
        self._commands = commands
        self._reading = reading

    def operations(self) -> tuple[Operation, ...]:
        span = (
            Query("from", "First day; the journal's first by default", DAY),
            Query("to", "Last day; the journal's last by default", DAY),
            Query("by", "How long the compared periods are", {"enum": ["", *BYS], "default": "week"}),
            Query("service", "One service; all by default", {"type": "string", "maxLength": 64}),
        )
        codes = ("bad_field", "unknown_service", "figures_away")
        return (
            get(
                "getOneMoreWindow", "report", "/api/v1/one-more-window", "What each closed window would change now",
                self.what_if, f.OneMoreView, codes=("figures_away",),
            ),
            get(
                "getEfficiency", "report", "/api/v1/efficiency", "How long matters take, and what stands out",
                partial(self.efficiency, "efficiency", JSON), f.EfficiencyView, codes=codes, query=span,
            ),
            get(
                "getEfficiencyTable", "report", "/api/v1/efficiency.csv", "The same for a spreadsheet",
                partial(self.efficiency, "efficiency.csv", CSV), str, codes=codes, query=span, content="text/csv",
            ),
            get(
                "getEfficiencyPicture", "report", "/api/v1/efficiency.svg", "The same as a picture",
                partial(self.efficiency, "efficiency.svg", SVG), str, codes=codes, query=span, content="image/svg+xml",
            ),
        )

    async def what_if(self, call: Call) -> Reply:
        return Reply(200, await self._figures("one-more-window"))

    async def efficiency(self, kind: str, content: bytes, call: Call) -> Reply:
        begins, ends = span_asked(call)
        by = query_value(call, "by") or "week"
        if by not in BYS:
            raise Fault("bad_field", {"why": f"by is one of {', '.join(BYS)}"})
        service = query_value(call, "service")[:64]
        services = self._commands.deps.plan.services
        if service and service not in services:
            raise Fault("unknown_service", {"service": service, "known": ", ".join(services)})
        body = await self._figures(kind, begins, ends, by, service)
        named = ((b"content-disposition", b'attachment; filename="efficiency.csv"'),) if content == CSV else ()
        return Reply(200, body, named, content)

    async def _figures(self, *words: str) -> bytes:
        try:
            return await self._reading.aside(self._commands.deps.figures, *words)
        except NoFigures as error:
            raise Fault("figures_away", {"why": str(error)}) from error


def span_asked(call: Call) -> tuple[str, str]:
    """`from` and `to` of the query, each "" where it is not asked for. Raises Fault bad_field."""
    begins, ends = (_day_asked(call, name) for name in ("from", "to"))
    if begins and ends and begins > ends:
        raise Fault("bad_field", {"why": f"from ({begins}) comes after to ({ends})"})
    return begins, ends


def _day_asked(call: Call, name: str) -> str:
    said = query_value(call, name)
    try:
        if said and date.fromisoformat(said).isoformat() != said:
            raise ValueError(said)  # 20261120 and 2026-W47-5 are dates to Python, and to nobody who asks
    except ValueError:
        raise Fault("bad_field", {"why": f"{name} is a date as 2026-11-20"}) from None
    return said
