"""The big screen's window (综合屏) as a screen: a call knows whether it stood there."""

from __future__ import annotations

from device_drivers.base.screens import SILENT_CONDITIONS, ScreenBus, nothing_to_tell
from device_drivers.kind import Kind
from device_drivers.kinds.big_screen.codec import BIG_SCREEN
from device_drivers.kinds.big_screen.link import BigScreenOptions, WindowAnswers, WindowEncoder
from device_drivers.kinds.big_screen.simulator import SIMULATION
from device_drivers.lines.options import build_line
from device_drivers.links.answered_screens import AnsweredScreensLink
from device_drivers.options import DeviceSpec, Environment, no_two_alike
from device_drivers.words import ConditionWords, Words

_LOOK = Words(
    "请看大屏是否在更新，再看 hall screen 的日志",
    "look whether the big screen is up to date, and at what hall screen logs",
)
CONDITIONS = {
    "screens_silent": ConditionWords(
        Words("大屏上没有呼号", "no call stands on the big screen ({screens})"), _LOOK
    ),
    "some_screens_silent": ConditionWords(
        Words("大屏上没有这些呼号：{screens}", "calls of {screens} do not stand on the big screen"), _LOOK, stops=False,
        effect=SILENT_CONDITIONS["some_screens_silent"].effect,
    ),
}


def build(spec: DeviceSpec, options: BigScreenOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    for name in ("id", "window"):
        no_two_alike(spec.id, "screens", [getattr(screen, name) for screen in options.screens], name)
    link = AnsweredScreensLink(
        [screen.id for screen in options.screens], WindowEncoder(options.screens), WindowAnswers(),
        answer_s=options.answer_ms / 1000, gap_s=0.0, refresh_s=options.refresh_s,
    )
    return ScreenBus(
        spec.id, spec.kind, build_line(spec), link, conditions=CONDITIONS, monotonic=env.monotonic, rng=env.rng,
        on_event=nothing_to_tell,
    )


KIND = Kind(
    name="big-screen",
    words=Words("综合屏窗口", "Big screen window"),
    options=BigScreenOptions,
    parts={"screens": "screens"},
    build=build,
    codecs=(BIG_SCREEN,),
    conditions=CONDITIONS,
    simulate=SIMULATION,
    lines=("tcp",),
)
