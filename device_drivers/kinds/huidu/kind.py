"""Huidu full-colour cards (灰度控制卡): big screens, each area of text a screen of the hall."""

from __future__ import annotations

from device_drivers.base.screens import ScreenBus, nothing_to_tell
from device_drivers.kind import Kind
from device_drivers.kinds.huidu.codec import HUIDU, HUIDU_SEARCH
from device_drivers.kinds.huidu.link import HuiduLink, HuiduOptions
from device_drivers.kinds.huidu.simulator import SIMULATION
from device_drivers.lines.options import build_line
from device_drivers.options import DeviceSpec, Environment, no_two_alike
from device_drivers.words import ConditionWords, Words

CONDITIONS = {
    "card_refuses": ConditionWords(
        Words("控制卡拒绝了内容（{result}）", "the card refuses what it is told ({result})"),
        Words("请检查区域大小和字体", "check the areas and the font"),
    )
}


def build(spec: DeviceSpec, options: HuiduOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    no_two_alike(spec.id, "screens", [screen.id for screen in options.screens], "id")
    link = HuiduLink(options)
    return ScreenBus(
        spec.id, spec.kind, build_line(spec), link, screens=link, conditions=CONDITIONS,
        monotonic=env.monotonic, rng=env.rng, on_event=nothing_to_tell,
    )


KIND = Kind(
    name="huidu",
    words=Words("灰度显示屏", "Huidu screens"),
    options=HuiduOptions,
    parts={"screens": "screens"},
    lines=("tcp",),
    build=build,
    codecs=(HUIDU, HUIDU_SEARCH),
    conditions=CONDITIONS,
    simulate=SIMULATION,
)
