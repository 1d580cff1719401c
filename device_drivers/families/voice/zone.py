"""One zone of a hall: what waits to be said there, and the thread that says it, one after another.

Thread `voice-<zone>` makes the clip, plays it and calls back; `say`, `withdraw` and `stop` may come
from any thread and return at once. Knows nothing of other zones or of tickets.

    waiting --turn--> stale? --yes--> dropped
                        no --> clip --> player --> said | silent (no voice, no device, stuck)
    withdrawn, a newer call of the same id, a full queue, stop --> dropped, also while speaking
"""

from __future__ import annotations

import logging
import math
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from device_drivers.families.voice.outputs import Output, Playback, SoundFailed
from device_drivers.families.voice.sound import Clip, chime, compose, encode_wav, silence
from device_drivers.families.voice.synth import Synthesiser, VoiceFailed
from device_drivers.ports import Announcement, SpeakOutcome

_LOGGER = logging.getLogger(__name__)

QUEUE_LIMIT: Final = 32
RECHECK_S: Final = 60.0  # how often a silent zone is tried again
STUCK_MARGIN_S: Final = 3.0  # a player that takes this much longer than the sound is stuck
_POLL_S: Final = 0.03
_IDLE_S: Final = 1.0
_PROBE_RATE: Final = 22_050

_STOPPED: Final = "the voice is stopped"

OnDone = Callable[[SpeakOutcome], None]


@dataclass(eq=False, slots=True)
class _Job:
    announcement: Announcement
    on_done: OnDone
    withdrawn: str = ""  # the reason, once it should not be said any more


