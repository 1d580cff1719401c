"""What waits to be said by a device that speaks by itself: newest first of a call, stale ones dropped. Pure.

`next` gives one announcement after the other; what became of each is kept until `spoken` hands it to its caller.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from device_drivers.ports import Announcement, SpeakOutcome, SpeakResult

QUEUE_LIMIT = 32

OnDone = Callable[[SpeakOutcome], None]
# What was decided, and whom to tell.
Spoken = tuple[OnDone, SpeakOutcome]


@dataclass(slots=True)
class _Job:
    announcement: Announcement
    on_done: OnDone


class SpeechQueue:
    """`now` is the monotonic clock in seconds, as in `Announcement.stale_s`."""

    def __init__(self) -> None:
        self._waiting: deque[_Job] = deque()
        self._speaking: _Job | None = None
        self._spoken: list[Spoken] = []
        self.counters = dict.fromkeys(("said", "dropped", "silent"), 0)

    @property
    def speaking(self) -> Announcement | None:
        return None if self._speaking is None else self._speaking.announcement

    @property
    def has_news(self) -> bool:
        """Whether something waits to be said, or to be told."""
        return bool(self._spoken) or (self._speaking is None and bool(self._waiting))

    def say(self, announcement: Announcement, on_done: OnDone) -> None:
        job, speaking = _Job(announcement, on_done), self.speaking
        if speaking is not None and (speaking.id, speaking.text) == (announcement.id, announcement.text):
            self._tell(job, "dropped", "being said already")
            return
        for place, waiting in enumerate(self._waiting):
            if waiting.announcement.id == announcement.id:
                self._waiting[place] = job  # a recall keeps the place of the call it repeats
                self._tell(waiting, "dropped", "called again before it was said")
                return
        if len(self._waiting) >= QUEUE_LIMIT:
            self._tell(self._waiting.popleft(), "dropped", f"{QUEUE_LIMIT} newer announcements are waiting")
        self._waiting.append(job)

    def withdraw(self, id: str) -> bool:
        """True when it is being said: the device is to be told to stop."""
        for job in [job for job in self._waiting if job.announcement.id == id]:
            self._waiting.remove(job)
            self._tell(job, "dropped", "withdrawn")
        return self.speaking is not None and self.speaking.id == id

    def next(self, now: float) -> Announcement | None:
        """What to say now; None when nothing waits, or something is being said."""
        while self._speaking is None and self._waiting:
            job = self._waiting.popleft()
            if (late_s := now - job.announcement.stale_s) > 0:
                self._tell(job, "dropped", f"stale: its time was over {late_s:.1f} s ago")
                continue
            self._speaking = job
            return job.announcement
        return None

    def finish(self, result: SpeakResult, detail: str = "") -> None:
        if self._speaking is not None:
            job, self._speaking = self._speaking, None
            self._tell(job, result, detail)

    def fail_all(self, detail: str) -> None:
        """Nothing can be said now."""
        self.finish("silent", detail)
        while self._waiting:
            self._tell(self._waiting.popleft(), "silent", detail)

    def spoken(self) -> list[Spoken]:
        """What was decided since, each once."""
        spoken, self._spoken = self._spoken, []
        return spoken

    def _tell(self, job: _Job, result: SpeakResult, detail: str) -> None:
        self.counters[result] += 1
        self._spoken.append((job.on_done, SpeakOutcome(job.announcement.id, result, detail)))
