"""The same hall with simulated devices: what `hall demo` and `hall replay` change in the settings. Pure.

The simulators (`python -m device_drivers.simulators --bench FILE --dir DIR`) make one pty for each device at
DIR/<device id>; `simulated` points every line there, `bench` says what must stand at the other end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from device_drivers.options import DeviceSpec, LineSpec, read_options
from device_drivers.registry import KINDS
from hall_daemon.config.settings import Http, Platform, Public, Settings
from hall_daemon.domain.plan import ALWAYS, Plan

LOOPBACK = "127.0.0.1"
Listening = TypeVar("Listening", Http, Public)
_TCP_BAUD = 115_200  # in place of a network line: fast enough to be no limit


def simulated(settings: Settings, folder: Path, ports: Mapping[str, int]) -> Settings:
    """`settings` on this machine alone: data in `folder`, lines at `folder`/devices/<id>, loopback only, the broker our
    own; `ports` by section. Where the hall has HTTPS it has too, with a certificate in `folder`/tls. Pads work without
    a log-in and nobody needs a second factor. It gives numbers at any hour, as many as are wanted, and leaves no window
    to its shift. The wording, the matters and who does what stay as they are."""
    folder = folder.absolute()
    change = msgspec.structs.replace

    def here(section: Listening, name: str) -> Listening:
        own = {"cert_file": str(folder / "tls/hall.crt"), "key_file": str(folder / "tls/hall.key")}
        return change(section, host=LOOPBACK, port=ports[name], **(own if section.cert_file else {}))

    return replace(
        settings,
        plan=_at_any_hour(settings.plan),
        data=change(settings.data, dir=str(folder)),
        http=change(here(settings.http, "http"), hosts=()),
        access=change(settings.access, pads_without_login=tuple(settings.plan.windows), two_factors=False),
        oidc=change(settings.oidc, issuer=""),
        platform=_platform(settings, folder, ports.get("platform", 0)),
        public=change(here(settings.public, "public"), url=""),
        mqtt=change(
            settings.mqtt,
            mode="supervised" if settings.mqtt.mode == "external" else settings.mqtt.mode,
            host=LOOPBACK,
            port=ports["mqtt"],
            username="",
            password_file="",
            ca_file="",
        ),
        devices=tuple(_on_pty(spec, folder / "devices" / spec.id) for spec in settings.devices),
    )


def _platform(settings: Settings, folder: Path, port: int) -> Platform:
    """The rehearsal's own, on `port`, for every guide that has a form; none without a port: no city hears of a
    rehearsal."""
    said = settings.platform
    if not port:
        return msgspec.structs.replace(said, url="")
    forms = sorted(Path(settings.matters.forms).glob("*.toml"))
    made_up = {path.stem: f"DEMO-{at:03}" for at, path in enumerate(forms, 1)}
    return msgspec.structs.replace(
        said, url=f"http://{LOOPBACK}:{port}", app="demo", secret_file=str(folder / "platform.secret"), ca_file="",
        matters=dict(said.matters) or made_up, guides_min=said.guides_min and 1,
    )


def _at_any_hour(plan: Plan) -> Plan:
    """Neither hours nor caps nor shifts: a day of a hurried crowd is as full as a week."""
    return replace(
        plan,
        hours=ALWAYS,
        daily_cap=None,
        services={
            id_: replace(service, daily_cap=None, stop_issuing_min=None) for id_, service in plan.services.items()
        },
        windows={id_: replace(window, shifts=()) for id_, window in plan.windows.items()},
    )


def _on_pty(spec: DeviceSpec, port: Path) -> DeviceSpec:
    if spec.line is None:
        return spec
    baud = spec.line.options.get("baud", 9600) if spec.line.kind == "serial" else _TCP_BAUD
    return replace(spec, line=LineSpec("serial", {"port": str(port), "baud": baud}))


def bench(settings: Settings) -> list[dict[str, object]]:
    """The `devices` of the simulators' bench file: everything that has a line, labelled by its window."""
    return [
        {"id": spec.id, "kind": spec.kind} | _stand_in(spec, settings)
        for spec in settings.devices
        if spec.line is not None
    ]


def _stand_in(spec: DeviceSpec, settings: Settings) -> dict[str, object]:
    kind = KINDS[spec.kind]
    windows = {part: window for places in settings.bindings.windows.values() for part, window in places.items()}

    def label_of(part: str) -> str:
        return f"{settings.plan.windows[windows[part]].label}号窗口" if part in windows else ""

    if kind.simulate is None:
        return {}
    return kind.simulate.stand_in(read_options(kind.options, spec.options, spec.id), label_of)
