"""The same hall with simulated devices: what `hall demo` and `hall replay` change in the settings. Pure.

The simulators (`python -m device_drivers.simulators --bench FILE --dir DIR`) make one pty for each device at
DIR/<device id>; `simulated` points every line there, `bench` says what must stand at the other end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from device_drivers.kinds.escpos_printer import driver as escpos_printer
from device_drivers.specs import DeviceSpec, LineSpec, parse_options
from hall_daemon.config.settings import Bindings, Settings
from hall_daemon.domain.plan import ALWAYS

LOOPBACK = "127.0.0.1"
_TCP_BAUD = 115_200  # in place of a network line: fast enough to be no limit


def simulated(
    settings: Settings,
    folder: Path,
    *,
    http_port: int | None = None,
    public_port: int | None = None,
    mqtt_port: int | None = None,
    always_open: bool = False,
) -> Settings:
    """`settings` on this machine alone: data in `folder`, lines at `folder`/devices/<id>, loopback only, the
    broker our own, kiosks in a window. `always_open` gives numbers at any hour. The wording, the services and
    the windows stay as they are."""
    folder = folder.absolute()
    change = msgspec.structs.replace
    return replace(
        settings,
        plan=replace(settings.plan, hours=ALWAYS) if always_open else settings.plan,
        data=change(settings.data, dir=str(folder)),
        http=change(settings.http, host=LOOPBACK, port=http_port or settings.http.port),
        public=change(settings.public, host=LOOPBACK, port=public_port or settings.public.port, url=""),
        mqtt=change(
            settings.mqtt,
            mode="supervised" if settings.mqtt.mode == "external" else settings.mqtt.mode,
            host=LOOPBACK,
            port=mqtt_port or settings.mqtt.port,
            username="",
            password_file="",
            ca_file="",
        ),
        devices=tuple(_on_pty(spec, folder / "devices" / spec.id) for spec in settings.devices),
        kiosks={id_: change(kiosk, fullscreen=False) for id_, kiosk in settings.kiosks.items()},
    )


def _on_pty(spec: DeviceSpec, port: Path) -> DeviceSpec:
    if spec.line is None:
        return spec
    baud = spec.line.options.get("baud", 9600) if spec.line.kind == "serial" else _TCP_BAUD
    return replace(spec, line=LineSpec("serial", {"port": str(port), "baud": baud}))


def bench(settings: Settings) -> list[dict[str, object]]:
    """The `devices` of the simulators' bench file: everything that has a line, labelled by its window."""
    return [
        {"id": spec.id, "kind": spec.kind, **_parts(spec, settings)}
        for spec in settings.devices
        if spec.line is not None
    ]


def _parts(spec: DeviceSpec, settings: Settings) -> dict[str, object]:
    bindings: Bindings = settings.bindings
    if spec.kind == escpos_printer.KIND:
        options = parse_options(escpos_printer.PrinterOptions, spec.options, spec.id)
        return {"columns": options.printer_profile().columns}
    parts: dict[str, object] = {}
    screens, pads = _entries(spec, "screens"), _entries(spec, "pads")
    if screens:
        with_end = any(screen.get("sum_with_end") for screen in screens)
        parts["checksum"] = "with_ff" if with_end else "text"
        parts["screens"] = [
            {key: screen[key] for key in ("id", "address", "cells") if key in screen}
            | _label(settings, bindings.screens.get(str(screen["id"])))
            for screen in screens
        ]
    if pads:
        parts["pads"] = [
            {"id": pad["id"], "address": pad["address"]} | _label(settings, bindings.pads.get(str(pad["id"])))
            for pad in pads
        ]
    return parts


def _entries(spec: DeviceSpec, what: str) -> list[Mapping[str, object]]:
    given = spec.options.get(what, [])
    assert isinstance(given, list | tuple), f"{spec.id}.{what} was checked when the file was read"
    return list(given)


def _label(settings: Settings, window: str | None) -> dict[str, str]:
    return {} if window is None else {"label": f"{settings.plan.windows[window].label}号窗口"}
