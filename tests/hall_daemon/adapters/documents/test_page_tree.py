"""Counting the pages of a PDF costs what its size says, whoever wrote it: what is looked at is counted, not timed."""

from __future__ import annotations

import re
import zlib

import pytest

from hall_daemon.adapters.documents import page_tree
from hall_daemon.adapters.documents.page_tree import pages_untold

MOST = 30
HEAD = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
# Of a pattern: a repeat without a bound of anything but white space.
_UNBOUNDED = re.compile(rb"(?<!\\s)(?<!\\)[*+]|\{\d*,\}")


def packed(index: bytes, objects: bytes) -> bytes:
    stream = zlib.compress(index + objects)
    said = b"<< /Type /ObjStm /N 1 /First %d /Length %d /Filter /FlateDecode >>" % (len(index), len(stream))
    return HEAD + b"9 0 obj\n" + said + b" stream\n" + stream


def test_no_pattern_repeats_anything_but_white_space_without_a_bound() -> None:
    patterns = [each for each in vars(page_tree).values() if isinstance(each, re.Pattern)]
    assert len(patterns) > 5
    assert [each.pattern for each in patterns if _UNBOUNDED.search(each.pattern)] == []


@pytest.mark.parametrize("word", [b"/Kids[", b"/Kids [ 1 0 R ", b"/Count ", b"/Pages 1 ", b"1 0 ", b"obj /Kids["])
def test_a_word_that_comes_ten_thousand_times_is_no_tree(word: bytes) -> None:
    assert pages_untold(HEAD + b"2 0 obj\n" + word * 10_000, MOST) == 0


def test_objects_that_lie_over_each_other_are_not_looked_at_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of a thousand would be as long as all of them together."""
    objects = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>" * 1000
    index = b"".join(b"%d 0 %d %d " % (number, number + 1, len(objects)) for number in range(10, 2010, 2))
    looked: list[int] = []
    inside = page_tree._packed
    monkeypatch.setattr(page_tree, "_packed", lambda *what: (looked.append(len(body)) or (number, body)  # type: ignore[func-returns-value]
                                                             for number, body in inside(*what)))
    assert pages_untold(packed(index, objects), MOST) == MOST + 1, "no paper is made so"
    assert 0 < sum(looked) <= 2 * (len(index) + len(objects))


def test_objects_that_lie_in_another_order_are_read() -> None:
    tree, leaf = b"<< /Type /Pages /Count 1 /Kids [3 0 R 4 0 R] >>", b"<< /Type /Page >>"
    index = b"2 %d 3 0 4 0 " % len(leaf)
    assert pages_untold(packed(index, leaf + tree), MOST) == 2


def test_nodes_without_pages_are_looked_at_so_often_and_no_more() -> None:
    """Thirty ways at each of forty steps, to nothing."""
    looked = 0

    class Nodes(dict[int, tuple[int, ...]]):
        def get(self, node: int, default: object = None) -> object:  # type: ignore[override]
            nonlocal looked
            looked += 1
            return super().get(node, default)

    nodes = Nodes({at: (at + 1,) * 30 for at in range(2, 42)} | {42: ()})
    with pytest.raises(page_tree._Tangled):
        page_tree._reached(page_tree._Tree(nodes, {2: 1}, 2), MOST)
    assert looked == page_tree._MOST_NODES
    steps = b"".join(b"%d 0 obj\n<< /Count 1 /Kids [%b] >>\nendobj\n" % (at, b"%d 0 R " % (at + 1) * 30)
                     for at in range(2, 42))
    assert pages_untold(HEAD + steps + b"42 0 obj\n<< /Kids [] >>\nendobj\n", MOST) == MOST + 1
