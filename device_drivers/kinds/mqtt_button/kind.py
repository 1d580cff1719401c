"""Buttons behind a broker (无线按钮: Shelly, Zigbee): `ports.Pads`."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from device_drivers.codecs.message import Message, message_of
from device_drivers.errors import BadField
from device_drivers.families.mqtt.options import mqtt_link, password_needed
from device_drivers.families.mqtt.simulated import REFUSE, SimulatedBroker
from device_drivers.families.pads.driver import PadLine
from device_drivers.kind import Kind
from device_drivers.kinds.mqtt_button.codec import SHELLY, ZIGBEE, Push, Speaks, topics
from device_drivers.kinds.mqtt_button.link import Button, ButtonLink, ButtonOptions
from device_drivers.options import DeviceSpec, Environment, no_two_alike
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, Label, LabelOf, Note, Simulation
from device_drivers.words import Words

TWICE = Fault("twice", "each press comes on two topics, or twice", Words("重复", "twice"))
KEPT = Fault("retained", "presses come as messages that the broker had kept", Words("保留消息", "retained"))
_PUSHES: dict[Push, tuple[str, str, str]] = {
    "short": ("S", "single_push", "single"), "double": ("SS", "double_push", "double"),
    "triple": ("SSS", "triple_push", "triple"), "long": ("L", "long_push", "hold"),
}


class ButtonSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    device: str
    speaks: Speaks
    button: int = 0
    keys: dict[str, Push]
    label: Label = ""
    address: int = 0


class ButtonsSpec(BenchEntry, frozen=True, kw_only=True):
    pads: Annotated[tuple[ButtonSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedButtons(SimulatedBroker):
    """The buttons and the broker before them. `key` of a press is what the hall would take it for."""

    def __init__(self, spec: ButtonsSpec, faults: Conditions, note: Note) -> None:
        super().__init__(faults, note)
        self._buttons = {button.id: button for button in spec.pads}
        self._presses = dict.fromkeys(self._buttons, 0)
        self._conditions = faults

    def press(self, pad: str, key: str, digits: str | None, now_s: float) -> bytes:
        button = self._buttons.get(pad)
        push = button.keys.get(key) if button is not None else None
        if button is None or push is None:
            raise BadField(f"key: {pad} has {', '.join(button.keys) if button else 'no such button'}")
        self._presses[pad] += 1
        for message in self._said(button, push):
            self.say(message._replace(retain=KEPT.name in self._conditions))
        self.note("press", f"{pad} {push}")
        return b""

    def obey(self, message: Message, now_s: float) -> None:
        """Buttons are told nothing."""

    def state(self) -> dict[str, Any]:
        return {
            "keys": sorted({key for button in self._buttons.values() for key in button.keys}),
            "pads": [
                {
                    "id": id_, "address": button.button, "label": button.label or id_, "display": None, "digits": False,
                    "waiting": None, "ticket": None, "evaluating": False, "beeped_s": None, "pending": 0,
                    "presses": self._presses[id_], "acks": 0, "unacknowledged": 0,
                }
                for id_, button in self._buttons.items()
            ],
            "counters": self.counted(),
        }

    def _said(self, button: ButtonSpec, push: Push) -> list[Message]:
        gen1, gen2, action = _PUSHES[push]
        count = self._presses[button.id]
        if button.speaks == "shelly1":
            found = [message_of(f"{button.device}/input_event/{button.button}", {"event": gen1, "event_cnt": count})]
        elif button.speaks == "shelly2":
            event = {"component": f"input:{button.button}", "event": gen2, "ts": 1000.0 + count}
            body = {"method": "NotifyEvent", "params": {"ts": 1000.0 + count, "events": [event]}}
            found = [message_of(f"{button.device}/events/rpc", body)]
        else:
            named = f"{button.button}_{action}" if button.button else action
            found = [message_of(button.device, {"action": named}), message_of(f"{button.device}/action", named)]
            return found if TWICE.name in self._conditions else found[:1]
        return found * (2 if TWICE.name in self._conditions else 1)


def _stand_in(options: ButtonOptions, label_of: LabelOf) -> dict[str, object]:
    return {
        "pads": [
            {
                "id": pad.id, "device": pad.device, "speaks": pad.speaks, "button": pad.button or 0,
                "keys": {getattr(pad, push): push for push in _PUSHES if getattr(pad, push)},
                "label": label_of(pad.id), "address": at,
            }
            for at, pad in enumerate(options.pads)
        ]
    }


def build(spec: DeviceSpec, options: ButtonOptions, env: Environment) -> PadLine:
    """Raises BadOption."""
    no_two_alike(spec.id, "pads", [pad.id for pad in options.pads], "id")
    no_two_alike(spec.id, "pads", [_place(pad) for pad in options.pads], "device")
    link = ButtonLink(options.pads)
    listened = dict.fromkeys(topic for pad in options.pads for topic in topics(pad.speaks, pad.device))
    return PadLine(spec, env, mqtt_link(spec, options.broker, link, topics=tuple(listened)), link)


def _place(pad: Button) -> str:
    return pad.device if pad.button is None else f"{pad.device} {pad.button}"


KIND = Kind(
    name="mqtt-button",
    words=Words("无线按钮", "Wireless buttons"),
    options=ButtonOptions,
    parts={"pads": "pads"},
    lines=("tcp", "tls"),
    needs=password_needed,
    build=build,
    codecs=(SHELLY, ZIGBEE),
    simulate=Simulation(
        entry=ButtonsSpec, model=SimulatedButtons, stand_in=_stand_in, view="pads", faults=(REFUSE, TWICE, KEPT)
    ),
)
