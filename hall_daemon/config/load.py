"""A file of the configuration -> Settings, or every mistake in it. Opens this one file and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from device_drivers.options import read_options
from device_drivers.registry import KINDS
from hall_daemon.config.devices import Found, doubtful_lines, read_devices, refer
from hall_daemon.config.floor import check_floor
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.config.hall_plan import read_plan
from hall_daemon.config.problem import BadConfig, ConfigError, KeyPath, Problem, read_date, shown
from hall_daemon.config.prune import DROPPED, prune
from hall_daemon.config.schema import HallFile
from hall_daemon.config.settings import (
    Bindings,
    Http,
    MachineBinding,
    Matters,
    Mqtt,
    Oidc,
    Platform,
    Public,
    Reviews,
    Settings,
    none_of_any_role,
)
from hall_daemon.config.source import read_source
from hall_daemon.staff.account import HALL_USER
from hall_daemon.wire.kiosks import KioskOptions
from hall_daemon.words.tables import tables as tables_of_words

T = TypeVar("T", Http, Matters, Mqtt, Oidc, Platform, Public, Reviews)
# The desk of a window that says none: a hall that is one machine.
THIS_MACHINE = ("127.0.0.1", "::1")
_STAND_IN = {"id": "hall", "name": {"zh": "大厅", "en": "Hall"}}


def load(path: Path) -> Settings:
    """The whole configuration. Raises BadConfig, which lists all mistakes by line."""
    source = read_source(path)
    problems: list[Problem] = []
    settings = _settings(path, source.tables, problems)
    if problems or settings is None:
        raise BadConfig(path, source.errors(problems))
    return settings


def check(path: Path) -> list[ConfigError]:
    """What `hall check` prints: every mistake, by line; where there is none, those of guides, notices and forms."""
    try:
        settings = load(path)
        shelf = read_shelf(settings)
        return [*shelf.errors, *read_cabinet(settings.matters, shelf.papers()).errors]
    except BadConfig as error:
        return list(error.errors)


def warnings(path: Path, more: Callable[[Settings], Iterable[Problem]] = lambda settings: ()) -> list[ConfigError]:
    """What can be meant and is probably not, by line, with what `more` finds outside the file. Raises BadConfig as
    `load` does."""
    settings, source = load(path), read_source(path)
    http, public = settings.http, settings.public
    found = [*more(settings), *doubtful_lines(settings.devices)]
    if not public.url and not _loopback(public.host):
        found.append(
            Problem(
                ("public", "url"), f'is "", so QR codes say {public.base}, which is no phone\'s way to this machine',
                expected="the address as phones reach it", hint='as url = "https://hall.example"',
            )
        )
    if not _loopback(http.host):
        found.append(
            Problem(
                ("http", "host"), "every machine of that network can try to log in", shown(http.host),
                "127.0.0.1, or a network of the hall's own machines only",
            )
        )
    mqtt = settings.mqtt
    if mqtt.mode == "supervised" and not _loopback(mqtt.host):
        found.append(
            Problem(
                ("mqtt", "host"), "passwords go through that network for everybody to read", shown(mqtt.host),
                "127.0.0.1, and tls_port for machines elsewhere",
            )
        )
    return source.errors(found)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _settings(path: Path, tables: Mapping[str, Any], problems: list[Problem]) -> Settings | None:
    good = prune(HallFile, dict(tables), (), problems)
    if good is DROPPED:  # perhaps only [hall] has a mistake: then the rest can still be looked at
        good = prune(HallFile, {**tables, "hall": _STAND_IN}, (), [])
    if good is DROPPED:
        return None
    file = msgspec.convert(good, HallFile)
    found = read_devices(file.devices, problems)
    plan = read_plan(file, tables, problems)
    bindings = _bindings(file, found, tables, problems)
    _check_boards(file, found, bindings, problems)
    _check_kiosks(file, found, tables, problems)
    _check_screen(file, tables, problems)
    check_floor(file.floor, tables["windows"], problems)
    _check_ports(file, problems)
    for text in file.forecast.days:
        read_date(text, ("forecast", "days", text), problems)
    _check_networks(file, problems)
    _check_access(file, problems)
    _check_platform(file, problems)
    if plan is None:
        return None
    folder = path.absolute().parent
    return Settings(
        path=path,
        plan=plan,
        data=msgspec.structs.replace(file.data, dir=str(folder / file.data.dir)),
        log=file.log,
        http=_absolute(file.http, folder, "cert_file", "key_file"),
        public=_absolute(file.public, folder, "cert_file", "key_file"),
        access=file.access,
        oidc=_absolute(file.oidc, folder, "client_secret_file", "ca_file"),
        mqtt=_absolute(file.mqtt, folder, "password_file", "ca_file", "cert_file", "key_file"),
        wording=file.wording,
        forecast=file.forecast,
        reviews=_absolute(file.reviews, folder, "calendar"),
        matters=_absolute(file.matters, folder, "guides", "forms", "dictionary", "notices"),
        papers=file.papers,
        platform=_absolute(file.platform, folder, "secret_file", "ca_file", "words"),
        devices=tuple(found.specs),
        bindings=bindings,
        kiosks={id_: msgspec.convert(table, KioskOptions, from_attributes=True) for id_, table in file.kiosks.items()},
        screen=file.screen,
        boards=file.boards,
        floor=file.floor,
    )


def _bindings(file: HallFile, found: Found, tables: Mapping[str, Any], problems: list[Problem]) -> Bindings:
    windows = none_of_any_role()
    zones = found.parts["zones"]
    about_parts: list[Problem] = []
    for window_id, window in file.windows.items():
        path: KeyPath = ("windows", window_id)
        for role, parts in window.parts.items():
            _bind((*path, role), parts, found.parts[role], windows[role], about_parts)
        if zones and "zone" in tables["windows"][window_id]:
            refer((*path, "zone"), window.zone, zones, "zone of a speaker", about_parts)
        elif zones and window.zone not in zones:
            message = f"no speaker has the zone {window.zone!r}, which is meant when none is named"
            about_parts.append(Problem((*path, "zone"), message, hint=f'add zone = "{next(iter(zones))}"'))
    kiosks = _kiosks_of_readers(file, found, windows["readers"], about_parts)
    desks = _desks(file, windows["readers"], problems)
    machines = _machines(file, found, about_parts)
    if not found.unsure:
        problems += about_parts
    return Bindings(devices=found.parts, windows=windows, kiosks=kiosks, desks=desks, machines=machines)


def _desks(file: HallFile, readers: Mapping[str, str], problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """Where the browsers of windows with readers are; an address is one desk's."""
    desks: dict[str, tuple[str, ...]] = {}
    seen: dict[str, str] = {}
    for window in dict.fromkeys(readers.values()):
        desks[window] = file.windows[window].desk or THIS_MACHINE
        for at, address in enumerate(desks[window]):
            path: KeyPath = ("windows", window, "desk", at)
            try:
                plain = str(ip_address(address))
            except ValueError:
                problems.append(Problem(path, "is no address", shown(address), "as 192.168.1.31"))
                continue
            if seen.setdefault(plain, window) != window:
                message = f"is the desk of window {seen[plain]} already"
                problems.append(Problem(path, message, shown(address), hint="a desk has the reader of one window"))
    return desks


