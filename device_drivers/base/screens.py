"""Screens behind one line: `ports.Screens`. What a kind adds is its encoder.

The thread is LineDriver's; `show` and `screens` may be called from any other.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn, Protocol, TypeVar

from device_drivers.base.line_driver import LineDriver
from device_drivers.lines.options import build_line, byte_seconds
from device_drivers.links.answered_screens import AnsweredScreensLink, Answers
from device_drivers.links.link import Link
from device_drivers.links.screens import Encoder, ScreensLink
from device_drivers.options import Addressed, DeviceSpec, Environment, no_two_alike
from device_drivers.ports import Health, Line, ScreenState, ScreenText
from device_drivers.words import Condition, ConditionWords, Words

# What can be the matter with screens that answer.
SILENT_CONDITIONS = {
    "screens_silent": ConditionWords(
        Words("屏幕没有应答", "no screen answers ({screens})"),
        Words("请检查屏幕电源、接线和地址", "check power, wiring and addresses of the screens"),
    ),
    "some_screens_silent": ConditionWords(
        Words("有屏幕没有应答：{screens}", "no answer from {screens}"),
        Words("请检查这些屏幕的电源、接线和地址", "check power, wiring and address of these screens"),
        stops=False,
        effect=Words("这些屏幕上可能是旧内容", "These screens may show something old"),
    ),
}


class Conversation(Protocol):
    """What a link offers to whoever shows something, besides `links.Link`."""

    @property
    def condition(self) -> Condition: ...

    def show(self, screen: str, text: ScreenText, now: float) -> None: ...

    def screens(self) -> tuple[ScreenState, ...]: ...


class ScreenBus(LineDriver[Any, NoReturn]):
    """Keeps the newest text of every screen on the wire; see ScreensLink for the order. `link` is the conversation on
    the line: `screens` itself, or what carries its messages. `world`: the other arguments of LineDriver."""

    def __init__(
        self,
        id: str,
        kind: str,
        line: Line[Any],
        link: Link[Any, NoReturn],
        *,
        screens: Conversation | None = None,
        conditions: Mapping[str, ConditionWords] = SILENT_CONDITIONS,
        **world: Any,
    ) -> None:
        super().__init__(id, kind, line, link, **world)
        self._screens: Conversation = typing.cast(Conversation, link) if screens is None else screens
        self._conditions = conditions

    def show(self, screen: str, text: ScreenText) -> None:
        with self.changing() as now:
            self._screens.show(screen, text, now)

    def screens(self) -> tuple[ScreenState, ...]:
        with self.reading():
            return self._screens.screens()

    def health(self) -> Health:
        health = super().health()
        if health.state != "ready":
            return health
        with self.reading():
            condition = self._screens.condition
        if not condition.code:
            return health
        words = self._conditions[condition.code]
        state = "alert" if words.stops else health.state
        said = words.english(condition.facts)
        return replace(health, state=state, detail=said, code=condition.code, facts=condition.facts)


Screen = TypeVar("Screen", bound=Addressed)


def nothing_to_tell(_event: NoReturn) -> None:
    """Screens have nothing to tell."""


def build_screens(
    spec: DeviceSpec,
    env: Environment,
    screens: Sequence[Screen],
    encoder: Encoder,
    *,
    gap_ms: int,
    refresh_s: float,
    shared: int | None = None,
    place: Callable[[Screen], object] | None = None,
    answers: Answers[Any] | None = None,
    answer_ms: int = 500,
    echo: bool = False,
) -> ScreenBus:
    """`gap_ms` of silence between frames; `refresh_s` 0 never repeats itself. `shared`: the address that speaks to
    all, which several screens may have. `place`: what tells two screens apart, where the address alone does not.
    `answers`: what screens that answer say, within `answer_ms`; `echo`: the adapter gives our own bytes back. Raises
    BadOption."""
    no_two_alike(spec.id, "screens", [screen.id for screen in screens], "id")
    places = [place(screen) if place else screen.address for screen in screens if screen.address != shared]
    no_two_alike(spec.id, "screens", places, "address")
    ids, byte_s = [screen.id for screen in screens], byte_seconds(spec)
    link = (
        ScreensLink(ids, encoder, gap_s=gap_ms / 1000, byte_s=byte_s, refresh_s=refresh_s)
        if answers is None
        else AnsweredScreensLink(
            ids, encoder, answers, answer_s=answer_ms / 1000, echo=echo,
            gap_s=gap_ms / 1000, byte_s=byte_s, refresh_s=refresh_s,
        )
    )
    return ScreenBus(
        spec.id, spec.kind, build_line(spec), link, monotonic=env.monotonic, rng=env.rng, on_event=nothing_to_tell,
        byte_s=byte_s,
    )
