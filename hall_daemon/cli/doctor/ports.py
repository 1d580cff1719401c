"""Checks of the wires: ports, who may use them, who else does, what devices need beside them, and their hosts."""

from __future__ import annotations

from collections.abc import Iterator

from device_drivers.kind import Need
from device_drivers.lines.holders import holders
from device_drivers.options import DeviceSpec, read_options
from device_drivers.registry import KINDS
from hall_daemon.cli.doctor.finding import Check, Finding, fault, none, or_ok, warning
from hall_daemon.cli.doctor.scene import PLUGGED, UNIT, Port, Scene, Unseen, User, may

_NUMBERED = ("/dev/ttyUSB", "/dev/ttyACM", "/dev/input/event")
_BINS = ("/usr/local/bin", "/usr/bin", "/bin")
_RULES = ("/etc/udev/rules.d/70-hall.rules", "/usr/lib/udev/rules.d/70-hall.rules", "/lib/udev/rules.d/70-hall.rules")


def _there(scene: Scene) -> Iterator[Finding]:
    ports = scene.ports()
    missing = [fault("missing", **port.facts) for port in ports if not scene.at(port.path).exists()]
    return iter([none()]) if not ports else or_ok(missing, count=len(ports))


def _rights(scene: Scene) -> Iterator[Finding]:
    user, ports = scene.user(), _some(scene)
    denied = [
        fault("denied", user=user.name, **port.facts)
        for port in ports
        if may(scene.at(port.path).stat(), user) != "rw"
    ]
    return or_ok(denied, user=user.name)


def _some(scene: Scene) -> list[Port]:
    """Ports that can be looked at. Raises Unseen."""
    found = scene.ports_there()
    if not found:
        raise Unseen("no_port")
    return found


def _dialout(scene: Scene) -> Iterator[Finding]:
    user = scene.user()
    for line in scene.text("/etc/group").splitlines():
        name, _, gid, *_rest = line.split(":")
        if name == "dialout":
            inside = int(gid) in user.gids or user.uid == 0
            return or_ok(() if inside else [fault("outside", user=user.name)], user=user.name)
    return iter([fault("no_group")])


def _by_id(scene: Scene) -> Iterator[Finding]:
    ports = scene.ports()
    if not ports:
        return iter([none()])
    return or_ok(
        warning("numbered", name=_lasting(scene, port), **port.facts)
        for port in ports
        if port.path.startswith(_NUMBERED)
    )


def _lasting(scene: Scene, port: Port) -> str:
    """A name of the port that stays, or where to find one."""
    by_id = PLUGGED[port.line].folder
    for folder in (by_id, by_id.replace("by-id", "by-path")):
        where = scene.at(folder)
        for link in sorted(where.iterdir()) if where.is_dir() else ():
            if scene.real(f"{folder}{link.name}") == scene.real(port.path):
                return f"{folder}{link.name}"
    return f"{by_id}…"


def _held(scene: Scene) -> Iterator[Finding]:
    try:
        ours = scene.hall_pid()
    except Unseen:
        ours = 0
    found = [
        fault("held", pid=holder.pid, program=holder.command, **port.facts)
        for port in _some(scene)
        for holder in holders(scene.real(port.path), str(scene.at("/proc")))
        if holder.pid != ours
    ]
    if not found and not scene.sees_everybody():
        raise Unseen("denied", path="/proc/…/fd")
    return or_ok(found)


def _shared(scene: Scene) -> Iterator[Finding]:
    ports = scene.ports()
    if not ports:
        return iter([none()])
    others = {port: [one for one in ports if one is not port and scene.real(one.path) == scene.real(port.path)]
              for port in ports}
    return or_ok(
        fault("shared", **port.facts)
        for port, beside in others.items()
        if not all(port.shared and one.shared and one.path == port.path for one in beside)
    )


def _modem_manager(scene: Scene) -> Iterator[Finding]:
    running = scene.processes(("ModemManager",))
    ruled = any(scene.at(path).exists() for path in _RULES)
    found = "runs_ruled" if ruled else "runs"
    if not running:
        return or_ok(())
    return iter([Finding("ok" if ruled else "fault", found, {"pid": running[0].pid})])


