"""A gate for tests of everything behind it: whoever comes may do all. X-Hall-Client says who that is."""

from __future__ import annotations

from hall_daemon.staff.rights import RIGHTS, Actor
from hall_daemon.web.endpoint import Call, Operation, check_site


class OpenGate:
    def admit(self, operation: Operation, call: Call) -> None:
        if operation.method in ("POST", "PUT"):
            check_site(call.headers)
        call.by = call.headers.get(b"x-hall-client", b"http").decode("latin-1")
        call.who = Actor(call.by, frozenset(RIGHTS))

    def holds(self, right: str, call: Call) -> bool:
        return right in RIGHTS

    def ended(self, operation: Operation, call: Call, result: str) -> None: ...
