"""A reader on one line: `ports.Reader`. What a kind adds is its link.

The thread is LineDriver's; `want` may be called from any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from device_drivers.base.line_driver import LineDriver
from device_drivers.events import DeviceEvent
from device_drivers.lines.options import build_line
from device_drivers.links.link import Link
from device_drivers.options import DeviceSpec, Environment
from device_drivers.ports import Health, Wanted
from device_drivers.words import ConditionWords


class ReaderLink(Link[bytes, DeviceEvent], Protocol):
    """`trouble`: what is the matter with the reader, a code of its kind's conditions, or ""."""

    @property
    def trouble(self) -> str: ...

    def want(self, until_s: float) -> None: ...


class LineReader(LineDriver[bytes, DeviceEvent]):
    """Reads while somebody wants it to."""

    def __init__(
        self,
        spec: DeviceSpec,
        env: Environment,
        link: ReaderLink,
        reads: Wanted,
        conditions: Mapping[str, ConditionWords],
    ) -> None:
        """Raises BadOption."""
        self.reads: Wanted = reads
        self._reader = link
        self._conditions = conditions
        self._trouble = ""
        self._trouble_since_s = 0.0
        super().__init__(
            spec.id, spec.kind, build_line(spec), link, monotonic=env.monotonic, rng=env.rng, on_event=env.tell
        )

    def want(self, until_s: float) -> None:
        with self.changing():
            self._reader.want(until_s)

    def scan(self) -> None:
        """It reads by itself while it is wanted."""

    def health(self) -> Health:
        health = super().health()
        with self.reading() as now:
            code = self._reader.trouble
            if code != self._trouble:
                self._trouble, self._trouble_since_s = code, now
        if health.state != "ready" or not code:
            return health
        words = self._conditions[code]
        return replace(
            health,
            state="alert" if words.stops else health.state,
            detail=words.english({}),
            since_s=self._trouble_since_s,
            code=code,
        )
