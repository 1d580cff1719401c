"""Calls on their way to people: spoken, shown, and watched until something visible and something audible took them.

What becomes of a visit ends its call: who came, or was sent on, need not be called any more; a press that is taken back
never was.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from device_drivers.errors import DeviceError
from device_drivers.ports import Announcement, ScreenText, Speaker, SpeakOutcome
from hall_daemon.adapters.devices.outcomes import Outcomes
from hall_daemon.adapters.devices.screens import OUT, WindowScreens
from hall_daemon.app.announcements import BadAnnouncement, Language, call_text
from hall_daemon.config.wording import VoiceWords
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan, Window
from hall_daemon.domain.visit import Called, Ended, Gone, Moved, Recalled, Seen, Started, TakenBack

_LOGGER = logging.getLogger(__name__)

SEEN_WITHIN_S = 5.0
SPOKEN_WITHIN_S = 60.0  # beyond the moment when a call is stale: the longest that one may take to say


@dataclass(slots=True, kw_only=True)
class _Call:
    """A call on its way to people. `shown` is what a screen must have taken, by `until_s`; `voices` outcomes are
    still due, until `over_s` at the latest; `heard` when one of them spoke; `given_up` once the hall was told that
    nothing can take it now."""

    ticket: str
    window: str
    call: int
    shown: ScreenText
    until_s: float
    over_s: float
    voices: set[str] = field(default_factory=set)
    heard: bool = False
    seen: bool = False
    given_up: bool = False

    def could_be(self, visible: bool, audible: bool) -> bool:
        """Whether somebody has noticed it, or still may, with screens and voice that work so."""
        return self.seen or self.heard or visible or (audible and bool(self.voices))


@dataclass(slots=True, kw_only=True)
class WindowCalls:
    """`speakers` by zone."""

    plan: Plan
    words: VoiceWords
    speakers: Mapping[str, Speaker]
    screens: WindowScreens
    outcomes: Outcomes
    monotonic: Callable[[], float]
    _calls: dict[str, _Call] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __len__(self) -> int:
        """How many are under way."""
        return len(self._calls)

    def see(self, hall: Hall, change: Seen, seq: int) -> None:
        """What event `seq` made of a visit."""
        if isinstance(change, (Called, Recalled)):
            call = change.calls if isinstance(change, Recalled) else 1
            self._call(hall, change.visit.ticket, change.window, call, seq)
        elif isinstance(change, (Started, Ended, Gone, Moved)):
            self._withdraw(change.visit.ticket)
        elif isinstance(change, TakenBack):
            for undone in change.changes:
                if isinstance(undone, (Called, Recalled)):
                    # Before an undone recall there was a call that stands.
                    stands = undone.calls - 1 if isinstance(undone, Recalled) else 0
                    self._withdraw(undone.visit.ticket, forget=True, after=stands)

    def _call(self, hall: Hall, ticket_id: str, window_id: str, call: int, seq: int) -> None:
        ticket = hall.tickets.get(ticket_id)
        window = self.plan.windows.get(window_id)
        if ticket is None or window is None or ticket.window != window_id:
            return
        # By event, not by call: a call that was undone and made again is another one.
        base = f"{ticket_id}@{seq}"
        speaker = self.speakers.get(window.zone)
        voices = [f"{base}:{language}" for language in self.words.languages] if speaker else []
        now_s = self.monotonic()
        pending = _Call(
            ticket=ticket.id, window=window.id, call=call, shown=self.screens.text(hall, window.id),
            until_s=now_s + SEEN_WITHIN_S, over_s=now_s + self.words.stale_s + SPOKEN_WITHIN_S, voices=set(voices),
        )
        with self._lock:
            self._calls[base] = pending
        if speaker:
            for language, id_ in zip(self.words.languages, voices, strict=True):
                self._say(speaker, id_, language, ticket.number, window)

    def _say(self, speaker: Speaker, id_: str, language: Language, number: str, window: Window) -> None:
        words = self.words
        template = words.zh if language == "zh" else words.en
        try:
            text = call_text(template, number=number, window=window.label, language=language, one=words.one)
            stale_s = self.monotonic() + words.stale_s
            announcement = Announcement(
                id=id_, text=text, zone=window.zone, stale_s=stale_s, language=language, times=words.times
            )
            speaker.say(announcement, self._on_spoken)
        except (BadAnnouncement, DeviceError) as error:
            _LOGGER.warning("%s: call not spoken: %s", speaker.id, error)
            self._on_spoken(SpeakOutcome(id_, "silent", str(error)))

    def _withdraw(self, ticket: str, *, forget: bool = False, after: int = 0) -> None:
        """Of this ticket, every call beyond the `after` first ones: what is not said yet need not be said. `forget`: it
        was never made, and nobody reports it."""
        if not self._calls:
            return
        with self._lock:
            ended = {base: call for base, call in self._calls.items() if call.ticket == ticket and call.call > after}
            voices = [id_ for call in ended.values() for id_ in call.voices]
            for base in ended if forget else ():
                del self._calls[base]
        for speaker in {id(speaker): speaker for speaker in self.speakers.values()}.values():
            for id_ in voices:
                speaker.withdraw(id_)

    def _on_spoken(self, outcome: SpeakOutcome) -> None:
        base = outcome.id.rpartition(":")[0]
        with self._lock:
            call = self._calls.get(base)
            if call is not None:
                call.voices.discard(outcome.id)
                call.heard = call.heard or outcome.result == "said"

    # -- watching -------------------------------------------------------------------------------------

    def note_seen(self) -> None:
        """What a screen has taken so far is seen, also when the next text comes before anybody looks again."""
        if not self._calls:
            return
        taken = self.screens.taken()
        with self._lock:
            for call in self._calls.values():
                call.seen = call.seen or (call.window, call.shown) in taken

    def settle(self) -> None:
        """Tell the hall of every call that was taken, or cannot be any more."""
        with self._lock:
            calls = dict(self._calls)
        if not calls:
            return
        self.note_seen()
        now_s = self.monotonic()
        for base, call in calls.items():
            self._give_up(base, call)
            with self._lock:
                looked = call.seen or now_s > call.until_s or not self.screens.over(call.window)
                settled = looked and (not call.voices or now_s > call.over_s)
                if not settled or self._calls.pop(base, None) is None:
                    continue
            if call.seen or call.heard or not call.given_up:
                self._report(call, call.seen, call.heard)

    def _give_up(self, base: str, call: _Call) -> None:
        """The clerk is told at once when everything that could announce a call is known to be out; should one of
        these come back in time, the call is reported once more."""
        if call.given_up or call.could_be(self.screens.works(call.window), self._voice_works(call.window)):
            return
        with self._lock:
            if base not in self._calls:
                return
        call.given_up = True
        self._report(call, False, False)

    def _report(self, call: _Call, seen: bool, heard: bool) -> None:
        self.outcomes.tell(c.ReportAnnounced(call.ticket, call.window, call.call, seen, heard), "bridge")

    def _voice_works(self, window: str) -> bool:
        speaker = self.speakers.get(self.plan.windows[window].zone)
        return speaker is not None and speaker.health().state not in OUT
