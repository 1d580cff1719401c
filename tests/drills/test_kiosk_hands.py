"""A short seed of hands at the kiosk; and the search finds what is there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.drills import kiosk_hands
from tests.drills.harness import Run


def test_a_few_hands(tmp_path: Path) -> None:
    counted = kiosk_hands.attack(Run(3, tmp_path, time.monotonic() + 60), touches=6, sessions=2)
    assert (counted["touches"], counted["sessions"]) == (6, 2)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "page.db").write_bytes(b"\0" * 100 + "金丝雀".encode("utf-16-le"))
    with pytest.raises(AssertionError, match=r"page\.db"):
        kiosk_hands.look_for(("金丝雀",), tmp_path, {})
    with pytest.raises(AssertionError, match="a topic"):
        kiosk_hands.look_for(("金丝雀",), tmp_path / "nothing", {"a topic": b'{"name": "\\u91d1\\u4e1d\\u96c0"}'})
    assert kiosk_hands.look_for(("canary",), tmp_path, {"slips": b"A001"}) > 100
