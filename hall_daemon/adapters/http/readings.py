"""What a kiosk's own readers read: a long poll for that kiosk's credential alone. Runs on the loop of `http`."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, get_args

from device_drivers.events import Code, Page, PersonCard, Unreadable
from device_drivers.ports import Wanted
from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.adapters.http.gate import actor_of
from hall_daemon.adapters.http.threads import Waker
from hall_daemon.app.readings import Kept
from hall_daemon.web.endpoint import Call, Fault, Operation, Query, Reply, busy, encode, get, post, query_value
from hall_daemon.wire.bodies import Body
from hall_daemon.wire.readings import CardView, PageOf, ReadingView, Scanning

MOST_WAIT_S = 25
# Polls of one kiosk at the same time; a kiosk has one.
MOST_POLLS = 4
# How soon a poll notices that the listener stops.
LOOK_S = 0.5
PAGE: Wanted = "page"
OCTETS = b"application/octet-stream"
_SORTS: tuple[Wanted, ...] = get_args(Wanted)
_PATH = "/api/v1/kiosks/{kiosk}"
_CODES = ("unknown_kiosk", "not_your_kiosk")


class ReadingsApi:
    """A part of the listener: `bind` gives it the loop. `closing` says that the listener stops."""

    def __init__(self, deps: Dependencies, closing: Callable[[], bool]) -> None:
        self._kiosks = deps.kiosks
        self._readings = deps.readings
        self._reviews = deps.reviews
        self._closing = closing
        self._polls: Counter[str] = Counter()
        self._came = asyncio.Event()  # set once, when something came; then there is a new one
        self._waker = Waker(self._tell)
        deps.readings.listen(self._waker.wake)

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._waker.bind(loop)

    def operations(self) -> tuple[Operation, ...]:
        sorts = Query("for", "What to read, apart by commas", {"type": "string", "enum": list(_SORTS)})
        after = Query("after", "The last reading that was taken", {"type": "integer", "minimum": 0})
        wait = Query("wait_s", "How long to wait for one", {"type": "integer", "minimum": 0, "maximum": MOST_WAIT_S})
        return (
            get(
                "getReading", "own_readers", f"{_PATH}/reading", "Read for this kiosk, and wait for what is read",
                self.wait, ReadingView, codes=(*_CODES, "bad_field", "busy"), query=(sorts, after, wait),
                statuses=(204,),
            ),
            get(
                "getReadPage", "own_readers", f"{_PATH}/readings/{{reading}}/page", "The picture of a reading",
                self.page, str, codes=(*_CODES, "no_reading"), content=OCTETS.decode(),
            ),
            post(
                "scanPage", "own_readers", f"{_PATH}/scan", "Have this kiosk's scanners take a picture now", self.scan,
                Scanning, codes=_CODES, body=Body,
            ),
            post(
                "forgetReadings", "own_readers", f"{_PATH}/forget", "Its session is over: nothing read is left",
                self.forget, Scanning, codes=_CODES, body=Body,
            ),
        )

    async def wait(self, call: Call) -> Reply:
        kiosk = self._own(call)
        sorts = _sorts(query_value(call, "for"))
        after, wait_s = _number(call, "after", 2**53), _number(call, "wait_s", MOST_WAIT_S)
        found = await self._polled(kiosk, after, sorts, wait_s)
        return Reply(204, b"") if found is None else Reply(200, encode(reading_view(found)))

    async def read_at(self, place: str, sorts: tuple[Wanted, ...], wait_s: int) -> Kept | None:
        """The next thing that is read at a place, and nothing of it is left. Raises Fault: busy."""
        self._readings.forget(place)
        try:
            return await self._polled(place, 0, sorts, wait_s)
        finally:
            if not self._polls[place]:
                self._readings.forget(place)

    async def _polled(self, kiosk: str, after: int, sorts: tuple[Wanted, ...], wait_s: int) -> Kept | None:
        self._readings.want(kiosk, sorts, wait_s)
        if self._polls[kiosk] >= MOST_POLLS:
            raise busy()
        self._polls[kiosk] += 1
        try:
            return await self._next(kiosk, after, sorts, wait_s)
        finally:
            self._polls[kiosk] -= 1

    async def _next(self, kiosk: str, after: int, sorts: tuple[Wanted, ...], wait_s: int) -> Kept | None:
        ends_s = asyncio.get_running_loop().time() + wait_s
        while True:
            came = self._came
            found = self._readings.next_after(kiosk, after, sorts)
            left_s = ends_s - asyncio.get_running_loop().time()
            if found is not None or left_s <= 0 or self._closing():
                return found
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(came.wait(), min(left_s, LOOK_S))

    async def page(self, call: Call) -> Reply:
        kiosk, said = self._own(call), call.params["reading"]
        page = self._readings.page(kiosk, int(said)) if said.isascii() and said.isdigit() and len(said) < 17 else None
        if page is None:
            raise Fault("no_reading")
        return Reply(200, page.data, content_type=OCTETS)

    async def scan(self, call: Call) -> Reply:
        kiosk = self._own(call)
        self._readings.want(kiosk, [PAGE], MOST_WAIT_S)
        return Reply(200, encode(Scanning(self._readings.scan(kiosk))))

    async def forget(self, call: Call) -> Reply:
        kiosk = self._own(call)
        self._readings.forget(kiosk)
        if self._reviews is not None:
            self._reviews.lends.end(kiosk=call.by)
            self._reviews.handovers.end_of(kiosk)
        return Reply(200, encode(Scanning(0)))

    def _own(self, call: Call) -> str:
        """The kiosk of the path, when it is the one that asks. Raises Fault."""
        kiosk = call.params["kiosk"]
        if kiosk not in self._kiosks:
            raise Fault("unknown_kiosk", {"kiosk": kiosk[:64], "known": ", ".join(self._kiosks) or "–"})
        if actor_of(call).id != f"kiosk:{kiosk}":
            raise Fault("not_your_kiosk", {"kiosk": kiosk})
        return kiosk

    def _tell(self) -> None:
        self._came.set()
        self._came = asyncio.Event()


def reading_view(kept: Kept) -> ReadingView:
    about: dict[str, Any] = {"n": kept.n, "reader": kept.reader}
    match kept.what:
        case PersonCard() as card:
            return ReadingView(**about, what="card", card=CardView(**asdict(card)))
        case Code(text):
            return ReadingView(**about, what="code", code=text)
        case Page(media_type, data):
            return ReadingView(**about, what="page", page=PageOf(media_type, len(data)))
        case Unreadable(what):
            return ReadingView(**about, what="unreadable", unreadable=what)


def _sorts(said: str) -> tuple[Wanted, ...]:
    asked = said.split(",") if said else list(_SORTS)
    if not set(asked) <= set(_SORTS):
        raise Fault("bad_field", {"why": f"for is of {', '.join(_SORTS)}, apart by commas"})
    return tuple(sort for sort in _SORTS if sort in asked)


def _number(call: Call, name: str, most: int) -> int:
    said = query_value(call, name) or "0"
    if not (said.isascii() and said.isdigit() and len(said) < 17 and int(said) <= most):
        raise Fault("bad_field", {"why": f"{name} is a whole number up to {most}"})
    return int(said)
