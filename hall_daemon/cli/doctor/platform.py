"""Checks of the city's approval platform: what both know, that it is reached, and that its words fit this hall."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from hall_daemon.adapters.platform.client import CREDENTIAL, LEAST_SECRET
from hall_daemon.cli.doctor.finding import Check, Finding, fault, none, or_ok, warning
from hall_daemon.cli.doctor.scene import Scene
from hall_daemon.config.platform import misfits, words_of
from hall_daemon.config.problem import BadConfig, dotted

_STORES = ("/etc/credstore.encrypted", "/etc/credstore")
_OTHERS = 0o077


def _secret(scene: Scene) -> Iterator[Finding]:
    said = scene.settings.platform
    if not said.url:
        return iter([none()])
    stored = [scene.at(f"{store}/{CREDENTIAL}") for store in _STORES]
    if not said.secret_file:
        return or_ok([fault("absent")] if not any(path.exists() for path in stored) else ())
    path = scene.at(said.secret_file)
    if not path.exists():
        return iter([fault("absent")])
    if len(path.read_bytes().strip()) < LEAST_SECRET:
        return iter([fault("short", path=said.secret_file, least=LEAST_SECRET)])
    return or_ok([fault("open", path=said.secret_file)] if path.stat().st_mode & _OTHERS else ())


def _reached(scene: Scene) -> Iterator[Finding]:
    url = urlsplit(scene.settings.platform.url)
    if not url.hostname:
        return iter([none()])
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        scene.connect(url.hostname, port)
    except OSError as error:
        return iter([fault("silent", where=f"{url.hostname}:{port}", why=str(error))])
    return or_ok((), where=f"{url.hostname}:{port}")


def _fits(scene: Scene) -> Iterator[Finding]:
    said = scene.settings.platform
    if not said.url:
        return iter([none()])
    try:
        words_of(said)
    except BadConfig as error:
        return iter([fault("words", why=str(error))])
    return or_ok(
        (
            warning("misfit", what=f"{dotted(each.path)}: {each.message}") for each in misfits(scene.settings)
        ),
        matters=len(said.matters), fields=len(said.fields),
    )


CHECKS = (
    Check("platform_secret", _secret),
    Check("platform_reached", _reached),
    Check("platform_fits", _fits),
)
