"""A device's life as pages show it: a code, words for whoever stands beside it, and the windows it serves. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device_drivers.lines.conditions import LINE_CONDITIONS
from device_drivers.ports import Health
from device_drivers.ports import Role as Part
from device_drivers.registry import KINDS
from device_drivers.words import ConditionWords, filled
from hall_daemon.config.settings import Bindings
from hall_daemon.domain.plan import Plan
from hall_daemon.wire.device_words import ANYWHERE, ROLES, Role
from hall_daemon.wire.devices import DeviceTrouble, DeviceView
from hall_daemon.wire.texts import Text

# What a driver's state is by itself, when the driver says no more than that.
_CODES = {"disconnected": "line_down", "alert": "failed", "init": "starting", "stopped": "stopped"}
# What a device is called on the wire by the parts that it has.
_ROLES: dict[Part, Role] = {"printers": "printer", "screens": "screen", "pads": "pad", "zones": "speaker"}


def device_roles(bindings: Bindings) -> dict[str, Role]:
    """Device id -> what it does in the hall; devices that nothing is bound to are not in it."""
    return {device: _ROLES[part] for part in _ROLES for device in bindings.devices[part].values()}


def device_windows(plan: Plan, bindings: Bindings) -> dict[str, tuple[str, ...]]:
    """Device id -> the windows that do without it when it is out. A printer serves no window but the hall."""
    windows: dict[str, set[str]] = {}
    for role, parts in bindings.windows.items():
        for part, window in parts.items():
            windows.setdefault(bindings.devices[role][part], set()).add(window)
    zones = bindings.devices["zones"]
    for each in plan.windows.values():
        if each.zone in zones:
            windows.setdefault(zones[each.zone], set()).add(each.id)
    return {device: tuple(id_ for id_ in plan.windows if id_ in mine) for device, mine in windows.items()}


def device_names(roles: Mapping[str, Role], kinds: Mapping[str, str]) -> dict[str, Text]:
    """What people call each device: by its role, and by its kind and id where there are several of these."""
    several = {role for role in roles.values() if list(roles.values()).count(role) > 1}
    return {id_: _apart(id_, kinds[id_]) if role in several else ROLES[role].name for id_, role in roles.items()}


def _apart(id_: str, kind: str) -> Text:
    words = KINDS[kind].words
    return Text(f"{words.zh} {id_}", f"{words.en} {id_}")


def condition(health: Health) -> str:
    """The code of what is wrong, "" when nothing is."""
    return health.code or _CODES.get(health.state, "")


def condition_words(kind: str, code: str) -> ConditionWords:
    """The words of a condition, of the kind or of any line; one that nobody knows reads as `failed`."""
    own = KINDS[kind].conditions if kind in KINDS else {}
    return own.get(code) or LINE_CONDITIONS.get(code) or LINE_CONDITIONS["failed"]


def device_view(
    health: Health,
    now_s: float,
    *,
    role: Role | None = None,
    name: Text | None = None,
    windows: tuple[str, ...] = (),
) -> DeviceView:
    """`now_s` is on the clock of the driver."""
    code = condition(health)
    return DeviceView(
        id=health.device,
        kind=health.kind,
        state=health.state,
        detail=health.detail,
        age_s=None if health.reported_s is None else int(now_s - health.reported_s),
        counters=dict(health.counters),
        code=code,
        facts=dict(health.facts),
        role=role,
        name=name or Text(health.device, health.device),
        windows=windows,
        trouble=_trouble(health, code, role, now_s) if code and role is not None else None,
    )


def _trouble(health: Health, code: str, role: Role, now_s: float) -> DeviceTrouble:
    since_s = int(max(0.0, now_s - health.since_s))
    if code in ANYWHERE:
        return DeviceTrouble(*ANYWHERE[code], since_s)
    words, place = condition_words(health.kind, code), ROLES[role]
    what = Text(*(filled(text, health.facts) for text in words.means))
    if words.effect is not None:
        means = Text(*words.effect)
    else:
        means = place.without if words.stops else place.still
    return DeviceTrouble(words.stops, what, means, _action(words, place.meanwhile if words.stops else None), since_s)


def _action(words: ConditionWords, meanwhile: Text | None) -> Text:
    """What to do: first what keeps the hall going, then what mends the device."""
    zh, en = words.do
    if meanwhile is None:
        return Text(zh, en[:1].upper() + en[1:])
    return Text(f"{meanwhile.zh}，并{zh.removeprefix('请')}", f"{meanwhile.en}; {en}")
