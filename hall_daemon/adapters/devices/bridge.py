"""Between the hall and its drivers: desired state out, presses and outcomes in.

A subscriber of the follower (its thread sets what strips and pads should show, hands out slips and calls) with one
small thread of its own, "bridge", that watches calls until something visible and something audible took them.
Driver threads only enqueue commands here. Nothing in this file waits for a device.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from device_drivers.errors import DeviceError
from device_drivers.events import DeviceEvent, KeyPressed, Rated
from device_drivers.ports import (
    Announcement,
    Driver,
    LifeState,
    Pads,
    Printer,
    PrintOutcome,
    Screens,
    ScreenText,
    Speaker,
    SpeakOutcome,
)
from hall_daemon.app.announcements import BadAnnouncement, Language, call_text
from hall_daemon.app.device_views import device_names, device_roles, device_view, device_windows
from hall_daemon.app.reactions import (
    pad_commands,
    pad_display,
    rating_commands,
    ticket_slip,
    wants_another_press,
    window_screen,
)
from hall_daemon.app.record import Answer, Busy, Recorded, Request
from hall_daemon.config.settings import Bindings, Wording
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan, Window
from hall_daemon.domain.ticket import Ticket
from hall_daemon.wire.messages import DeviceView, Wait

_LOGGER = logging.getLogger(__name__)

WATCH_S = 0.05
SEEN_WITHIN_S = 5.0
SPOKEN_WITHIN_S = 60.0  # beyond the moment when a call is stale: the longest that one may take to say
RETRY_LIMIT = 5000
# A device in such a state shows and says nothing.
_OUT: frozenset[LifeState] = frozenset({"disconnected", "alert", "stopped"})
REPRINT_WITHIN_MS = 120_000


def _no_answer(answer: Answer) -> None:
    """The hall does as it sees fit; a report needs no reply."""


@dataclass(slots=True)
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


class DeviceBridge:
    """`devices` by id, started and stopped here. `read` looks at the follower's hall from any thread."""

    def __init__(
        self,
        plan: Plan,
        wording: Wording,
        bindings: Bindings,
        devices: Mapping[str, Driver],
        *,
        submit: Callable[[Request, Callable[[Answer], None]], None],
        read: Callable[[Callable[[Hall], tuple[c.Command, ...]]], tuple[c.Command, ...]],
        wait_of: Callable[[Ticket], Wait],
        ticket_url: Callable[[str], str],
        monotonic: Callable[[], float],
    ) -> None:
        self.devices = devices
        self.announced = 0
        self._plan = plan
        self._wording = wording
        self._places = bindings.windows
        self._submit = submit
        self._read = read
        self._wait_of = wait_of
        self._ticket_url = ticket_url
        self._monotonic = monotonic
        # The registry built each device for its kind, so what is bound as a screen is a Screens, and so on.
        self._screens = {part: cast(Screens, devices[id_]) for part, id_ in bindings.devices["screens"].items()}
        self._pads = {part: cast(Pads, devices[id_]) for part, id_ in bindings.devices["pads"].items()}
        self._printers = {part: cast(Printer, devices[id_]) for part, id_ in bindings.devices["printers"].items()}
        self._speakers = {zone: cast(Speaker, devices[id_]) for zone, id_ in bindings.devices["zones"].items()}
        self._roles = device_roles(bindings)
        self._names = device_names(self._roles, {id_: driver.health().kind for id_, driver in devices.items()})
        self._windows = device_windows(plan, bindings)
        self._lock = threading.Lock()
        self._calls: dict[str, _Call] = {}
        self._copies: dict[str, str] = {}  # ticket -> the job of its newest slip, while that is under way
        self._retry: deque[Request] = deque(maxlen=RETRY_LIMIT)
        self._failing: set[str] = set()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, hall: Hall, now: Moment) -> None:
        """Start every driver, show what the hall says now, settle slips that a crash left open."""
        for printer in _left_unsure(hall):
            if printer in self._printers:
                self._printers[printer].broke_off()
        for driver in self.devices.values():
            driver.start()
        self._show(hall)
        for slip in hall.slips.values():
            if slip.state == "pending":
                self._settle(hall, slip.ticket, slip.printer, now)
        self._thread = threading.Thread(target=self._watch, name="bridge")
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        stopping = [
            threading.Thread(target=driver.stop, args=(timeout_s,), name=f"stop-{driver.id}")
            for driver in self.devices.values()
        ]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join(timeout_s)

    # -- hall to devices (follower thread) ----------------------------------------------------------

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        # What a screen has taken so far is seen, also when the next text comes before anybody looks again.
        if self._calls:
            self._note_seen()
        self._show(hall)
        for row in batch:
            react = _REACTIONS.get(type(row.event))
            if react is not None:
                with self._fence(type(row.event).__name__):
                    react(self, hall, row)

    def _show(self, hall: Hall) -> None:
        for screen, window in self._places["screens"].items():
            with self._fence(screen):
                self._screens[screen].show(screen, window_screen(self._plan, self._wording.screen, hall, window))
        for pad, window in self._places["pads"].items():
            waiting, number = pad_display(self._plan, hall, window)
            with self._fence(pad):
                self._pads[pad].display(pad, waiting=waiting, ticket=number)

    @contextlib.contextmanager
    def _fence(self, what: str) -> Iterator[None]:
        """A device that raises fails alone; said once until it works again."""
        try:
            yield
        except Exception:
            if what not in self._failing:
                _LOGGER.exception("%s: failed", what)
            self._failing.add(what)
        else:
            self._failing.discard(what)

    def _issued(self, hall: Hall, row: Recorded) -> None:
        event: e.TicketIssued = row.event  # type: ignore[assignment]
        if event.printer:
            self._print(hall, event.ticket, event.printer, event.ahead, copy=0)

    def _slip_requested(self, hall: Hall, row: Recorded) -> None:
        event: e.SlipRequested = row.event  # type: ignore[assignment]
        self._print(hall, event.ticket, event.printer, None, copy=event.copy)

    def _print(self, hall: Hall, ticket_id: str, printer_id: str, ahead: int | None, copy: int) -> None:
        ticket = hall.tickets.get(ticket_id)
        printer = self._printers.get(printer_id)
        if ticket is None:
            return
        if printer is None:
            self._send(c.ReportSlip(ticket_id, "failed", "no_printer"), "core")
            return
        if ahead is None:
            line = hall.lines.get(ticket.service, {}).get(ticket.class_, ())
            ahead = sum(1 for place, _ in line if place < ticket.place)
        slip = ticket_slip(
            self._plan, self._wording.slip, ticket,
            ahead=ahead, wait=self._wait_of(ticket), url=self._ticket_url(ticket.token), copy=copy,
        )  # fmt: skip
        job = f"{ticket_id}#{copy}"
        with self._lock:
            self._copies[ticket_id] = job
        printer.print(job, slip, self._on_printed)

    def _settle(self, hall: Hall, ticket_id: str, printer_id: str, now: Moment) -> None:
        """A crash came between commit and paper: the same number again, marked, if somebody may still stand there."""
        ticket = hall.tickets[ticket_id]
        if ticket.state == "waiting" and now.tick - ticket.drawn_tick <= REPRINT_WITHIN_MS:
            self._send(c.RequestSlip(ticket_id, printer_id, lost=True), "core")
        else:
            self._send(c.ReportSlip(ticket_id, "unknown", "restart"), "core")

    def _called(self, hall: Hall, row: Recorded) -> None:
        event: e.TicketCalled | e.TicketRecalled = row.event  # type: ignore[assignment]
        ticket = hall.tickets.get(event.ticket)
        window = self._plan.windows.get(event.window)
        if ticket is None or window is None or ticket.window != event.window:
            return
        call = event.count if isinstance(event, e.TicketRecalled) else 1
        # By event, not by call: a call that was undone and made again is another one.
        base = f"{event.ticket}@{row.seq}"
        voice = self._wording.voice
        speaker = self._speakers.get(window.zone)
        voices = [f"{base}:{language}" for language in voice.languages] if speaker else []
        now_s = self._monotonic()
        pending = _Call(
            ticket.id, window.id, call, window_screen(self._plan, self._wording.screen, hall, window.id),
            now_s + SEEN_WITHIN_S, now_s + voice.stale_s + SPOKEN_WITHIN_S, set(voices),
        )  # fmt: skip
        with self._lock:
            self._calls[base] = pending
        if speaker:
            for language, id_ in zip(voice.languages, voices, strict=True):
                self._say(speaker, id_, language, ticket.number, window)

    def _say(self, speaker: Speaker, id_: str, language: Language, number: str, window: Window) -> None:
        voice = self._wording.voice
        template = voice.zh if language == "zh" else voice.en
        try:
            text = call_text(template, number=number, window=window.label, language=language, one=voice.one)
            stale_s = self._monotonic() + voice.stale_s
            announcement = Announcement(id_, text, window.zone, stale_s, language, voice.times)
            speaker.say(announcement, self._on_spoken)
        except (BadAnnouncement, DeviceError) as error:
            _LOGGER.warning("%s: call not spoken: %s", speaker.id, error)
            self._on_spoken(SpeakOutcome(id_, "silent", str(error)))

    def _over(self, hall: Hall, row: Recorded) -> None:
        """The person came, or was sent on: what is not said yet need not be said."""
        self._withdraw((getattr(row.event, "ticket", ""),))

    def _undone(self, hall: Hall, row: Recorded) -> None:
        """An undone call was never made: nobody says or reports it. Before an undone recall there was a call that
        stands."""
        event: e.PressUndone = row.event  # type: ignore[assignment]
        recalled = hall.tickets.get(event.tickets[-1]) if event.press == "recall" else None
        stands = recalled.calls if recalled else 0
        self._withdraw(event.tickets, forget=event.press in ("call", "recall"), after=stands)

    def _withdraw(self, tickets: Sequence[str], *, forget: bool = False, after: int = 0) -> None:
        """Of these tickets, every call beyond the `after` first ones."""
        with self._lock:
            ended = {
                base: call for base, call in self._calls.items() if call.ticket in tickets and call.call > after
            }
            voices = [id_ for call in ended.values() for id_ in call.voices]
            for base in ended if forget else ():
                del self._calls[base]
        for speaker in {id(speaker): speaker for speaker in self._speakers.values()}.values():
            for id_ in voices:
                speaker.withdraw(id_)

    # -- devices to hall (drivers' threads: enqueue only) ---------------------------------------------

    def on_event(self, event: DeviceEvent) -> None:
        match event:
            case KeyPressed():
                self._on_press(event)
            case Rated() if event.pad in self._places["pads"]:
                self._do(event.pad, rating_commands(self._places["pads"][event.pad], event))

    def _on_press(self, press: KeyPressed) -> None:
        window = self._places["pads"].get(press.pad)
        if window is None:
            return
        commands = self._read(lambda hall: pad_commands(self._plan, hall, window, press))
        if wants_another_press(press, commands):
            self._beep(press.pad)
        self._do(press.pad, commands)

    def _do(self, pad: str, commands: tuple[c.Command, ...]) -> None:
        try:
            for command in commands:
                self._submit(Request(command, f"pad:{pad}"), lambda answer: self._pressed(pad, answer))
        except Busy:
            # Not kept for later: whoever heard the beep presses again.
            self._beep(pad)

    def _pressed(self, pad: str, answer: Answer) -> None:
        if isinstance(answer, Refused):
            _LOGGER.info("%s: press refused: %s", pad, answer.code)
            self._beep(pad)

    def _beep(self, pad: str) -> None:
        self._pads[pad].beep(pad)

    def _on_printed(self, outcome: PrintOutcome) -> None:
        """How the newest copy of a ticket's slip went; of an earlier one nobody wants to know any more."""
        ticket_id = outcome.job.rpartition("#")[0]
        with self._lock:
            newest = self._copies.get(ticket_id) == outcome.job
            if newest:
                del self._copies[ticket_id]
        if newest:
            self._send(c.ReportSlip(ticket_id, outcome.result, outcome.detail), "printer")

    def _on_spoken(self, outcome: SpeakOutcome) -> None:
        base = outcome.id.rpartition(":")[0]
        with self._lock:
            call = self._calls.get(base)
            if call is not None:
                call.voices.discard(outcome.id)
                call.heard = call.heard or outcome.result == "said"

    def _send(self, command: c.Command, by: str) -> None:
        """Tell the hall what a device did; kept when the hall is busy."""
        request = Request(command, by)
        try:
            self._submit(request, _no_answer)
        except Busy:
            self._retry.append(request)

    # -- watching calls (bridge thread) ---------------------------------------------------------------

    def _watch(self) -> None:
        while not self._ended.wait(WATCH_S):
            with self._fence("watching calls"):
                for _ in range(len(self._retry)):
                    request = self._retry.popleft()
                    self._send(request.command, request.by)
                self._settle_calls()

    def _settle_calls(self) -> None:
        with self._lock:
            calls = dict(self._calls)
        if not calls:
            return
        self._note_seen()
        now_s = self._monotonic()
        for base, call in calls.items():
            self._give_up(base, call)
            with self._lock:
                looked = call.seen or now_s > call.until_s or call.window not in self._places["screens"].values()
                settled = looked and (not call.voices or now_s > call.over_s)
                if not settled or self._calls.pop(base, None) is None:
                    continue
            noticed = call.seen or call.heard
            self.announced += noticed
            if noticed or not call.given_up:
                self._send(c.ReportAnnounced(call.ticket, call.window, call.call, call.seen, call.heard), "bridge")

    def _give_up(self, base: str, call: _Call) -> None:
        """The clerk is told at once when everything that could announce a call is known to be out; should one of
        these come back in time, the call is reported once more."""
        if call.given_up or call.could_be(self._screen_works(call.window), self._voice_works(call.window)):
            return
        with self._lock:
            if base not in self._calls:
                return
        call.given_up = True
        self._send(c.ReportAnnounced(call.ticket, call.window, call.call, False, False), "bridge")

    def _screen_works(self, window: str) -> bool:
        bound = [screen for screen, shown in self._places["screens"].items() if shown == window]
        return any(self._screens[screen].health().state not in _OUT for screen in bound)

    def _voice_works(self, window: str) -> bool:
        speaker = self._speakers.get(self._plan.windows[window].zone)
        return speaker is not None and speaker.health().state not in _OUT

    def _note_seen(self) -> None:
        taken = self._taken()
        with self._lock:
            for call in self._calls.values():
                call.seen = call.seen or (call.window, call.shown) in taken

    def _taken(self) -> set[tuple[str, ScreenText]]:
        """(window, text) of what the screens have taken."""
        taken = set()
        for driver in {id(driver): driver for driver in self._screens.values()}.values():
            with self._fence(f"{driver.id} read back"):
                for state in driver.screens():
                    if state.reported is not None and state.screen in self._places["screens"]:
                        taken.add((self._places["screens"][state.screen], state.reported))
        return taken

    def views(self) -> tuple[DeviceView, ...]:
        """Every device's life, for pages and MQTT."""
        now_s = self._monotonic()
        views = []
        for id_, driver in self.devices.items():
            views.append(
                device_view(
                    driver.health(), now_s,
                    role=self._roles.get(id_), name=self._names.get(id_), windows=self._windows.get(id_, ()),
                )
            )  # fmt: skip
        return tuple(views)


def _left_unsure(hall: Hall) -> set[str]:
    """The printers whose newest slip is not known to be whole: half of it may lie there, for the next to begin on."""
    newest = {slip.printer: slip for slip in hall.slips.values()}
    unsure = {printer for printer, slip in newest.items() if slip.state != "printed"}
    return unsure | {slip.printer for slip in hall.slips.values() if slip.state == "pending"}


_REACTIONS: dict[type, Callable[[DeviceBridge, Hall, Recorded], None]] = {
    e.TicketIssued: DeviceBridge._issued,
    e.SlipRequested: DeviceBridge._slip_requested,
    e.TicketCalled: DeviceBridge._called,
    e.TicketRecalled: DeviceBridge._called,
    e.ServiceStarted: DeviceBridge._over,
    e.ServiceFinished: DeviceBridge._over,
    e.ServiceAdvanced: DeviceBridge._over,
    e.TicketMissed: DeviceBridge._over,
    e.TicketTransferred: DeviceBridge._over,
    e.TicketCancelled: DeviceBridge._over,
    e.TicketExpired: DeviceBridge._over,
    e.PressUndone: DeviceBridge._undone,
}
