"""A bookmark: losing one costs repeats, never a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from hall_daemon.adapters.storage.bookmarks import Bookmark


def test_it_keeps_the_last_number(tmp_path: Path) -> None:
    bookmark = Bookmark(tmp_path / "mqtt.seq")
    assert bookmark.load() is None, "nobody ever read anything"
    for seq in (1, 70_000, 70_000, 12):
        bookmark.save(seq)
        assert Bookmark(tmp_path / "mqtt.seq").load() == seq
    assert [path.name for path in tmp_path.iterdir()] == ["mqtt.seq"]


@pytest.mark.parametrize("content", [b"", b"12x", b"\xff\xfe", b"-7", b"1.5"])
def test_a_damaged_one_begins_from_the_start_and_not_from_now(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mqtt.seq").write_bytes(content)
    assert Bookmark(tmp_path / "mqtt.seq").load() == 0


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    bookmark = Bookmark(tmp_path / "mqtt.seq")
    bookmark.save(5)
    (tmp_path / "mqtt.seq").unlink()
    bookmark.save(5)
    assert not (tmp_path / "mqtt.seq").exists()


def test_a_disk_that_refuses_says_so(tmp_path: Path) -> None:
    bookmark = Bookmark(tmp_path / "not-there" / "mqtt.seq")
    with pytest.raises(OSError, match="not-there"):
        bookmark.save(5)
