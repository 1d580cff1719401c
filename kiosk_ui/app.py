"""The kiosk put together: window, state, presenters, couriers to the hall. Runs on the screen's thread.

Every event goes one way: into the reducer, its effects to a courier, its page to the window. Couriers answer from
threads of their own through a queued signal. Time and randomness are passed in.
"""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PyQt6.QtCore import QObject, QSocketNotifier, Qt, QTimer, pyqtSignal
from PyQt6.sip import voidptr

from hall_daemon.wire.kiosks import KioskSettings
from kiosk_ui.client import HallClient
from kiosk_ui.courier import Courier
from kiosk_ui.keypad import Keypad
from kiosk_ui.listening import Act, Item, Reader, items
from kiosk_ui.presenters import present
from kiosk_ui.presenters.aloud import subject, typed, unasked
from kiosk_ui.presenters.page import Page
from kiosk_ui.state import Language, State, reduce, start
from kiosk_ui.state import events as e
from kiosk_ui.state.unusable import as_lost
from kiosk_ui.voice import Voice
from kiosk_ui.widgets.window import KioskWindow
from kiosk_ui.words import Words

_LOGGER = logging.getLogger(__name__)

# Countdown, polls and retries are decided by the clock at every tick; a tick that changes nothing costs nothing.
TICK_MS = 200
_KEY_BYTES = 16
# How often a keypad or a jack that is not there is looked for.
PLUG_S = 5.0
_MOVES: Mapping[Act, int] = {"next": 1, "back": -1}


def random_key() -> str:
    return secrets.token_hex(_KEY_BYTES)


