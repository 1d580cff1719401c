"""An ESC/POS ticket printer on one line: `ports.Printer`.

The thread is LineDriver's; `print` and `status` may be called from any other. What a slip contains is
never logged.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from device_drivers.base.line_driver import LineDriver
from device_drivers.codecs.text import encode_text
from device_drivers.errors import Misuse
from device_drivers.families.escpos.job import PrinterTiming
from device_drivers.families.escpos.link import EscposLink, PrinterEvent
from device_drivers.families.escpos.profile import PrinterProfile
from device_drivers.kinds.escpos_printer.conditions import CONDITIONS
from device_drivers.kinds.escpos_printer.dress import dressed
from device_drivers.kinds.escpos_printer.options import PrinterOptions
from device_drivers.lines.options import build_line, byte_seconds
from device_drivers.options import DeviceSpec, Environment
from device_drivers.ports import ByteLine, Columns, Health, PrinterStatus, PrintOutcome, Slip, SlipItem, Text

_LOGGER = logging.getLogger(__name__)

NAME: Final = "escpos-printer"


class EscposPrinter(LineDriver[bytes, PrinterEvent]):
    """Prints one slip after another; see EscposLink for what the outcomes mean."""

    def __init__(
        self,
        id: str,
        line: ByteLine,
        profile: PrinterProfile,
        timing: PrinterTiming,
        *,
        monotonic: Callable[[], float],
        rng: random.Random,
        queue_limit: int = 16,
    ) -> None:
        self._profile = profile
        self._replaced = 0
        self._printer = EscposLink(profile, timing, queue_limit)
        self._waiting: dict[str, Callable[[PrintOutcome], None]] = {}
        self._waiting_lock = threading.Lock()
        self._need_since_s = monotonic()
        super().__init__(id, NAME, line, self._printer, monotonic=monotonic, rng=rng, on_event=self._on_printer_event)

    def print(self, job: str, slip: Slip, on_done: Callable[[PrintOutcome], None]) -> None:
        """`on_done` runs once, on the driver's thread; on the caller's own when the line is down or the
        queue is full. A slip that cannot be printed fails with `bad_slip: …`. Misuse: `job` is waiting already.
        """
        with self._waiting_lock:
            if job in self._waiting:
                raise Misuse(f"{self.id}: job {job} is being printed already")
            self._waiting[job] = on_done
        self._note_replaced(slip)
        with self.changing():
            refused = self._printer.submit(job, slip)
        if refused is not None:
            self._on_printer_event(refused)

    def _note_replaced(self, slip: Slip) -> None:
        """Characters that become 〓 because there is no font to draw them with: counted, and said once."""
        if self._profile.draw is not None:
            return
        said = [text for item in slip.items for text in _texts(item)]
        count = sum(len(encode_text(text, self._profile.encoding).replaced) for text in said)
        if count and not self._replaced:
            _LOGGER.warning("%s: prints 〓 for characters that it does not have; name a font", self.id)
        self._replaced += count

    def broke_off(self) -> None:
        with self.changing():
            self._printer.broke_off()

    def status(self) -> PrinterStatus:
        with self.reading():
            return self._printer.status

    def health(self) -> Health:
        """`alert` while the printer cannot print; near its end of paper it is still `ready`."""
        health = super().health()
        health = replace(health, counters={**health.counters, "characters_replaced": self._replaced})
        with self.reading():
            need = _need_of(self._printer.status)
            if self._printer.silent:
                need = "silent"
            elif self._printer.unconfirmed and need in ("", "paper_near_end"):
                need = "unconfirmed"
        if health.state != "ready" or not need:
            return health
        words = CONDITIONS[need]
        return replace(
            health,
            state="alert" if words.stops else health.state,
            detail=words.english({}),
            since_s=max(health.since_s, self._need_since_s),
            code=need,
        )

    def stop(self, timeout_s: float = 3.0) -> None:
        """Jobs that are not done end with `line_down`."""
        super().stop(timeout_s)
        with self.reading() as now:
            events = self._printer.lost(now)
        self._hand_out(events)

    def _on_printer_event(self, event: PrinterEvent) -> None:
        if isinstance(event, PrintOutcome):
            with self._waiting_lock:
                on_done = self._waiting.pop(event.job)
            on_done(event)
            return
        before, after = _need_of(event.before), _need_of(event.after)
        if after != before:
            self._need_since_s = self._monotonic()
        if after and after != before:
            _LOGGER.warning("%s: %s", self.id, CONDITIONS[after].english({}))
        elif before and not after and event.after.online:
            _LOGGER.info("%s: ready again", self.id)


def _texts(item: SlipItem) -> tuple[str, ...]:
    match item:
        case Text(text):
            return (text,)
        case Columns(left, right):
            return left, right
    return ()


def _need_of(status: PrinterStatus) -> str:
    """What a person has to do about it: a code of CONDITIONS, or nothing."""
    if status.cover_open:
        return "cover_open"
    if status.paper == "out":
        return "paper_out"
    if status.error:
        return "error"
    if status.online is False:
        return "offline"
    return "paper_near_end" if status.paper == "near_end" else ""


def build(spec: DeviceSpec, options: PrinterOptions, env: Environment) -> EscposPrinter:
    """Raises BadOption."""
    timing = PrinterTiming(
        answer_timeout_s=options.answer_timeout_s,
        confirm_timeout_s=options.confirm_timeout_s,
        settle_s=options.settle_s,
        poll_s=options.poll_s,
        byte_s=byte_seconds(spec),
    )
    return EscposPrinter(
        spec.id,
        build_line(spec),
        dressed(spec.id, options),
        timing,
        monotonic=env.monotonic,
        rng=env.rng,
        queue_limit=options.queue,
    )
