"""A device's life as pages show it: a code, words for whoever stands beside it, and the windows it serves. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device_drivers.ports import Health, PrinterStatus
from hall_daemon.config.settings import Bindings
from hall_daemon.domain.plan import Plan
from hall_daemon.wire.device_words import ROLES, Role, device_words
from hall_daemon.wire.messages import DeviceTrouble, DeviceView
from hall_daemon.wire.texts import Text

# What a driver's state is by itself; a printer says more than that.
_CODES = {"disconnected": "line_down", "alert": "failed", "init": "starting", "stopped": "stopped"}


def device_roles(bindings: Bindings) -> dict[str, Role]:
    """Device id -> what it does in the hall; devices that nothing is bound to are not in it."""
    roles: dict[str, Role] = dict.fromkeys(bindings.printers, "printer")
    roles |= dict.fromkeys(bindings.screen_devices.values(), "screen")
    roles |= dict.fromkeys(bindings.pad_devices.values(), "pad")
    roles |= dict.fromkeys(bindings.zones.values(), "speaker")
    return roles


def device_windows(plan: Plan, bindings: Bindings) -> dict[str, tuple[str, ...]]:
    """Device id -> the windows that do without it when it is out. A printer serves no window but the hall."""
    windows: dict[str, set[str]] = {}
    for parts, devices in ((bindings.screens, bindings.screen_devices), (bindings.pads, bindings.pad_devices)):
        for part, window in parts.items():
            windows.setdefault(devices[part], set()).add(window)
    for each in plan.windows.values():
        if each.zone in bindings.zones:
            windows.setdefault(bindings.zones[each.zone], set()).add(each.id)
    return {device: tuple(id_ for id_ in plan.windows if id_ in mine) for device, mine in windows.items()}


def device_names(roles: Mapping[str, Role]) -> dict[str, Text]:
    """What people call each device: by its role, and by its id as well where there are several of these."""
    several = {role for role in roles.values() if list(roles.values()).count(role) > 1}
    return {
        id_: Text(f"{ROLES[role].zh} {id_}", f"{ROLES[role].en} {id_}") if role in several else ROLES[role]
        for id_, role in roles.items()
    }


def condition(health: Health, status: PrinterStatus | None) -> str:
    """The code of what is wrong, "" when nothing is."""
    if status is not None and health.detail and health.state in ("ready", "alert"):
        return _printer_condition(status)
    return _CODES.get(health.state, "")


def _printer_condition(status: PrinterStatus) -> str:
    if status.cover_open:
        return "cover_open"
    if status.paper == "out":
        return "paper_out"
    if status.error:
        return "error"
    if status.online is None:
        return "silent"
    if not status.online:
        return "offline"
    return "paper_near_end" if status.paper == "near_end" else "unconfirmed"


def device_view(
    health: Health,
    now_s: float,
    *,
    role: Role | None = None,
    name: Text | None = None,
    windows: tuple[str, ...] = (),
    status: PrinterStatus | None = None,
) -> DeviceView:
    """`now_s` is on the clock of the driver; `status` of a printer only."""
    age = None if health.reported_s is None else int(now_s - health.reported_s)
    code = condition(health, status)
    trouble = None
    if code and role is not None:
        words = device_words(role, code)
        since_s = int(max(0.0, now_s - health.since_s))
        trouble = DeviceTrouble(words.urgent, words.what, words.means, words.action, since_s)
    return DeviceView(
        health.device, health.kind, health.state, health.detail, age, dict(health.counters),
        code, role, name or Text(health.device, health.device), windows, trouble,
    )  # fmt: skip