def _kiosks_of_readers(
    file: HallFile, found: Found, windows: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    """Whose each reader is: its options name the kiosk, or a window names it."""
    kiosks: dict[str, str] = {}
    options = {spec.id: spec.options for spec in found.specs}
    for reader, device in found.parts["readers"].items():
        kiosk, path = options[device].get("kiosk", ""), ("devices", device, "kiosk")
        if bool(kiosk) == (reader in windows):
            message = f"stands at window {windows[reader]} as well" if kiosk else "stands nowhere"
            hint = 'say kiosk = "kiosk-1", or name it under readers of a window'
            problems.append(Problem(path, message, shown(kiosk), hint=hint))
        elif isinstance(kiosk, str) and kiosk and refer(path, kiosk, file.kiosks, "kiosk", problems):
            kiosks[reader] = kiosk
    return kiosks


def _machines(file: HallFile, found: Found, problems: list[Problem]) -> dict[str, MachineBinding]:
    """What the ticket machines give numbers for, and where their slips come out."""
    machines: dict[str, MachineBinding] = {}
    for spec in found.specs:
        kind = KINDS[spec.kind]
        if "machines" not in kind.parts or spec.id in found.faulty:
            continue
        options, key = read_options(kind.options, spec.options, spec.id), kind.parts["machines"]
        for at, part in enumerate(getattr(options, key) if key else (options,)):
            path: KeyPath = ("devices", spec.id, *((key, at) if key else ()))
            for button, service in part.buttons.items():
                refer((*path, "buttons", button), service, file.services, "service", problems)
            if part.printer and part.printer not in found.faulty:
                refer((*path, "printer"), part.printer, found.parts["printers"], "printer", problems)
            machines[part.id if key else spec.id] = MachineBinding(dict(part.buttons), part.printer)
    return machines


def _bind(
    path: KeyPath,
    parts: tuple[str, ...],
    known: Mapping[str, str],
    bound: dict[str, str],
    problems: list[Problem],
) -> None:
    """Note that `parts` stand at a window, whose list is at `path`; one part stands at one window."""
    for at, part in enumerate(parts):
        place: KeyPath = (*path, at)
        if not refer(place, part, known, str(path[2])[:-1], problems):
            continue
        if part in bound:
            problems.append(Problem(place, f"stands at window {bound[part]} already", shown(part), hint="name it once"))
        else:
            bound[part] = str(path[1])


def _check_kiosks(file: HallFile, found: Found, tables: Mapping[str, Any], problems: list[Problem]) -> None:
    for kiosk_id, kiosk in file.kiosks.items():
        path: KeyPath = ("kiosks", kiosk_id)
        refer((*path, "language"), kiosk.language, tables_of_words().languages, "language", problems)
        if kiosk.printer and kiosk.printer not in found.faulty:
            refer((*path, "printer"), kiosk.printer, found.parts["printers"], "printer", problems)
        for at, service in enumerate(kiosk.services):
            refer((*path, "services", at), service, tables["services"], "service", problems)


def _check_boards(file: HallFile, found: Found, bindings: Bindings, problems: list[Problem]) -> None:
    """Each area is there, and shows one thing: of a board or of a window."""
    owners = {part: f"window {window}" for part, window in bindings.windows["screens"].items()}
    zones = {window.zone: "" for window in file.windows.values()}
    for board_id, board in file.boards.items():
        if board.zone:
            refer(("boards", board_id, "zone"), board.zone, zones, "zone of a window", problems)
        for key, areas in board.lists.items() if not found.unsure else ():
            for at, area in enumerate(areas):
                path: KeyPath = ("boards", board_id, key, at)
                if not refer(path, area, found.parts["screens"], "screen", problems):
                    continue
                if area in owners:
                    problems.append(Problem(path, f"shows {owners[area]} already", shown(area), hint="name it once"))
                owners.setdefault(area, f"board {board_id}, {key}")


def _check_screen(file: HallFile, tables: Mapping[str, Any], problems: list[Problem]) -> None:
    for queue in file.screen.names:
        refer(("screen", "names", queue), queue, tables["queues"], "queue", problems)
    zones = {window.zone: "" for window in file.windows.values()}
    for zone in file.screen.zones if len(file.windows) == len(tables["windows"]) else ():
        refer(("screen", "zones", zone), zone, zones, "zone of a window", problems)


def _check_ports(file: HallFile, problems: list[Problem]) -> None:
    """Two of our own servers on one port: the second would not start."""
    ours: list[tuple[str, str, int | None]] = [("http", "port", file.http.port), ("public", "port", file.public.port)]
    if file.mqtt.mode == "supervised":
        ours += [("mqtt", key, getattr(file.mqtt, key)) for key in ("port", "tls_port", "websocket_port")]
    owners: dict[int, str] = {}
    for section, key, port in ours:
        if port is None:
            continue
        if port in owners:
            expected = "a port that nothing else has"
            problems.append(Problem((section, key), f"[{owners[port]}] listens on it already", str(port), expected))
        owners.setdefault(port, section)


def _check_networks(file: HallFile, problems: list[Problem]) -> None:
    for at, text in enumerate(file.public.trusted_proxies):
        try:
            ip_network(text)
        except ValueError as error:
            where: KeyPath = ("public", "trusted_proxies", at)
            problems.append(Problem(where, str(error), shown(text), "an IP address, or a network as 10.0.0.0/8"))


def _check_access(file: HallFile, problems: list[Problem]) -> None:
    for at, window in enumerate(file.access.pads_without_login):
        refer(("access", "pads_without_login", at), window, file.windows, "window", problems)
    if file.oidc.issuer and not file.oidc.client_id:
        message = "the provider knows the hall by it"
        problems.append(Problem(("oidc", "client_id"), message, '""', "as it was registered there"))
    _check_mqtt(file.mqtt, problems)
    for section in ("http", "public"):
        given = {name: getattr(getattr(file, section), name) for name in ("cert_file", "key_file")}
        if len(set(map(bool, given.values()))) > 1:
            missing = next(name for name, path in given.items() if not path)
            problems.append(
                Problem((section, missing), "HTTPS needs both files", '""', "a path; hall tls init makes both")
            )


def _check_platform(file: HallFile, problems: list[Problem]) -> None:
    said = file.platform
    if said.url and not said.app:
        message = "the platform knows the hall by it"
        problems.append(Problem(("platform", "app"), message, '""', "as it was registered there"))
    tasks: dict[str, str] = {}
    for matter, task in said.matters.items():
        if task in tasks:
            message = f"is the task code of {tasks[task]} too"
            problems.append(Problem(("platform", "matters", matter), message, shown(task), "a code of its own"))
        tasks.setdefault(task, matter)


def _check_mqtt(mqtt: Mqtt, problems: list[Problem]) -> None:
    ours, name = mqtt.mode == "supervised", mqtt.username
    if not name.isprintable() or (ours and (":" in name or name != name.strip() or name == HALL_USER)):
        expected = f"a name without a colon that is not {HALL_USER}" if ours else "printable characters"
        problems.append(Problem(("mqtt", "username"), "is no name for an account", shown(name), expected))
    if mqtt.home_assistant:
        refer(("mqtt", "home_assistant"), mqtt.home_assistant, tables_of_words().languages, "language", problems)
    needed = {name: getattr(mqtt, name) for name in ("cert_file", "key_file")} if ours and mqtt.tls_port else {}
    problems += [
        Problem(("mqtt", name), "tls_port needs it", '""', "a path") for name, path in needed.items() if not path
    ]


def _absolute(section: T, folder: Path, *names: str) -> T:
    """The paths of a section, from the folder of the file that they stand in."""
    given = {name: getattr(section, name) for name in names}
    return msgspec.structs.replace(section, **{name: str(folder / path) for name, path in given.items() if path})
