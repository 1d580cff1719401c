"""Key paths to lines: each construct of TOML once, and agreement with tomllib on any file we write."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from hall_daemon.config.locate import locate
from hall_daemon.config.problem import KeyPath, dotted
from hall_daemon.config.toml_text import to_toml
from tests.conftest import ROOT

TEXT = '''\
# a comment = 1
top = 1  # x = 2
[plain]
dotted.key = """
[not.a.header]
no = "key"
"""
"quoted # = key" = 'a # b'
list = [
  1, # one ]
  { inner = [
      2] },
]
[[array.of]]
id = "first"
[array.of.sub]
deep = true
[[array.of]]
id = "second"
[later.than.its.child]
x = 1
[later]
y = 2
'''


def test_every_construct() -> None:
    lines = {dotted(path): line for path, line in locate(TEXT).lines.items()}
    assert lines == {
        "top": 2,
        "plain": 3,
        "plain.dotted": 4,
        "plain.dotted.key": 4,
        "plain.quoted # = key": 8,
        "plain.list": 9,
        "plain.list[0]": 10,
        "plain.list[1]": 11,
        "plain.list[1].inner": 11,
        "plain.list[1].inner[0]": 12,
        "array": 14,
        "array.of": 14,
        "array.of[0]": 14,
        "array.of[0].id": 15,
        "array.of[0].sub": 16,
        "array.of[0].sub.deep": 17,
        "array.of[1]": 18,
        "array.of[1].id": 19,
        "later": 22,
        "later.than": 20,
        "later.than.its": 20,
        "later.than.its.child": 20,
        "later.than.its.child.x": 21,
        "later.y": 23,
    }


def test_what_is_not_there_is_at_the_table_around_it() -> None:
    places = locate(TEXT)
    assert places.line(("array", "of", 1, "missing")) == 18
    assert places.line(("nowhere",)) == 1


def test_shipped_hall_is_located_whole() -> None:
    text = (ROOT / "config" / "hall.toml").read_text(encoding="utf-8")
    assert _paths(tomllib.loads(text)) == set(locate(text).lines)


_KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=6)
_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_what_we_write_is_read_back_and_located(tables: dict[str, object]) -> None:
    text = to_toml(tables)
    assert tomllib.loads(text) == tables
    assert set(locate(text).lines) == _paths(tables)


@given(st.text(st.sampled_from("[]{}=\"'.,#\\\n aé1"), max_size=40))
def test_any_text_is_scanned_to_its_end_or_given_up(text: str) -> None:
    count = text.count("\n") + 1
    assert all(1 <= line <= count for line in locate(text).lines.values())


def _paths(value: object, path: KeyPath = ()) -> set[KeyPath]:
    found: set[KeyPath] = {path} if path else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= _paths(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            found |= _paths(inner, (*path, at))
    return found
