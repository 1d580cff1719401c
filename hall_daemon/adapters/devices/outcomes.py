"""What devices did, told to the hall; kept for later while the hall is busy. Any thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from hall_daemon.app.record import Answer, Busy, Command, Request

KEPT = 5000

Submit = Callable[[Request, Callable[[Answer], None]], None]


def _no_answer(answer: Answer) -> None:
    """The hall does as it sees fit; an outcome needs no reply."""


class Outcomes:
    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._kept: deque[Request] = deque(maxlen=KEPT)

    def tell(self, command: Command, by: str) -> None:
        request = Request(command, by)
        try:
            self._submit(request, _no_answer)
        except Busy:
            self._kept.append(request)

    def tell_again(self) -> None:
        """What the hall was too busy for, once more."""
        for _ in range(len(self._kept)):
            request = self._kept.popleft()
            self.tell(request.command, request.by)