class Zone:
    """`output` None is a zone that is meant to be silent. `trouble` is "" or what to do about it."""

    def __init__(
        self,
        name: str,
        output: Output | None,
        synthesiser: Synthesiser,
        *,
        monotonic: Callable[[], float],
        with_chime: bool = True,
        volume: float = 1.0,
        recheck_s: float = RECHECK_S,
    ) -> None:
        self.name = name
        self.trouble = ""
        self.tried = output is None or not output.needs_probe
        self.heard_s: float | None = None
        self.counters: Counter[str] = Counter()
        self._output = output
        self._synthesiser = synthesiser
        self._monotonic = monotonic
        self._with_chime = with_chime
        self._volume = volume
        self._recheck_s = recheck_s
        self._next_probe_s = -math.inf if output is not None and output.needs_probe else math.inf
        self._bell: Clip | None = None
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._speaking: _Job | None = None
        self._finished: deque[tuple[_Job, SpeakOutcome]] = deque()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"voice-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def say(self, announcement: Announcement, on_done: OnDone) -> None:
        job = _Job(announcement, on_done)
        with self._changed:
            if self._stopping:
                self._drop(job, _STOPPED)
            elif self._is_being_said(announcement):
                self._drop(job, "being said already")
            else:
                self._admit(job)
            self._changed.notify()

    def withdraw(self, id: str) -> None:
        with self._changed:
            for job in [job for job in self._waiting if job.announcement.id == id]:
                self._waiting.remove(job)
                self._drop(job, "withdrawn")
            if self._speaking is not None and self._speaking.announcement.id == id:
                self._speaking.withdrawn = "withdrawn"
            self._changed.notify()

    def ask_to_stop(self) -> None:
        with self._changed:
            self._stopping = True
            while self._waiting:
                self._drop(self._waiting.popleft(), _STOPPED)
            if self._speaking is not None:
                self._speaking.withdrawn = _STOPPED
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        """True when the thread is gone."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # Under the lock.

    def _is_being_said(self, announcement: Announcement) -> bool:
        """The same words for the same id: a second press while it speaks adds nothing."""
        speaking = self._speaking
        return (
            speaking is not None
            and not speaking.withdrawn
            and speaking.announcement.id == announcement.id
            and speaking.announcement.text == announcement.text
        )

    def _admit(self, job: _Job) -> None:
        for place, waiting in enumerate(self._waiting):
            if waiting.announcement.id == job.announcement.id:
                self._waiting[place] = job  # a recall keeps the place of the call it repeats
                self._drop(waiting, "called again before it was said")
                return
        if len(self._waiting) >= QUEUE_LIMIT:
            self._drop(self._waiting.popleft(), f"{QUEUE_LIMIT} newer announcements are waiting")
        self._waiting.append(job)

    def _drop(self, job: _Job, detail: str) -> None:
        self._finish(job, SpeakOutcome(job.announcement.id, "dropped", detail))

    def _finish(self, job: _Job, outcome: SpeakOutcome) -> None:
        """Left for the thread to deliver: callbacks never run under a caller's feet."""
        self._finished.append((job, outcome))

    # On the thread.

    def _run(self) -> None:
        if self._output is not None:
            self._synthesiser.warm()
        try:
            while True:
                job = self._next()
                self._deliver()
                if job is not None:
                    self._serve(job)
                    continue
                if self._stopping:
                    return
                self._probe_when_due()
        finally:
            if self._output is not None:
                self._output.close()

    def _next(self) -> _Job | None:
        with self._changed:
            if not self._waiting and not self._finished and not self._stopping and not self._probe_due():
                self._changed.wait(_IDLE_S)
            self._speaking = self._waiting.popleft() if self._waiting else None
            return self._speaking

    def _serve(self, job: _Job) -> None:
        try:
            outcome = self._said(job)
        except Exception:  # the thread is the zone: it outlives whatever one announcement does to it
            _LOGGER.exception("voice zone %s: an announcement failed", self.name)
            outcome = SpeakOutcome(job.announcement.id, "silent", "an unexpected error, see the log")
        with self._changed:
            self._speaking = None
            self._finish(job, outcome)
        self._deliver()

    def _deliver(self) -> None:
        while self._finished:
            job, outcome = self._finished.popleft()
            self.counters[outcome.result] += 1
            try:
                job.on_done(outcome)
            except Exception:
                _LOGGER.exception("voice zone %s: on_done of an announcement raised", self.name)

    def _said(self, job: _Job) -> SpeakOutcome:
        told = job.announcement
        if self._output is None:
            return SpeakOutcome(told.id, "silent", f"zone {self.name} is configured without sound")
        if (stale := self._staleness(told)) is not None:
            return stale
        if self.trouble:
            self._probe_when_due()
            if self.trouble:
                return SpeakOutcome(told.id, "silent", self.trouble)
        speech, no_voice = self._speech(told)
        if speech is None and not self._with_chime:
            return SpeakOutcome(told.id, "silent", no_voice)
        bell = self._chime_at(speech.rate if speech else _PROBE_RATE) if self._with_chime else None
        sound = compose(speech, bell=bell, times=told.times, volume=self._volume)
        # Making the clip may have taken a while.
        if (stale := self._staleness(told)) is not None:
            return stale
        try:
            withdrawn = self._play(self._output, sound, told.id, job)
        except SoundFailed as error:
            self._fell_silent(str(error))
            return SpeakOutcome(told.id, "silent", self.trouble)
        if withdrawn:
            return SpeakOutcome(told.id, "dropped", withdrawn)
        self.heard_s = self._monotonic()
        if speech is None:
            return SpeakOutcome(told.id, "silent", f"only the chime was heard: {no_voice}")
        self._is_heard()
        return SpeakOutcome(told.id, "said")

    def _staleness(self, told: Announcement) -> SpeakOutcome | None:
        late_s = self._monotonic() - told.stale_s
        if late_s <= 0:
            return None
        return SpeakOutcome(told.id, "dropped", f"stale: its time was over {late_s:.1f} s ago")

    def _speech(self, told: Announcement) -> tuple[Clip | None, str]:
        try:
            return self._synthesiser.clip(told.text, told.language), ""
        except VoiceFailed as error:
            return None, str(error)

    def _chime_at(self, rate: int) -> Clip:
        if self._bell is None or self._bell.rate != rate:
            self._bell = chime(rate)
        return self._bell

    def _play(self, output: Output, sound: Clip, name: str, job: _Job | None) -> str:
        """Play to the end and return "", or the reason why it was cut off. Raises SoundFailed."""
        if reason := self._cut_off(job):
            return reason
        playback: Playback = output.start(encode_wav(sound), name)
        allowed_s = sound.duration_s + STUCK_MARGIN_S
        stuck_at_s = self._monotonic() + allowed_s
        try:
            while not playback.poll():
                with self._changed:
                    if reason := self._cut_off(job):
                        return reason
                    self._changed.wait(_POLL_S)
                if self._monotonic() > stuck_at_s:
                    raise SoundFailed(
                        f"the player hung for {allowed_s:.0f} s and was ended: "
                        "the sound card is stuck or taken by another program"
                    )
                self._deliver()
        finally:
            playback.kill()
        return ""

    def _cut_off(self, job: _Job | None) -> str:
        if self._stopping:
            return _STOPPED
        return job.withdrawn if job is not None else ""

    def _probe_due(self) -> bool:
        return self._monotonic() >= self._next_probe_s

    def _probe_when_due(self) -> None:
        """Play a moment of silence: at the start, and now and then while the zone is silent."""
        if self._output is None or not self._probe_due():
            return
        self._next_probe_s = math.inf
        try:
            self._play(self._output, silence(_PROBE_RATE, 0.1), "probe", None)
        except SoundFailed as error:
            self._fell_silent(str(error))
        else:
            self._is_heard()
        self.tried = True

    def _fell_silent(self, reason: str) -> None:
        detail = f"the hall is silent in zone {self.name}: {reason}"
        if not self.trouble:
            _LOGGER.error("voice: %s", detail)
        self.trouble = detail
        self._next_probe_s = self._monotonic() + self._recheck_s

    def _is_heard(self) -> None:
        if self.trouble:
            _LOGGER.info("voice: zone %s is heard again", self.name)
        self.trouble = ""
        self._next_probe_s = math.inf
