"""Readers of papers: something that is looked at now and then on a thread of its own. `ports.Reader`.

What a kind adds is `look`: what has come. A picture is handed on while somebody wants one, else it is thrown away: it
is somebody's. No name of a file and no byte of it is logged.
"""

from __future__ import annotations

import logging
import math
import threading
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from device_drivers.errors import Misuse
from device_drivers.events import MediaType, Page, Read, Reading, Unreadable
from device_drivers.options import DeviceSpec, Environment
from device_drivers.ports import Health, LifeState, Wanted
from device_drivers.words import ConditionWords, filled

_LOGGER = logging.getLogger(__name__)

# How a picture begins, and what its end holds: without its end it is not whole.
_MARKS: Final[tuple[tuple[MediaType, bytes, bytes], ...]] = (
    ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
    ("image/png", b"\x89PNG\r\n\x1a\n", b"IEND"),
    ("application/pdf", b"%PDF-", b"%%EOF"),
)
_TAIL_BYTES = 1024


class Trouble(Exception):
    """It cannot be looked at. `code` is one of the kind's conditions; `facts` fill its words."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def page_of(data: bytes) -> Page | None:
    """A picture that is whole; None for what is none, or not yet."""
    for media_type, begins, ends in _MARKS:
        if data.startswith(begins) and ends in data[-_TAIL_BYTES:]:
            return Page(media_type, data)
    return None


class PageReader:
    """`every_s`: how often it is looked at while a picture is wanted, `idle_s` else (inf: then never)."""

    reads: Wanted = "page"

    def __init__(
        self,
        spec: DeviceSpec,
        env: Environment,
        conditions: Mapping[str, ConditionWords],
        *,
        every_s: float,
        idle_s: float,
    ) -> None:
        self.id = spec.id
        self._env = env
        self._conditions = conditions
        self._every_s = every_s
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._health = Health(device=spec.id, kind=spec.kind, state="init", since_s=env.monotonic())
        self._counters = dict.fromkeys(("pages", "unreadable", "unwanted", "faults"), 0)
        self._until_s = -math.inf
        self._asked = False
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pages-{spec.id}", daemon=True)

    @abstractmethod
    def look(self, *, asked: bool) -> list[Reading]:
        """What has come. `asked`: take a picture now. Raises Trouble."""

    def start(self) -> None:
        if self._thread.ident is not None:
            raise Misuse(f"{self.id}: start is called once, before stop")
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self._is_now("stopped", "", {})

    def want(self, until_s: float) -> None:
        with self._lock:
            self._until_s = until_s
        self._wake.set()

    def scan(self) -> None:
        with self._lock:
            self._asked = True
        self._wake.set()

    def health(self) -> Health:
        with self._lock:
            return replace(self._health, counters=dict(self._counters))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            with self._lock:
                asked, self._asked = self._asked, False
                wanted = self._env.monotonic() < self._until_s
            self._look(asked=asked)
            pause_s = self._every_s if wanted else self._idle_s
            self._wake.wait(None if math.isinf(pause_s) else pause_s)

    def _look(self, *, asked: bool) -> None:
        try:
            found = self.look(asked=asked)
        except Trouble as trouble:
            self._is_now("alert", trouble.code, trouble.facts)
            if asked:
                self._tell(Unreadable("page"))
            return
        except Exception:  # whatever it is, only this device fails
            self._count("faults")
            self._is_now("alert", "failed", {})
            _LOGGER.exception("%s: failed, this is a bug in its driver", self.id)
            return
        self._is_now("ready", "", {}, seen=bool(found) or asked)
        for each in found:
            self._tell(each)

    def _tell(self, what: Reading) -> None:
        with self._lock:
            wanted = self._env.monotonic() < self._until_s
            self._counters["unwanted" if not wanted else "pages" if isinstance(what, Page) else "unreadable"] += 1
        if wanted:
            self._env.tell(Read(self.id, what))

    def _count(self, name: str) -> None:
        with self._lock:
            self._counters[name] += 1

    def _is_now(self, state: LifeState, code: str, facts: Mapping[str, str], *, seen: bool = False) -> None:
        now_s = self._env.monotonic()
        words = self._conditions.get(code)
        said = filled(words.english(facts), facts) if words is not None else code
        with self._lock:
            before = self._health
            same = (before.state, before.code) == (state, code)
            self._health = replace(
                before, state=state, code=code, facts=facts, detail=said,
                since_s=before.since_s if same else now_s, reported_s=now_s if seen else before.reported_s,
            )
        if not same and state == "alert":
            _LOGGER.warning("%s: %s", self.id, said)
        elif not same and before.state == "alert" and state == "ready":
            _LOGGER.info("%s: works again", self.id)
