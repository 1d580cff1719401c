"""A device's life as pages show it: a code, words for whoever stands beside it, and the windows it serves. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device_drivers.lines.conditions import LINE_CONDITIONS
from device_drivers.ports import Health, ScreenState, ScreenText
from device_drivers.ports import Role as Part
from device_drivers.registry import KINDS
from device_drivers.words import ConditionWords, Words
from hall_daemon.config.settings import Bindings
from hall_daemon.domain.plan import Plan
from hall_daemon.wire.device_words import ANYWHERE, Role, effect, meanwhile, role_name
from hall_daemon.wire.devices import DeviceTrouble, DeviceView
from hall_daemon.wire.shown import ShownScreen, ShownText
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text, filled, same, text

# The table of what can be the matter with any line, beside those of the kinds.
LINE = "line"
CONDITIONS = {LINE: LINE_CONDITIONS} | {name: kind.conditions for name, kind in KINDS.items()}

# What a driver's state is by itself, when the driver says no more than that.
_CODES = {"disconnected": "line_down", "alert": "failed", "init": "starting", "stopped": "stopped"}
# What a device is called on the wire by the parts that it has.
_ROLES: dict[Part, Role] = {
    "printers": "printer", "screens": "screen", "pads": "pad", "zones": "speaker", "readers": "reader",
    "machines": "machine",
}


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
    return {id_: _apart(id_, kinds[id_]) if role in several else role_name(role) for id_, role in roles.items()}


def _apart(id_: str, kind: str) -> Text:
    return {language: f"{name} {id_}" for language, name in _of_kind(f"kind.{kind}", KINDS[kind].words).items()}


def _of_kind(key: str, words: Words) -> Text:
    """The words that a kind of device brings itself, and those of the languages that it does not speak."""
    return text(*words) | (tables().find(key) or {})


def kind_keys() -> dict[str, Words]:
    """What kinds of devices say, as keys that a file of words may have: a name of each and two sentences or three of
    each condition."""
    found = {f"kind.{name}": kind.words for name, kind in KINDS.items()}
    for table, conditions in CONDITIONS.items():
        for code, words in conditions.items():
            found |= {_key(table, code, part): said for part, said in _parts(words).items()}
    return found


def _parts(words: ConditionWords) -> dict[str, Words]:
    parts = {"means": words.means, "do": words.do}
    return parts if words.effect is None else {**parts, "effect": words.effect}


def _key(table: str, code: str, part: str) -> str:
    return f"condition.{table}.{code}.{part}"


def condition(health: Health) -> str:
    """The code of what is wrong, "" when nothing is."""
    return health.code or _CODES.get(health.state, "")


def _where(kind: str, code: str) -> tuple[str, str]:
    for table in (kind, LINE):
        if code in CONDITIONS.get(table, {}):
            return table, code
    return LINE, "failed"


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
        name=name or same(health.device),
        windows=windows,
        trouble=_trouble(health, code, role, now_s) if code and role is not None else None,
    )


def shown_screen(state: ScreenState, device: str, window: str | None, now_s: float) -> ShownScreen:
    """`now_s` is on the clock of the driver."""
    return ShownScreen(
        id=state.screen, device=device, window=window, desired=_shown(state.desired), reported=_shown(state.reported),
        age_s=None if state.reported_s is None else int(now_s - state.reported_s),
    )


def _shown(text: ScreenText | None) -> ShownText | None:
    return None if text is None else ShownText(text.text, text.lit)


def _trouble(health: Health, code: str, role: Role, now_s: float) -> DeviceTrouble:
    since_s = int(max(0.0, now_s - health.since_s))
    if code in ANYWHERE:
        life = tables().under(f"device.life.{code}")
        return DeviceTrouble(ANYWHERE[code], life["what"], life["means"], life["action"], since_s)
    table, code = _where(health.kind, code)
    words = CONDITIONS[table][code]
    said = {
        part: filled(_of_kind(_key(table, code, part), own), dict(health.facts)) for part, own in _parts(words).items()
    }
    means = said.get("effect") or effect(role, stops=words.stops)
    action = _action(said["do"], meanwhile(role) if words.stops else None)
    return DeviceTrouble(words.stops, said["means"], means, action, since_s)


def _action(do: Text, instead: Text | None) -> Text:
    """What to do: first what keeps the hall going, then what mends the device."""
    if instead is None:
        return {language: words[:1].upper() + words[1:] for language, words in do.items()}
    mend = {language: words.removeprefix("请") for language, words in do.items()}
    return tables().text("device.action.both", {"meanwhile": instead, "mend": mend})
