"""How well the hall kept its word: GET /api/v1/accuracy of the public listener. Runs on its loop, from memory."""

from __future__ import annotations

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.view_cache import ViewCache
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.web.endpoint import Call, Operation, Reply
from hall_daemon.wire.accuracy import AccuracyFeed

# A city's page may read it from its own address.
_ANYBODY = ((b"access-control-allow-origin", b"*"),)


class AccuracyApi:
    def __init__(self, commands: HallCommands, cache: ViewCache) -> None:
        self._deps = commands.deps
        self._cache = cache

    def operations(self) -> tuple[Operation, ...]:
        return (
            Operation("getAccuracy", "GET", "/api/v1/accuracy", "How often the waits that were shown held",
                self.accuracy, AccuracyFeed),
        )  # fmt: skip

    async def accuracy(self, call: Call) -> Reply:
        def view(hall: Hall, seq: int, now: Moment) -> AccuracyFeed:
            return self._deps.accuracy()

        return Reply(200, self._cache.get("accuracy", view).body, _ANYBODY, cache=b"no-cache")
