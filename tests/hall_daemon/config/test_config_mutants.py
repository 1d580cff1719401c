"""F23: a wrong copy of the shipped hall.toml is refused, and the one message it gives is at the right line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hall_daemon.config import check
from tests.conftest import ROOT
from tests.hall_daemon.config.mutants import Mutant, mutants

_TEXT = (ROOT / "config" / "hall.toml").read_text(encoding="utf-8")
_ALL = list(mutants(_TEXT))
_KINDS = sorted({mutant.kind for mutant in _ALL})
# About 1,200 in all, 9 ms each; every kind is tried, a different part of the file by each.
_TRIED_PER_KIND = 12


def test_there_are_enough_mutants() -> None:
    assert len(_KINDS) >= 20
    assert sum(min(_TRIED_PER_KIND, len(_of_kind(kind))) for kind in _KINDS) >= 200


@pytest.mark.parametrize("kind", _KINDS)
def test_every_mutant_is_refused_at_its_line(kind: str, tmp_path: Path, dice: random.Random) -> None:
    path = tmp_path / "hall.toml"
    wrong: list[str] = []
    of_kind = _of_kind(kind)
    for mutant in dice.sample(of_kind, k=min(_TRIED_PER_KIND, len(of_kind))):
        path.write_text(mutant.text, encoding="utf-8")
        found = [error.line for error in check(path)]
        if found != [mutant.line]:
            wrong.append(f"line {mutant.line} ({mutant.text.splitlines()[mutant.line - 1]}): found {found}")
    assert wrong == []


def _of_kind(kind: str) -> list[Mutant]:
    return [mutant for mutant in _ALL if mutant.kind == kind]


def test_mistakes_in_different_places_are_all_listed(tmp_path: Path) -> None:
    text = _TEXT
    for right, wrong in (
        ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Shanghi"'),
        ("stop_issuing_min = 15 ", 'stop_issuing_min = "15" '),
        ('prefix = "B"', 'prefix = "A"'),
        ('queue = "general"\nexpected_s = 600', 'queue = "genral"\nexpected_s = 600'),
        ('first = ["social-card"', 'first = ["social-kard"'),
        ('pads = ["pad-2"]', 'pads = ["pad-22"]'),
        ('id = "strip-3", address = 3', 'id = "strip-3", address = 300'),
        ('printer = "printer-1"', 'printer = "printer-2"'),
        ('idle = "等候叫号"', 'idel = "等候叫号"'),
        ("port = 8081", "port = 8080"),
    ):
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    path = tmp_path / "hall.toml"
    path.write_text(text, encoding="utf-8")
    assert [error.key for error in check(path)] == [
        "hall.timezone",
        "hours.stop_issuing_min",
        "queues.social.prefix",
        "services.housing-fund.queue",
        "windows.2.first[0]",
        "windows.2.pads[0]",
        "devices.strips.screens[2].address",
        "kiosks.kiosk-1.printer",
        "wording.screen.idel",
        "public.port",
    ]