class Kiosk(QObject):
    """One kiosk; `credential` gives its proof. `overrides` are settings that go before the hall's; `on_settings` hears
    what holds. `monotonic` counts seconds; `tick` is called by a timer, or by a test."""

    _answered = pyqtSignal(object)

    def __init__(
        self,
        kiosk: str,
        base: str,
        languages: Mapping[Language, Words],
        window: KioskWindow,
        *,
        credential: Callable[[], str] = str,
        ca: str = "",
        overrides: Mapping[str, Any] | None = None,
        on_settings: Callable[[KioskSettings], None] = lambda settings: None,
        monotonic: Callable[[], float] = time.monotonic,
        new_key: Callable[[], str] = random_key,
        wall: Callable[[], datetime] = datetime.now,
        measured_mm: tuple[int, int] | None = None,
        voice: Voice | None = None,
        keypad: Keypad | None = None,
    ) -> None:
        super().__init__()
        self.state = start(monotonic(), overrides, measured_mm, speaks=voice is not None)
        self._reader = Reader(voice, self._mark) if voice is not None else None
        self._keypad = keypad
        self._plugged: dict[int, QSocketNotifier] = {}
        self._plug_at_s = 0.0
        self._heard: tuple[object, ...] = ()
        self._unasked = ""
        self.page: Page | None = None
        self.window = window
        self._kiosk = kiosk
        self._on_settings = on_settings
        self._languages = languages
        self._monotonic = monotonic
        self._new_key = new_key
        self._wall = wall
        # A slow look at the hall must not keep a person waiting for their number.
        self._looking, self._asking, self._reading = self._couriers = tuple(
            Courier(name, HallClient(base, kiosk, credential=credential, ca=ca), self._answered.emit)
            for name in ("hall-look", "hall-ask", "hall-read")
        )
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._was_away = False
        self._ready = False
        for signal, handler in (
            (self._answered, self.happen),
            (window.pressed, self._on_pressed),
            (window.stirred, self._on_stirred),
            (window.listened, self.listen),
        ):
            signal.connect(handler, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]  # the stubs lack it

    def start(self, *, timer: bool = True) -> None:
        for courier in self._couriers:
            courier.start()
        self._show()
        self.tick()
        if timer:
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        if self._reader is not None:
            self._reader.end()
        for notifier in self._plugged.values():
            notifier.setEnabled(False)
        if self._keypad is not None:
            self._keypad.close()
        for courier in self._couriers:
            courier.stop()

    def tick(self) -> None:
        """Nobody is idle who listens."""
        if self._reader is not None:
            self._reader.go_on()
            if self._reader.busy:
                self.happen(e.Stirred())
        if self._keypad is not None and self._monotonic() >= self._plug_at_s:
            self._plug_at_s = self._monotonic() + PLUG_S
            self._plug(self._keypad)
        self.happen(e.Tick(self._wall()))

    def _on_pressed(self, press: e.Press) -> None:
        heard, before = self._heard, self.page
        if heard and self._reader is not None and before is not None:
            self._reader.renew(self._items(before))
        self.happen(e.Pressed(press, self._new_key()))
        if heard and heard == self._heard and self._reader is not None and self.page is not None:
            self._say_what_came(self._reader, press, before, self.page)

    def _on_stirred(self) -> None:
        self.happen(e.Stirred())

    def happen(self, event: e.Event) -> None:
        """One event through the reducer; its effects go out, its page is shown."""
        before = self.state
        try:
            state, effects = reduce(before, event, self._monotonic())
            page = present(state, self._languages)
        except Exception as error:  # noqa: BLE001 (whatever it is; a traceback's message may hold what was typed)
            self._survive(event, error)
            return
        self.state = state
        for effect in effects:
            self._courier(effect).send(effect)
        self._tell(event, before)
        self._show(page)

    def _survive(self, event: e.Event, error: Exception) -> None:
        """What cannot be shown ends no program while somebody fills in: an answer is none, a press does nothing, and
        where time itself cannot go on the session ends. The log says where, and nothing of what was said."""
        where = traceback.extract_tb(error.__traceback__)[-1]
        _LOGGER.error("%s: %s cannot be shown: %s in %s, line %s",
            self._kiosk, type(event).__name__, type(error).__name__, where.filename, where.lineno)
        instead = as_lost(event)
        if instead is not None:
            self.happen(instead)
        elif isinstance(event, e.Tick):
            if self.state.fresh:
                raise error  # nobody loses anything, and a program that is started again may do better
            self.happen(e.Pressed(e.Key.FINISH, self._new_key()))
            if not self.state.fresh:
                raise error

    def _courier(self, effect: e.Effect) -> Courier:
        """A wait for the readers takes seconds, and keeps nobody else waiting."""
        if isinstance(effect, e.AwaitReading):
            return self._reading
        about_hall = isinstance(effect, e.FetchHall | e.FetchSettings | e.FetchGuides | e.FetchNews)
        return self._looking if about_hall else self._asking

    def _show(self, page: Page | None = None) -> None:
        page = page or present(self.state, self._languages)
        if page != self.page:
            self.page = page
            self.window.show_page(page)
            if page.name == "home" and not self._ready:
                self._ready = True
                # Behind the paint of this page in the queue of events.
                QTimer.singleShot(0, lambda: _LOGGER.info("%s: ready for people", self._kiosk))
        self._read_aloud(page)

    def _read_aloud(self, page: Page) -> None:
        """Once a page, in its language, and when it is asked for; figures that change are not read again."""
        if self._reader is None:
            return
        spoken, before, came = self.state.session.assist.spoken, self._unasked, unasked(page)
        heard = (*subject(page), self.state.session_no, self.state.repeats) if spoken else ()
        self._unasked = came
        if heard == self._heard:
            if spoken and came and came != before:
                self._reader.tell(came)
            return
        self._heard = heard
        self.window.listening = spoken
        if spoken:
            self._reader.begin(self._items(page), page.language)
        else:
            self._reader.end()

    def _items(self, page: Page) -> tuple[Item, ...]:
        return items(page, self._languages[page.language], self.window.keys())

    def _mark(self, item: Item | None) -> None:
        """Ringed where it is a key, and written where a page has a line for it."""
        self.window.ring(item.control if item else "")
        words = self._languages[self.page.language] if self.page else None
        self.window.tell(words("spoken.now", what=item.text) if item and words else "")

    def _say_what_came(self, reader: Reader, press: e.Press, before: Page | None, page: Page) -> None:
        """Of a press that led to no other page: how much is typed, never what; what is wrong with it, and the like."""
        if isinstance(press, e.Switch):  # its own key says it
            reader.renew(self._items(page))
            reader.again()
            return
        count = typed(page)
        if count is None or before is None or count == typed(before):
            reader.came(self._items(page), "")
        else:
            reader.came(self._items(page), self._languages[page.language]("spoken.typed", n=count))

    # -- keys for whoever listens ------------------------------------------------------------------

    def listen(self, act: Act) -> None:
        """Next, back, choose, say again; headphones and `again` begin it, headphones that are taken out end it."""
        assist = self.state.session.assist
        if self._reader is None or self.page is None:
            return
        if not assist.spoken or act == "out":
            if act in ("in", "again") if not assist.spoken else not assist.all:
                self.happen(e.Pressed(e.Switch("spoken"), self._new_key()))
            return
        self.happen(e.Stirred())
        self._reader.renew(self._items(self.page))
        if act in _MOVES:
            self._reader.move(_MOVES[act])
        elif act == "choose" and self._reader.at is not None and self.window.choose(self._reader.at.control):
            return
        else:
            self._reader.again()

    def _plug(self, keypad: Keypad) -> None:
        for descriptor in keypad.plug():
            notifier = QSocketNotifier(voidptr(descriptor), QSocketNotifier.Type.Read, self)
            notifier.activated.connect(lambda _, one=descriptor: self._on_keys(keypad, one))
            self._plugged[descriptor] = notifier

    def _on_keys(self, keypad: Keypad, descriptor: int) -> None:
        acts = keypad.read(descriptor)
        if acts is None:
            self._plugged.pop(descriptor).setEnabled(False)
        for act in acts or ():
            self.listen(act)

    def _tell(self, event: e.Event, before: State) -> None:
        """Once when the hall goes, once when it is back; what this kiosk is, when that changes."""
        kiosk = self._kiosk
        if self.state.settings != before.settings or self.state.own.known > before.own.known:
            _LOGGER.info("%s: %s", kiosk, self.state.settings)
            self._on_settings(self.state.settings)
        if self.state.own.refusal != before.own.refusal and self.state.own.refusal is not None:
            refusal = self.state.own.refusal
            _LOGGER.warning("%s: %s. %s", kiosk, refusal.detail, refusal.advice)
        if self.state.away == self._was_away:
            return
        self._was_away = self.state.away
        if self._was_away:
            why = event.why if isinstance(event, e.HallLost) else ""
            _LOGGER.warning("%s: the hall does not answer (%s); trying again", kiosk, why)
        else:
            _LOGGER.info("%s: the hall is back", kiosk)
