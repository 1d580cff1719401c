"""The conversation with one ticket printer: is there paper, here is the slip, did it come out?

Sans-IO: bytes and clock readings in, bytes and events out. Jobs are printed one after another, and each
ends in exactly one PrintOutcome:

    checking --status known bad--> failed (nothing was sent)
       |  good, or no answer
    sending --line lost--> unknown
       |  the line took it all
    confirming --GS r 1 answered: it is on paper--> printed
               --paper out or cover open meanwhile--> failed
               --time-out, or noise on the wire--> unknown

A printer whose profile answers nothing has printed when the line took the bytes: nobody knows better. One
that answers DLE EOT only is asked again after the time the slip takes. One that is slow, and says meanwhile
that all is well, is waited for (`patience_s`).

A slip that broke off (line lost, given up, or by an earlier life of this program, see `broke_off`) is marked void
and cut as soon as the printer is well, at the latest before the next slip, which never begins on its paper.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from device_drivers.errors import BadField
from device_drivers.families.escpos.commands import CLEAR_BUFFER
from device_drivers.families.escpos.encode import HEADER_END, PAPER_REQUEST, encode_slip
from device_drivers.families.escpos.inquiry import Inquiry
from device_drivers.families.escpos.job import Job, PrinterTiming
from device_drivers.families.escpos.parting import Parting
from device_drivers.families.escpos.profile import PrinterProfile
from device_drivers.families.escpos.status import decode_buffered, is_buffered_answer, is_real_time_answer
from device_drivers.ports import PrinterStatus, PrintOutcome, PrintResult, Slip

# Written at once. A quarter of a second at 9600 baud: only a printer that holds its flow control makes a
# write of this run into the line's time-out.
_CHUNK_BYTES: Final = 256
# XON and XOFF reach us when the line does not use them.
_FLOW: Final = frozenset((0x11, 0x13))
# How long an answer to GS r 1 that did not come in time is still expected from a printer that works.
_LATE_ANSWER_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class StatusChanged:
    before: PrinterStatus
    after: PrinterStatus


PrinterEvent = PrintOutcome | StatusChanged


class EscposLink:
    """See links/link.py for the contract. `submit` is the caller's door, the rest is the driver's."""

    def __init__(self, profile: PrinterProfile, timing: PrinterTiming, queue_limit: int = 16) -> None:
        self._profile = profile
        self._timing = timing
        self._queue_limit = queue_limit
        self._queue: deque[tuple[str, Slip]] = deque()
        self._job: Job | None = None
        self._inquiry = Inquiry(profile.status, timing.answer_timeout_s)
        self._reported = self._inquiry.status
        self._line_up: bool | None = None  # None: nobody tried yet
        self._poll_at_s = -math.inf
        self._handed = 0  # bytes of the job in the last output
        # When answers to GS r 1 that are owed for earlier slips are no longer expected, oldest first.
        self._owed: deque[float] = deque(maxlen=64)
        self._clear = b""  # to be written before anything else
        self._unconfirmed = False
        self._parting = Parting(profile)
        self._counts = dict.fromkeys(("printed", "failed", "unknown", "stray_bytes"), 0)

    @property
    def status(self) -> PrinterStatus:
        return self._inquiry.status

    @property
    def silent(self) -> bool:
        """Asked, and the printer did not answer."""
        return self._inquiry.silent

    @property
    def unconfirmed(self) -> bool:
        """It took the last slip, answers, and did not say that the slip is out."""
        return self._unconfirmed

    @property
    def counters(self) -> Mapping[str, int]:
        return {**self._counts, "unanswered": self._inquiry.timeouts, "queued": len(self._queue)}

    def submit(self, job: str, slip: Slip) -> PrintOutcome | None:
        """Queue a slip; an outcome at once when it cannot even wait."""
        if self._line_up is False:
            return self._outcome(job, "failed", "line_down")
        if len(self._queue) >= self._queue_limit:
            return self._outcome(job, "failed", "queue_full")
        self._queue.append((job, slip))
        return None

    def broke_off(self) -> None:
        """An earlier life of this program sent a slip and never heard how it went: it may lie there unfinished."""
        self._parting.broke_off()

    def receive(self, data: bytes, now: float) -> list[PrinterEvent]:
        """A burst that holds one byte no printer says is garbage as a whole: answers are single bytes, and
        one in twelve random bytes would pass for one."""
        data, cleared = self._parting.hear(data)
        if cleared:
            self._owed.clear()
        if all(is_real_time_answer(byte) or is_buffered_answer(byte) or byte in _FLOW for byte in data):
            for byte in data:
                self._byte(byte, now)
        else:
            self._counts["stray_bytes"] += len(data)
            if self._job is not None:
                self._job.noisy = True
        return self._move(now)

    def tick(self, now: float) -> list[PrinterEvent]:
        if not self._line_up:
            self._line_up = True
            self._forget_earlier_lives()
        timeouts = self._inquiry.timeouts
        self._inquiry.tick(now)
        if self._profile.status == "gs_r" and self._inquiry.timeouts > timeouts:
            self._owe(now)  # a busy printer answers a look at its paper late, too
        return self._move(now)

    def take_output(self) -> bytes:
        output, self._clear = self._clear + self._inquiry.take_output(), b""
        job = self._job
        if output or job is None or job.phase != "sending":
            return output
        chunk, job.data = job.data[:_CHUNK_BYTES], job.data[_CHUNK_BYTES:]
        self._handed = len(chunk)
        return chunk

    def written(self, now: float) -> list[PrinterEvent]:
        job, handed, self._handed = self._job, self._handed, 0
        if job is None or job.phase != "sending" or not handed or job.data:
            return []
        return self._sent(job, now)

    def due_s(self, now: float) -> float:
        job = self._job
        if self._clear:
            return 0.0
        if job is None:
            own = 0.0 if self._queue else self._poll_at_s - now
        elif job.phase == "confirming":
            own = (job.deadline_s if self._inquiry.active else min(job.look_at_s, job.deadline_s)) - now
        else:
            own = 0.0 if job.phase == "sending" else math.inf
        return max(0.0, min(own, self._inquiry.due_s(now)))

    def lost(self, now: float) -> list[PrinterEvent]:
        """Every job gets its outcome; nothing is sent again by itself, for paper may have come out."""
        self._line_up = False
        events: list[PrinterEvent] = []
        job, self._job = self._job, None
        if job is not None and job.slip is not None:
            events.append(self._outcome(job.id, "failed" if job.phase == "checking" else "unknown", "line_down"))
        while self._queue:
            events.append(self._outcome(self._queue.popleft()[0], "failed", "line_down"))
        self._inquiry.lost()
        self._owed.clear()
        self._parting.lost(sending=job is not None and job.phase != "checking")
        self._clear, self._unconfirmed = b"", False
        self._poll_at_s = -math.inf
        self._handed = 0
        return [*events, *self._status_changed()]

    # -- what comes in ----------------------------------------------------------------------------------

    def _byte(self, byte: int, now: float) -> None:
        job = self._job
        while self._owed and self._owed[0] <= now:
            self._owed.popleft()
        if self._inquiry.receive(byte, now):
            if job is not None:
                job.heard = True
            return
        flags = decode_buffered(byte)
        if flags is None or self._profile.status not in ("full", "gs_r"):
            self._counts["stray_bytes"] += 1
        elif self._owed:  # of an earlier slip: the printer works through its buffer in order
            self._owed.popleft()
        elif job is not None and job.phase == "confirming":
            self._inquiry.note_paper(flags)
            job.confirmed = True
        else:
            self._counts["stray_bytes"] += 1

    # -- what is to be done -----------------------------------------------------------------------------

    def _move(self, now: float) -> list[PrinterEvent]:
        events: list[PrinterEvent] = []
        if self._job is None:
            self._idle(now)
        job = self._job
        if job is not None and job.phase == "checking" and not self._inquiry.active:
            events += self._checked(job, now)
        if job is not None and job.phase == "confirming":
            events += self._confirm(job, now)
        if self._job is None and not self._queue and not self._inquiry.active:
            self._expect_late_answers(now)
        return [*events, *self._status_changed()]

    def _idle(self, now: float) -> None:
        if self._queue:
            job, slip = self._queue.popleft()
            self._job = Job(id=job, slip=slip)
            self._inquiry.begin(now)
        elif self._parting.broken and self._line_up and self._is_well():
            self._job = Job(id="", slip=None)
            self._inquiry.begin(now)
        elif now >= self._poll_at_s:
            self._poll_at_s = self._next_poll_s(now)
            self._inquiry.begin(now)

    def _checked(self, job: Job, now: float) -> list[PrinterEvent]:
        reason = self._why_not()
        if reason:
            return self._done(job, "failed", now, reason)
        try:
            slip = encode_slip(job.slip, self._profile) if job.slip is not None else b""
        except BadField as error:
            return self._done(job, "failed", now, f"bad_slip: {error}")
        job.data = self._parting.before(slip) + slip
        if self._profile.status in ("full", "gs_r"):
            job.data += PAPER_REQUEST
        job.size = len(job.data)
        job.phase = "sending"
        return []

    def _sent(self, job: Job, now: float) -> list[PrinterEvent]:
        if self._profile.status == "none":
            return self._done(job, "printed", now)
        job.phase, job.heard, job.noisy = "confirming", False, False
        job.rounds_seen = self._inquiry.rounds
        on_paper_s = now + job.size * self._timing.byte_s
        if self._profile.status == "dle_eot":
            job.look_at_s = on_paper_s + self._timing.settle_s
            return []
        job.deadline_s = on_paper_s + self._timing.confirm_timeout_s
        # A printer that was waited for in vain and did not forget either confirms nothing, ever.
        if self._parting.clears or not self._unconfirmed:
            job.patient_until_s = on_paper_s + self._timing.patience_s
        # Who did not answer before will not now, and what it says then can only be the confirmation. A
        # request sooner than this would stand behind the slip on the wire.
        if self._profile.status == "full" and self._inquiry.answered:
            job.look_at_s = on_paper_s + self._timing.watch_s
        return []

    def _confirm(self, job: Job, now: float) -> list[PrinterEvent]:
        if job.confirmed:
            self._unconfirmed = False
            return self._done(job, "unknown", now, "noise") if job.noisy else self._done(job, "printed", now)
        looked = self._inquiry.rounds > job.rounds_seen
        job.rounds_seen = self._inquiry.rounds
        reason = self._why_not() if looked and self._inquiry.answered else ""
        if reason in ("paper_out", "cover_open"):
            return self._give_up(job, "failed", now, reason)
        if looked and self._profile.status == "dle_eot":
            if not self._inquiry.answered:
                return self._done(job, "unknown", now, "no_answer")
            return self._done(job, "unknown" if reason else "printed", now, reason)
        if job.deadline_s <= now < job.patient_until_s and job.heard and not job.noisy and self._is_well():
            job.deadline_s = min(now + self._timing.confirm_timeout_s, job.patient_until_s)
        if now >= job.deadline_s:
            if self._inquiry.silent and not job.heard:  # nobody there: nothing to clear, no answer to come
                return self._done(job, "unknown", now, "no_answer")
            why = "offline" if self.status.online is False else "noise" if job.noisy else "not_confirmed"
            return self._give_up(job, "unknown", now, why)
        if now >= job.look_at_s and not self._inquiry.active:
            watching = self._profile.status == "full"
            job.look_at_s = now + self._timing.watch_s if watching else math.inf
            self._inquiry.begin(now, watching=watching)
        return []

    def _why_not(self) -> str:
        """Why no paper can come out, as far as the printer said so. Unknown is no reason."""
        status = self.status
        if status.cover_open:
            return "cover_open"
        if status.paper == "out":
            return "paper_out"
        return "offline" if status.online is False else ""

    def _is_well(self) -> bool:
        """It says so, as far as it says anything."""
        return self._profile.status == "none" or (self._inquiry.answered and not self._why_not())

    def _next_poll_s(self, now: float) -> float:
        """Sooner while there is trouble: whoever puts in a roll is watching."""
        if self._profile.status == "none":
            return math.inf
        timing = self._timing
        trouble = self.silent or self._why_not()
        return now + (min(timing.poll_s, timing.trouble_poll_s) if trouble else timing.poll_s)

    # -- what is still in the printer's buffer --------------------------------------------------------------

    def _give_up(self, job: Job, result: PrintResult, now: float, detail: str) -> list[PrinterEvent]:
        """The rest of a slip must not come out when somebody puts in paper, and a count that noise blew up
        must not swallow the next slip. Printers that cannot forget answer GS r 1 late."""
        self._clear = CLEAR_BUFFER
        self._unconfirmed = result == "unknown"
        self._parting.gave_up(marks_again=job.slip is not None or result == "failed")
        self._owe(now)
        return self._done(job, result, now, detail)

    def _forget_earlier_lives(self) -> None:
        """A slip that was sent before the line was lost, or before this program died, may still be in there:
        its answer must not be taken for the next slip's."""
        self._clear = HEADER_END + (CLEAR_BUFFER if self._profile.status in ("full", "gs_r") else b"")

    def _owe(self, now: float) -> None:
        if self._profile.status in ("full", "gs_r"):
            self._owed.append(now + _LATE_ANSWER_S)

    def _expect_late_answers(self, now: float) -> None:
        """A printer that stands still answers when it goes on, however long that takes."""
        if self._owed and self._why_not():
            for _ in range(len(self._owed)):
                self._owed.popleft()
                self._owed.append(now + _LATE_ANSWER_S)

    # -- what goes out ----------------------------------------------------------------------------------

    def _done(self, job: Job, result: PrintResult, now: float, detail: str = "") -> list[PrinterEvent]:
        self._job = None
        self._poll_at_s = self._next_poll_s(now)
        return [self._outcome(job.id, result, detail)] if job.slip is not None else []

    def _outcome(self, job: str, result: PrintResult, detail: str) -> PrintOutcome:
        self._counts[result] += 1
        return PrintOutcome(job, result, detail)

    def _status_changed(self) -> list[PrinterEvent]:
        before, after = self._reported, self._inquiry.status
        self._reported = after
        return [] if before == after else [StatusChanged(before, after)]
