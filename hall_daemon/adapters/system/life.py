"""How a part of the hall is: its state, why, and since when. Written by the thread that owns the part, read by all."""

from __future__ import annotations

from collections.abc import Callable

from device_drivers.ports import Health, LifeState


class Life:
    """`name` is the part in health, `kind` what it is."""

    def __init__(self, name: str, kind: str, monotonic: Callable[[], float]) -> None:
        self.name = name
        self._kind = kind
        self._monotonic = monotonic
        self._now: tuple[LifeState, str, float] = ("init", "", monotonic())  # replaced whole

    @property
    def state(self) -> LifeState:
        return self._now[0]

    @property
    def detail(self) -> str:
        return self._now[1]

    @property
    def ready_s(self) -> float:
        """For how long it has been ready; 0 when it is not."""
        state, _, since_s = self._now
        return self._monotonic() - since_s if state == "ready" else 0.0

    def note(self, state: LifeState, detail: str = "") -> None:
        before, _, since_s = self._now
        self._now = (state, detail, since_s if before == state else self._monotonic())

    def health(self, reported_s: float | None = None, counters: dict[str, int] | None = None) -> Health:
        state, detail, since_s = self._now
        return Health(
            device=self.name,
            kind=self._kind,
            state=state,
            detail=detail,
            since_s=since_s,
            reported_s=reported_s,
            counters=counters or {},
        )
