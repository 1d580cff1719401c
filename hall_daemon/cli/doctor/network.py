"""Checks of the hall's addresses: its listeners, names, certificates and broker, and what a hall that runs says."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hall_daemon import __version__
from hall_daemon.adapters.system import certificate
from hall_daemon.cli.doctor.finding import Check, Finding, fault, none, or_ok, warning
from hall_daemon.cli.doctor.scene import Scene, Unseen

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound
_DEBIAN_BROKER = 1883


def _http_port(scene: Scene) -> Iterator[Finding]:
    return _port(scene, scene.settings.http.port)


def _public_port(scene: Scene) -> Iterator[Finding]:
    return _port(scene, scene.settings.public.port)


def _mqtt_port(scene: Scene) -> Iterator[Finding]:
    return _port(scene, scene.settings.mqtt.port) if scene.settings.mqtt.mode == "supervised" else iter([none()])


def _port(scene: Scene, port: int) -> Iterator[Finding]:
    """Free, or the hall's own."""
    inodes = scene.listeners(port)
    if not inodes:
        return iter([Finding("ok", "free", {"port": port})])
    owner = scene.owner(inodes)
    if owner is None:
        raise Unseen("no_owner", port=port)
    try:
        ours = scene.hall_pid()
    except Unseen:
        return iter([fault("taken", port=port, pid=owner.pid, program=owner.command)])
    if owner.pid == ours or _parent(scene, owner.pid) == ours:
        return iter([Finding("ok", "ours", {"port": port})])
    return iter([fault("taken", port=port, pid=owner.pid, program=owner.command)])


def _parent(scene: Scene, pid: int) -> int:
    said = dict(line.split(":\t", 1) for line in scene.text(f"/proc/{pid}/status").splitlines() if ":\t" in line)
    return int(said.get("PPid", "0"))


def _hosts(scene: Scene) -> Iterator[Finding]:
    http = scene.settings.http
    if http.host in _LOOPBACK:
        return iter([Finding("ok", "loopback", {"host": http.host})])
    found = []
    if not http.cert_file:
        found.append(fault("plain", host=http.host))
    if not http.hosts:
        found.append(warning("nameless", host=http.host))
    return or_ok(found, hosts=", ".join(http.hosts))


def _public_url(scene: Scene) -> Iterator[Finding]:
    base = scene.settings.public.base
    host = urlsplit(base).hostname or ""
    if host in _LOOPBACK:
        return iter([fault("loopback", url=base)])
    return or_ok([warning("plain", url=base)] if not base.startswith("https") else (), url=base)


def _certificates(scene: Scene) -> Iterator[Finding]:
    """What `hall check` says of them, and whether each chain holds together."""
    http, public, mqtt = scene.settings.http, scene.settings.public, scene.settings.mqtt
    rows = (
        ("http", http.cert_file, http.key_file, http.hosts),
        ("public", public.cert_file, public.key_file, (urlsplit(public.url).hostname or public.host,)),
        ("mqtt", mqtt.cert_file, mqtt.key_file, ()),
    )
    named = [row for row in rows if row[1]]
    if not named:
        return iter([none()])
    return or_ok(
        fault("doubtful", section=section, what=what, hint=hint)
        for section, cert, key, hosts in named
        for _, what, hint in certificate.doubts(
            str(scene.at(cert)), str(scene.at(key)), [host for host in hosts if host not in _ANYWHERE], scene.now
        )
    )


def _chain(scene: Scene) -> Iterator[Finding]:
    """A certificate of an authority needs the ones between them in the same file."""
    files = {file for file in (scene.settings.http.cert_file, scene.settings.public.cert_file) if file}
    if not files:
        return iter([none()])
    return or_ok(found for file in sorted(files) for found in _alone(scene, file))


def _alone(scene: Scene, file: str) -> Iterator[Finding]:
    path = scene.at(file)
    certificates = path.read_text(encoding="ascii", errors="replace").count("BEGIN CERTIFICATE")
    own = (Path(path).parent / "ca.crt").exists()
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError) as error:
        yield fault("unreadable", file=file, why=str(error))
        return
    if certificates == 1 and not own:
        yield warning("alone", file=file)


