"""Whatever stands in the file, `check` answers with mistakes in it and never with an exception."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hall_daemon.config import check
from hall_daemon.config.toml_text import to_toml
from tests.conftest import ROOT

_DATA = (ROOT / "config" / "hall.toml").read_bytes()
_TABLES: dict[str, Any] = tomllib.loads(_DATA.decode())

_ODD = st.one_of(
    st.sampled_from([0, -1, 256, 65_536, 2**63, 1.5, True, "", "A", "hall", "\x00", "{x}", "é" * 5000, [], {}, [[]]]),
    st.lists(st.sampled_from([1, "a", {}, {"id": 1}, {"id": "a"}, {"id": "strip-1", "address": []}]), max_size=3),
    st.dictionaries(
        st.sampled_from(["kind", "id", "zh", "en", "port", "x"]), st.sampled_from([1, "a", []]), max_size=3
    ),
)


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_values_anywhere(data: st.DataObject, tmp_path: Path) -> None:
    tables = copy.deepcopy(_TABLES)
    for _ in range(data.draw(st.integers(1, 3))):
        _replace_one(tables, data)
    path = tmp_path / "hall.toml"
    text = to_toml(tables)
    path.write_text(text, encoding="utf-8")
    lines = text.count("\n")
    assert all(1 <= error.line <= lines for error in check(path))


def _replace_one(tables: dict[str, Any], data: st.DataObject) -> None:
    """Put an odd value somewhere, from a whole section down to a single number."""
    at: Any = tables
    while True:
        keys = list(at) if isinstance(at, dict) else range(len(at))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(at[key], dict | list) or data.draw(st.integers(0, 4)) == 0:
            at[key] = copy.deepcopy(data.draw(_ODD))  # drawn lists are the strategy's own
            return
        at = at[key]


@pytest.mark.parametrize("part", range(1, 60))
def test_half_written_file(part: int, tmp_path: Path) -> None:
    """Cut anywhere, also inside a character or where the rest would be valid TOML."""
    cut = len(_DATA) * part // 60
    path = tmp_path / "hall.toml"
    path.write_bytes(_DATA[:cut])
    errors = check(path)
    needed = _DATA.index(b"[devices.printer-1]")  # a hall may end here: no window refers to what follows
    assert errors or cut > needed
    lines = _DATA[:cut].count(b"\n") + 1
    assert all(1 <= error.line <= lines for error in errors)