def _brltty(scene: Scene) -> Iterator[Finding]:
    running = scene.processes(("brltty",))
    installed = scene.at("/usr/bin/brltty").exists() or scene.at("/sbin/brltty").exists()
    if running:
        return iter([fault("runs", pid=running[0].pid)])
    return or_ok([warning("installed")] if installed else ())


def _udev(scene: Scene) -> Iterator[Finding]:
    there = [path for path in _RULES if scene.at(path).exists()]
    if not there:
        return iter([warning("absent")])
    ours = (scene.project / "systemd/70-hall.rules").read_text(encoding="utf-8")
    # An installer adds names of adapters below; what we say must still be there.
    rules = [line for line in ours.splitlines() if line and not line.startswith("#")]
    theirs = scene.text(there[0]).splitlines()
    lacks = any(rule not in theirs for rule in rules)
    return or_ok([warning("differs", path=there[0])] if lacks else (), path=there[0])


def _device_allow(scene: Scene) -> Iterator[Finding]:
    """The unit lets the hall open only classes of devices that it names."""
    if not scene.at(UNIT).is_file():
        raise Unseen("no_unit")
    allowed = [line.removeprefix("DeviceAllow=char-").split()[0] for line in scene.text(UNIT).splitlines()
               if line.startswith("DeviceAllow=char-")]
    return or_ok(
        fault("closed", device=port.device, port=scene.real(port.path))
        for port in _some(scene)
        if not any(scene.real(port.path).startswith(f"/dev/{name}") for name in allowed)
    )


def _hosts(scene: Scene) -> Iterator[Finding]:
    hosts = [(device, str(getattr(line, "host", "")), int(getattr(line, "port", 0)))
             for kind in ("tcp", "tls") for device, line in scene.lines_of(kind)]
    if not hosts:
        return iter([none()])
    try:
        scene.hall_pid()
    except Unseen:
        return or_ok((found for host in hosts for found in _silent(scene, *host)), count=len(hosts))
    raise Unseen("hall_has_it")


def _silent(scene: Scene, device: str, host: str, port: int) -> Iterator[Finding]:
    try:
        scene.connect(host, port)
    except OSError as error:
        yield fault("silent", device=device, where=f"{host}:{port}", why=str(error))


def _needs(scene: Scene) -> Iterator[Finding]:
    needed = [(spec.id, need) for spec in scene.settings.devices for need in _needed_by(spec)]
    if not needed:
        return iter([none()])
    user = scene.user()
    return or_ok((found for each in needed for found in _lacking(scene, user, *each)), count=len(needed))


def _needed_by(spec: DeviceSpec) -> Iterator[Need]:
    kind = KINDS[spec.kind]
    yield from kind.needs(read_options(kind.options, spec.options, spec.id))
    if spec.line is not None:
        files = (str(path) for key, path in spec.line.options.items() if key.endswith("_file"))
        yield from (Need("path", path) for path in files if path)


def _lacking(scene: Scene, user: User, device: str, need: Need) -> Iterator[Finding]:
    if need.sort == "program":
        if not any(scene.at(f"{folder}/{need.name}").exists() for folder in _BINS):
            yield fault("no_program", device=device, program=need.name, package=need.package)
    elif not scene.at(need.name).exists():
        yield fault("absent", device=device, path=need.name)
    elif not set("rw" if need.writes else "r") <= set(may(scene.at(need.name).stat(), user)):
        yield fault("unwritable" if need.writes else "unreadable", device=device, path=need.name, user=user.name)


CHECKS = (
    Check("ports_there", _there),
    Check("ports_rights", _rights),
    Check("dialout", _dialout),
    Check("ports_by_id", _by_id),
    Check("ports_held", _held),
    Check("ports_shared", _shared),
    Check("device_allow", _device_allow),
    Check("device_needs", _needs),
    Check("device_hosts", _hosts),
    Check("modem_manager", _modem_manager),
    Check("brltty", _brltty),
    Check("udev_rules", _udev),
)