def _broker(scene: Scene) -> Iterator[Finding]:
    mqtt = scene.settings.mqtt
    if mqtt.mode == "off":
        return iter([none()])
    if mqtt.mode == "supervised":
        scene.hall_pid()  # there is none without a hall
    try:
        scene.connect(mqtt.host, mqtt.port)
    except OSError as error:
        return iter([fault("silent", where=f"{mqtt.host}:{mqtt.port}", why=str(error))])
    return or_ok((), where=f"{mqtt.host}:{mqtt.port}")


def _broker_access(scene: Scene) -> Iterator[Finding]:
    """Whether somebody without an account is let in where nobody should be."""
    mqtt = scene.settings.mqtt
    if mqtt.mode == "off":
        return iter([none()])
    if mqtt.ca_file:
        raise Unseen("by_tls")
    if mqtt.mode == "supervised":
        scene.hall_pid()
    try:
        said = scene.greet(mqtt.host, mqtt.port)
    except OSError as error:
        raise Unseen("failed", why=str(error)) from error
    meant = mqtt.mode == "supervised" and mqtt.anonymous == "loopback"
    if said == "accepted" and not meant:
        return iter([fault("open", where=f"{mqtt.host}:{mqtt.port}")])
    return iter([Finding("ok", "readers" if said == "accepted" else "ok")])


def _other_broker(scene: Scene) -> Iterator[Finding]:
    """Debian starts one of its own, which nobody looks after."""
    mqtt = scene.settings.mqtt
    if mqtt.mode == "external" and mqtt.port == _DEBIAN_BROKER:
        return iter([none()])
    inodes = scene.listeners(_DEBIAN_BROKER) if mqtt.port != _DEBIAN_BROKER else set()
    return or_ok([warning("runs")] if inodes else ())


def _health(scene: Scene) -> Iterator[Finding]:
    said = scene.ask("/healthz")
    checks = said.get("checks", {})
    # What devices say is devices_health's.
    bad = [(name, str(what)) for name, what in checks.items()
           if not str(what).startswith("ok") and not name.startswith("device:")]
    found = [Finding("fault" if what.startswith("failing") else "warning", "bad", {"part": name, "what": what})
             for name, what in bad]
    if not checks and said.get("status") != "ok":
        found = [fault("bad", part="hall", what=str(said.get("status")))]
    return or_ok(found, count=len(checks))


def _running_version(scene: Scene) -> Iterator[Finding]:
    said = scene.ask("/healthz").get("version")
    if said is None:
        raise Unseen("not_said", what="/healthz")
    return or_ok([warning("older", running=said, here=__version__)] if said != __version__ else (), version=said)


def _clock_believed(scene: Scene) -> Iterator[Finding]:
    said = scene.ask("/api/v1/day")
    machine, day = said.get("machine"), str(said["day"])
    return or_ok([fault("doubted", machine=str(machine), day=day)] if machine else (), day=day)


def _devices(scene: Scene) -> Iterator[Finding]:
    devices = scene.ask("/api/v1/hall").get("devices", ())
    if not devices:
        return iter([none()])
    return or_ok(
        (fault("bad", device=each["id"], state=each["state"], why=each["detail"] or each["code"] or each["state"])
         for each in devices if each["state"] not in ("ready", "init")),
        count=len(devices),
    )


def _paper(scene: Scene) -> Iterator[Finding]:
    """A printer near its end is `ready` and says so by its code."""
    printers = [each for each in scene.ask("/api/v1/hall").get("devices", ()) if each.get("role") == "printer"]
    if not printers:
        return iter([none()])
    return or_ok(found for each in printers for found in _paper_of(each))


def _paper_of(printer: Mapping[str, Any]) -> Iterator[Finding]:
    code, facts = printer["code"], {"device": printer["id"]}
    if code == "paper_near_end":
        yield Finding("warning", "near", facts)
    elif code.startswith("paper"):
        yield Finding("fault", "out", facts)
    elif code or printer["state"] != "ready":
        yield Finding("unknown", "not_said", {"what": printer["id"]})


CHECKS = (
    Check("http_port", _http_port),
    Check("public_port", _public_port),
    Check("mqtt_port", _mqtt_port),
    Check("http_hosts", _hosts),
    Check("public_url", _public_url),
    Check("certificates", _certificates),
    Check("certificate_chain", _chain),
    Check("broker", _broker),
    Check("broker_access", _broker_access),
    Check("other_broker", _other_broker),
    Check("health", _health),
    Check("running_version", _running_version),
    Check("clock_believed", _clock_believed),
    Check("devices_health", _devices),
    Check("paper", _paper),
)
