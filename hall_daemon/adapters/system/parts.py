"""The parts of a hall, four fields each: started in their order, stopped in the opposite one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from device_drivers.ports import Health


def nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """Something that stands from `start` to `stop`. `stop` also comes when `start` did not, or failed. `health` names
    checks, each with `ok` (`ok: what` where there is something to know), or `degraded: why`, or `failing: why`."""

    name: str
    start: Callable[[], object] = nothing
    stop: Callable[[], object] = nothing
    health: Callable[[], Mapping[str, str]] = dict


class Parts:
    def __init__(self) -> None:
        self.standing: tuple[Part, ...] = ()

    def start(self, built: Iterable[Part]) -> None:
        """Build all, then start all. Raises what a part raises, with everything stopped again."""
        try:
            for part in built:
                self.standing += (part,)
            for part in self.standing:
                part.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """The last one first; all of them, also when one raises."""
        with ExitStack() as last_first:
            for part in self.standing:
                last_first.callback(part.stop)
            self.standing = ()

    def health(self) -> Mapping[str, str]:
        return {name: check for part in self.standing for name, check in part.health().items()}


def trouble(what: str, why: str) -> str:
    return f"degraded: {what}: {why}" if why else "ok"


def checked(health: Callable[[], Health]) -> Mapping[str, str]:
    found = health()
    return {found.device: check(found.state, found.detail)}


def check(state: str, detail: str) -> str:
    return "ok" if state in ("ready", "init") else f"degraded: {state} {detail}".strip()
