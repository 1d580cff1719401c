"""The platform as a part of a hall: nothing without an address; without words that can be read, a hall that goes on and
says so."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from hall_daemon.adapters.platform.client import HttpPlatform
from hall_daemon.adapters.platform.service import PlatformService
from hall_daemon.adapters.platform.source import Dossier, HallSource, Replica
from hall_daemon.adapters.system.parts import Part, trouble
from hall_daemon.app.record import Clock
from hall_daemon.config.forms import Cabinet
from hall_daemon.config.guides import Shelf
from hall_daemon.config.platform import words_of
from hall_daemon.config.problem import BadConfig
from hall_daemon.config.settings import Settings
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.guide import Guide

_LOGGER = logging.getLogger(__name__)


class Matters(Protocol):
    """The matters of a hall: forms as they were read at its start, guides as they are now."""

    shelf: Shelf
    cabinet: Cabinet

    def take(self, guides: Mapping[str, Guide]) -> None: ...


class Dossiers(Protocol):
    """Raises DossierError while they are away."""

    @property
    def store(self) -> Dossier: ...


def platform_part(
    settings: Settings, matters: Matters, replica: Replica, dossiers: Dossiers, clock: Clock, seq: int,
    monotonic: Callable[[], float],
) -> Iterator[Part]:
    """`seq`: of the journal at the start."""
    said = settings.platform
    if not said.url:
        return
    try:
        words = words_of(said)
    except BadConfig as error:
        why = str(error)
        _LOGGER.error("the platform is not joined: %s", why)
        yield Part("platform", health=lambda: {"platform": trouble("not joined", why)})
        return
    source = HallSource(
        replica=replica, dossiers=lambda: dossiers.store, matters=frozenset(said.matters),
        fields=frozenset(said.fields), guides=lambda: matters.shelf.guides,
        checkers={form.matter: Checker(form) for form in matters.cabinet.forms.values()},
        earlier={edition: Checker(form) for edition, form in matters.cabinet.earlier.items()},
    )
    port = HttpPlatform(said, words, monotonic=monotonic)
    service = PlatformService(
        settings, words, source, port, clock, seq=seq, take=matters.take, monotonic=monotonic
    )
    yield Part("platform", service.start, service.stop, service.health)
