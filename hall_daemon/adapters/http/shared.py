"""What both listeners have: health, the table of problems, the document of this very listener.

Runs on a listener's loop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.metrics import Metrics
from hall_daemon.web.endpoint import Call, Operation, Reply, encode, get
from hall_daemon.wire import messages as m
from hall_daemon.wire.problems import PROBLEMS, advice, detail

# The replica may lag for a moment under load; for so many events it is behind.
LAG_EVENTS = 5000
_RANK: tuple[Literal["ok", "degraded", "failing"], ...] = ("ok", "degraded", "failing")


def _problem_words(code: str, status: int) -> m.ProblemWords:
    what, do = detail(code), advice(code)
    return m.ProblemWords(
        status=status,
        type=f"urn:hall:problem:{code}",
        detail=what["en"],
        detail_zh=what["zh"],
        advice=do["en"],
        advice_zh=do["zh"],
    )


class SharedApi:
    def __init__(self, commands: HallCommands, metrics: Metrics | None, document: Callable[[], bytes]) -> None:
        self._commands = commands
        self._metrics = metrics
        self._document = document
        self._problems = encode(
            m.Problems({code: _problem_words(code, status) for code, status in PROBLEMS.items()})
        )

    def operations(self) -> tuple[Operation, ...]:
        # In public only whether the hall is well: what it is made of is nobody's business there.
        health = m.PublicHealth if self._metrics is None else m.Health
        rows = (
            get("getHealth", "/healthz", "Is the hall well", self.health, health, statuses=(503,)),
            get("listProblems", "/api/v1/problems", "Every way the hall says no", self.problems, m.Problems),
            get("getDocument", "/api/v1/openapi.json", "This document", self.document, dict[str, object]),
        )
        if self._metrics is None:
            return rows
        return (
            *rows,
            get("getMetrics", "/metrics", "Figures for Prometheus", self.figures, str, content="text/plain"),
        )

    async def health(self, call: Call) -> Reply:
        """Answers from memory, so that it answers also when the core does not."""
        deps, replica = self._commands.deps, self._commands.replica
        checks = {**deps.health()}
        if replica.lag > LAG_EVENTS:
            checks["views"] = f"degraded: {replica.lag} events behind the journal"
        checks.setdefault("views", "ok")
        rank = max(_RANK.index(said.split(":", 1)[0]) for said in checks.values())
        status = _RANK[rank]
        body = m.PublicHealth(status) if self._metrics is None else m.Health(status, deps.version, replica.seq, checks)
        return Reply(503 if status == "failing" else 200, encode(body))

    async def problems(self, call: Call) -> Reply:
        return Reply(200, self._problems)

    async def document(self, call: Call) -> Reply:
        return Reply(200, self._document())

    async def figures(self, call: Call) -> Reply:
        assert self._metrics is not None
        return Reply(200, self._metrics.text().encode(), content_type=b"text/plain; version=0.0.4; charset=utf-8")
