"""What is tried with a device apart from the hall: a table by role. No kind is named, a role says what its test is.

A trial asks a started driver, waits for what comes back, and says it as codes of `[trial.ROLE]` in the files of words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, cast

from device_drivers.errors import DeviceError
from device_drivers.events import KeyPressed
from device_drivers.ports import (
    Announcement,
    Feed,
    Pads,
    Printer,
    PrintOutcome,
    Qr,
    Rule,
    Screens,
    ScreenText,
    Slip,
    Speaker,
    SpeakOutcome,
    Text,
)

_LOOK_EVERY_S = 0.02
_SENTENCE = "测试，请A零一二号到三号窗口办理业务"
# All that a printer is asked for: sizes, Hanzi that GB 2312 lacks, a line over the whole width, a QR code.
_SLIP = (
    Text("测试 TEST", size=2, align="center", bold=True), Rule(), Text("A012", size=4, align="center"),
    Text("昇喆堃〇 · — 0123456789"), Text("左 left"), Text("右 right", align="right"), Rule(),
    Qr("TEST"), Feed(2),
)


class Outcome(NamedTuple):
    """`code` of the role's table of words, with `_do` what to check. `why`: a condition of the kind, or prose."""

    part: str
    good: bool
    code: str
    facts: Mapping[str, str]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A started driver, its parts of the role, what it tells, and how long a person is waited for."""

    driver: Any
    role: str
    parts: tuple[str, ...]
    wait_s: float
    told: SimpleQueue[object] = field(default_factory=SimpleQueue)

    def until(self, reached: Callable[[], bool]) -> bool:
        give_up_at = time.monotonic() + self.wait_s
        while not reached():
            if time.monotonic() >= give_up_at:
                return False
            time.sleep(_LOOK_EVERY_S)
        return True


def tried(trial: Trial) -> list[Outcome]:
    return list(TRIALS.get(trial.role, _listen)(trial))


def _screens(trial: Trial) -> Iterator[Outcome]:
    """A picture that tells the parts apart: its place in the list, and every segment of a digit."""
    screens = cast(Screens, trial.driver)
    # A window of the big screen shows no call that there is not; that it answers it says of calm text.
    for lit in (True, False):
        for number, part in enumerate(trial.parts, 1):
            screens.show(part, ScreenText(f"测试{number} 8888", lit=lit))
        if trial.until(lambda: all(state.desired == state.reported for state in screens.screens())):
            break
    for state in screens.screens():
        if state.screen in trial.parts:
            sent = state.desired == state.reported and state.desired is not None
            text = state.desired.text if state.desired is not None else ""
            yield Outcome(state.screen, sent, "sent" if sent else "stuck", {"text": text})


def _printers(trial: Trial) -> Iterator[Outcome]:
    printer, done = cast(Printer, trial.driver), SimpleQueue[PrintOutcome]()
    for part in trial.parts:
        printer.print(f"test-{part}", Slip(_SLIP), done.put)
        try:
            outcome = done.get(timeout=trial.wait_s)
        except Empty:
            yield Outcome(part, False, "unknown", {})
            continue
        # A printer that says nothing of itself prints all the same: whoever stands there sees it.
        yield Outcome(part, outcome.result != "failed", outcome.result, {}, outcome.detail)


def _zones(trial: Trial) -> Iterator[Outcome]:
    speaker, done = cast(Speaker, trial.driver), SimpleQueue[SpeakOutcome]()
    for part in trial.parts:
        stale_s = time.monotonic() + trial.wait_s
        try:
            speaker.say(Announcement(id=part, text=_SENTENCE, zone=part, stale_s=stale_s, times=1), done.put)
            # A sentence has its own end beside the time it may begin.
            outcome = done.get(timeout=2 * trial.wait_s)
        except Empty:
            yield Outcome(part, False, "silent", {})
        except DeviceError as error:
            yield Outcome(part, False, "silent", {}, str(error))
        else:
            yield Outcome(part, outcome.result == "said", outcome.result, {}, outcome.detail)


def _pads(trial: Trial) -> Iterator[Outcome]:
    """Shows figures on each pad and beeps, then waits until each was pressed once."""
    pads = cast(Pads, trial.driver)
    for part in trial.parts:
        pads.display(part, waiting=88, ticket="888")
        pads.beep(part)
    left = dict.fromkeys(trial.parts)
    for event in _events(trial):
        if isinstance(event, KeyPressed) and event.pad in left:
            del left[event.pad]
            yield Outcome(event.pad, True, "pressed", {"key": event.key})
        if not left:
            return
    yield from (Outcome(part, False, "silent", {}) for part in left)


def _listen(trial: Trial) -> Iterator[Outcome]:
    """Of whatever else there is: whether it says anything. What it says may be a person's, and is not shown."""
    heard = next(_events(trial), None)
    for part in trial.parts:
        yield Outcome(part, heard is not None, "silent" if heard is None else "heard", {"event": type(heard).__name__})


def _events(trial: Trial) -> Iterator[object]:
    give_up_at = time.monotonic() + trial.wait_s
    while (left_s := give_up_at - time.monotonic()) > 0:
        try:
            yield trial.told.get(timeout=left_s)
        except Empty:
            return


# A role that is not here is listened to.
TRIALS: Mapping[str, Callable[[Trial], Iterator[Outcome]]] = {
    "screens": _screens, "printers": _printers, "zones": _zones, "pads": _pads,
}
