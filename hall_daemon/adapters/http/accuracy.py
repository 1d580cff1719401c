"""How well the hall kept its word: GET /api/v1/accuracy of the public listener. Runs on its loop, from memory."""

from __future__ import annotations

from hall_daemon.adapters.http.commands import Asking
from hall_daemon.adapters.http.view_cache import Boards
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.web.endpoint import Call, Operation, Reply
from hall_daemon.wire.accuracy import AccuracyFeed

# A city's page may read it from its own address.
_ANYBODY = ((b"access-control-allow-origin", b"*"),)


class AccuracyApi:
    def __init__(self, asking: Asking, boards: Boards) -> None:
        self._doors = asking.doors
        self._boards = boards

    def operations(self) -> tuple[Operation, ...]:
        return (
            Operation("getAccuracy", "GET", "/api/v1/accuracy", "How often the waits that were shown held",
                self.accuracy, AccuracyFeed),
        )  # fmt: skip

    async def accuracy(self, call: Call) -> Reply:
        def view(hall: Hall, seq: int, now: Moment) -> AccuracyFeed:
            return self._doors.accuracy()

        return Reply(200, self._boards.get("accuracy", view).body, _ANYBODY, cache=b"no-cache")
