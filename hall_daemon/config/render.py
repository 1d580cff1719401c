"""Settings back to the text of a hall.toml: for halls that the program makes itself (`hall replay`). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec

from device_drivers.options import DeviceSpec
from device_drivers.ports import Role
from hall_daemon.config.schema import WEEKDAYS
from hall_daemon.config.settings import Settings
from hall_daemon.config.toml_text import to_toml
from hall_daemon.domain.hours import clock_text
from hall_daemon.domain.plan import ALWAYS, SKILLS, Hours, Plan, Policy, Queue, Service, Window

# role -> part -> window
Parts = Mapping[Role, Mapping[str, str]]

_SECTIONS = (
    "http", "public", "access", "mqtt", "data", "log", "wording", "forecast", "reviews", "matters", "papers",
    "platform", "kiosks", "screen", "boards", "floor",
)


def render(settings: Settings) -> str:
    """A hall.toml; `load` of it gives the same settings (but for `path`) when the names in it are allowed."""
    sections = {name: msgspec.to_builtins(getattr(settings, name)) for name in _SECTIONS}
    tables = _plan_tables(settings.plan, settings.bindings.windows, settings.bindings.desks)
    return to_toml(tables | _devices(settings.devices) | sections)


def render_hall(
    plan: Plan,
    *,
    devices: Sequence[DeviceSpec] = (),
    parts: Parts | None = None,
    sections: Mapping[str, Mapping[str, object]] | None = None,
) -> str:
    """A hall.toml of `plan`, everything else as usual. `parts`: role -> part -> window. `sections`: raw tables
    as `{"http": {"port": 9000}}`, only keys that differ from the default."""
    return to_toml({**_plan_tables(plan, parts or {}), **_devices(devices), **(sections or {})})


def _plan_tables(
    plan: Plan, parts: Parts, desks: Mapping[str, Sequence[str]] | None = None
) -> dict[str, object]:
    """`desks`: the addresses of windows."""
    desks = desks or {}
    tables: dict[str, object] = {
        "hall": {
            "id": plan.id,
            "name": plan.name,
            "timezone": plan.timezone,
            "daily_cap": plan.daily_cap,
        },
        "queues": {queue.id: _plain_fields(queue, "id") for queue in plan.queues.values()},
        "services": {service.id: _plain_fields(service, "id") for service in plan.services.values()},
        "windows": {window.id: _window(window, parts, desks.get(window.id)) for window in plan.windows.values()},
        "policy": _policy(plan.policy),
        "priority_reasons": plan.priority_reasons,
        "pick_reasons": plan.pick_reasons,
        "pause_reasons": plan.pause_reasons,
    }
    if plan.hours != ALWAYS:
        tables["hours"] = _hours(plan.hours)
    return tables


def _plain_fields(part: Queue | Service | Policy, other: str) -> dict[str, object]:
    """Those that stand in the file as they are: all but one."""
    return {entry.name: getattr(part, entry.name) for entry in fields(part) if entry.name != other}


def _window(window: Window, parts: Parts, desk: Sequence[str] | None) -> dict[str, object]:
    skills = {level: [service for service, skill in window.skills.items() if skill == level] for level in SKILLS}
    return {
        "label": window.label,
        "zone": window.zone,
        **{level: services for level, services in skills.items() if services},
        "shifts": _texts(window.shifts),
        **{role: found for role, places in parts.items() if (found := _at(window.id, places))},
        **({"desk": list(desk)} if desk else {}),
    }


def _at(window: str, places: Mapping[str, str]) -> list[str]:
    return [part for part, at in places.items() if at == window]


def _policy(policy: Policy) -> dict[str, object]:
    classes = {rule.id: {"name": rule.name, "weight": rule.weight} for rule in policy.classes}
    return {**_plain_fields(policy, "classes"), "classes": classes}


def _texts(sessions: Sequence[tuple[int, int]]) -> list[str]:
    return [f"{clock_text(begins)}-{clock_text(ends)}" for begins, ends in sessions]


def _hours(hours: Hours) -> dict[str, object]:
    return {
        **{day: _texts(hours.weekly[at]) for at, day in enumerate(WEEKDAYS)},
        "stop_issuing_min": hours.stop_issuing_min,
        "serve_out": hours.serve_out,
        "days": {day.isoformat(): _texts(times) for day, times in hours.days.items()},
    }


def _devices(devices: Sequence[DeviceSpec]) -> dict[str, object]:
    return {"devices": {spec.id: _device(spec) for spec in devices}}


def _device(spec: DeviceSpec) -> dict[str, object]:
    line = None if spec.line is None else {"kind": spec.line.kind, **_plain(spec.line.options)}
    return {"kind": spec.kind, "line": line, **_plain(spec.options)}


def _plain(options: Mapping[str, object]) -> dict[str, Any]:
    """Options as TOML holds them: a folder is text."""
    plain: dict[str, Any] = msgspec.to_builtins(dict(options), enc_hook=_as_text)
    return plain


def _as_text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"an option cannot hold {value!r}")
