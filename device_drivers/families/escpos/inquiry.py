"""Asks a ticket printer how it is, one request at a time, and keeps what it said.

Sans-IO half of the printer's link: bytes and clock readings in, bytes out. It never guesses: an answer
that does not come, or has the wrong fixed bits, means *unknown*.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from device_drivers.families.escpos.encode import PAPER_REQUEST, status_request
from device_drivers.families.escpos.profile import StatusSupport
from device_drivers.families.escpos.status import decode_buffered, decode_real_time, is_paper_answer
from device_drivers.ports import PaperState, PrinterStatus

UNKNOWN: Final = PrinterStatus(online=None, paper="unknown")

_PRINTER, _CAUSE, _PAPER = 1, 2, 4  # n of DLE EOT
_BUFFERED = 0  # GS r 1

# Paper first: some boards answer nothing else, and one that does not answer this answers nothing.
_ROUNDS: Final[Mapping[StatusSupport, tuple[int, ...]]] = {
    "full": (_PAPER, _PRINTER),
    "dle_eot": (_PAPER, _PRINTER),
    "gs_r": (_BUFFERED,),
    "none": (),
}


class Inquiry:
    """A round is all requests of the profile, with the cause behind them when the printer is offline.

    `status` changes when a round is over. `answered` tells whether the last round got its first answer,
    `rounds` counts those since the line came up, `silent` says that nobody seems to be there. Answers carry
    no number, so after a time-out the wire is left alone for as long again: a late answer must not be taken
    for that of the next request.
    """

    def __init__(self, support: StatusSupport, answer_timeout_s: float) -> None:
        self.status = UNKNOWN
        self.answered = False
        self.silent = False
        self.rounds = 0
        self.timeouts = 0
        self._requests = _ROUNDS[support]
        self._answer_timeout_s = answer_timeout_s
        self._to_ask: deque[int] = deque()
        self._asked: int | None = None
        self._deadline_s = math.inf
        self._quiet_until_s = -math.inf
        self._draft = UNKNOWN
        self._watching = False
        self._output = b""

    @property
    def active(self) -> bool:
        return self._asked is not None or bool(self._to_ask)

    def begin(self, now: float, *, watching: bool = False) -> None:
        """Start a round unless one is under way. One that only watches a job leaves the last status
        alone when nothing comes: printers may be deaf while they print."""
        if self.active:
            self._watching &= watching
            return
        if not self._requests:
            return
        self._to_ask.extend(self._requests)
        self._draft, self._watching = UNKNOWN, watching
        self.tick(now)

    def tick(self, now: float) -> None:
        if self._asked is not None and now >= self._deadline_s:
            self._timed_out(now)
        if self._asked is None and self._to_ask and now >= self._quiet_until_s:
            self._asked = self._to_ask.popleft()
            self._deadline_s = now + self._answer_timeout_s
            self._output = PAPER_REQUEST if self._asked == _BUFFERED else status_request(self._asked)

    def receive(self, byte: int, now: float) -> bool:
        """Whether `byte` was the answer that is being waited for."""
        if self._asked is None:
            return False
        n = self._asked
        flags = decode_buffered(byte) if n == _BUFFERED else decode_real_time(n, byte)
        if flags is None or (n == _PAPER and not is_paper_answer(byte)):
            return False
        self._asked = None
        if n == _PRINTER:
            self._draft = replace(self._draft, online=flags["online"])
            if not flags["online"]:
                self._to_ask.append(_CAUSE)
        elif n == _CAUSE:
            paper: PaperState = "out" if flags["stopped_for_paper"] else self._draft.paper
            self._draft = replace(self._draft, cover_open=flags["cover_open"], error=flags["error"], paper=paper)
        else:
            online = True if n == _BUFFERED else None
            self._draft = replace(self._draft, online=online, paper=_paper(flags))
        if self._to_ask:
            self.tick(now)
        else:
            self._finish(answered=True)
        return True

    def note_paper(self, flags: Mapping[str, bool]) -> None:
        """What an answer to GS r 1 said that somebody else asked for."""
        self.silent = False
        self.status = replace(self.status, paper=_paper(flags))

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def due_s(self, now: float) -> float:
        if self._output:
            return 0.0
        if self._asked is not None:
            return max(0.0, self._deadline_s - now)
        return max(0.0, self._quiet_until_s - now) if self._to_ask else math.inf

    def lost(self) -> None:
        self.status = UNKNOWN
        self.answered = self.silent = False
        self.rounds = 0
        self._to_ask.clear()
        self._asked, self._output = None, b""
        self._quiet_until_s = -math.inf

    def _timed_out(self, now: float) -> None:
        first = self._asked == self._requests[0]
        self.timeouts += 1
        self._asked = None
        self._quiet_until_s = now + self._answer_timeout_s
        if first:
            self._to_ask.clear()
        if not self._to_ask:
            self._finish(answered=not first)

    def _finish(self, *, answered: bool) -> None:
        self.rounds += 1
        self.answered = answered
        if answered or not self._watching:
            self.status = self._draft
            self.silent = not answered


def _paper(flags: Mapping[str, bool]) -> PaperState:
    if flags["out"]:
        return "out"
    return "near_end" if flags["near_end"] else "ok"
