"""What each screen should show and what it took, for staff and tools. Runs on the listener's loop."""

from __future__ import annotations

from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.web.endpoint import Call, Operation, Reply, encode, get
from hall_daemon.wire.shown import ShownScreens


class ShownApi:
    def __init__(self, deps: Dependencies) -> None:
        self._shown = deps.shown

    def operations(self) -> tuple[Operation, ...]:
        return (
            get(
                "listScreens", "look", "/api/v1/screens", "What each screen should show, and what it took",
                self.screens, ShownScreens,
            ),
        )

    async def screens(self, call: Call) -> Reply:
        return Reply(200, encode(ShownScreens(self._shown())))
