from __future__ import annotations

import os
from pathlib import Path

import pytest

from device_drivers.families.voice.clips import ClipCache
from device_drivers.families.voice.sound import Clip, encode_wav

CLIP = Clip(22050, bytes(range(256)) * 20)
SIZE = len(encode_wav(CLIP))


def test_a_clip_is_found_by_text_voice_and_rate(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path / "clips", 1_000_000)
    key = ClipCache.key("请", "sit/cmn-latn-pinyin", 170)
    assert cache.maybe_clip(key) is None
    cache.keep(key, CLIP)
    assert ClipCache(tmp_path / "clips", 1_000_000).maybe_clip(key) == CLIP
    others = {ClipCache.key("请", "v", 170), ClipCache.key("到", "v", 170), ClipCache.key("请", "v", 171)}
    assert len(others | {key}) == 4
    assert [path.name for path in (tmp_path / "clips").iterdir()] == [f"{key}.wav"]


def test_the_folder_is_bounded_and_the_longest_unused_goes(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 5 * SIZE)
    keys = [ClipCache.key(str(number), "v", 170) for number in range(7)]
    for age, key in enumerate(keys[:5]):
        cache.keep(key, CLIP)
        os.utime(tmp_path / f"{key}.wav", (age, age))
    assert cache.maybe_clip(keys[0]) == CLIP  # used just now
    cache.keep(keys[5], CLIP)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 5 * SIZE
    assert cache.maybe_clip(keys[1]) is None
    assert cache.maybe_clip(keys[0]) == CLIP
    assert cache.maybe_clip(keys[5]) == CLIP


def test_the_same_clip_again_takes_no_more_room(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 2 * SIZE)
    keys = [ClipCache.key(text, "v", 170) for text in "ab"]
    for key in keys * 5:
        cache.keep(key, CLIP)
    assert all(cache.maybe_clip(key) == CLIP for key in keys)


def test_a_damaged_clip_counts_as_missing_and_is_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = ClipCache(tmp_path, 1_000_000)
    key = ClipCache.key("请", "v", 170)
    (tmp_path / f"{key}.wav").write_bytes(encode_wav(CLIP)[:20])
    assert cache.maybe_clip(key) is None
    assert "damaged" in caplog.text
    cache.keep(key, CLIP)
    assert cache.maybe_clip(key) == CLIP


def test_what_a_power_cut_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "old.part").write_bytes(b"half")
    cache = ClipCache(tmp_path, 1_000_000)
    cache.keep(ClipCache.key("请", "v", 170), CLIP)
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    cache = ClipCache(tmp_path / "file" / "clips", 1_000_000)
    for text in "abc":
        cache.keep(ClipCache.key(text, "v", 170), CLIP)
        assert cache.maybe_clip(ClipCache.key(text, "v", 170)) is None
    assert [record.message.split(" in ")[0] for record in caplog.records] == ["voice clips cannot be kept"]


def test_no_folder_keeps_nothing() -> None:
    cache = ClipCache(None, 1_000_000)
    cache.keep("k", CLIP)
    assert cache.maybe_clip("k") is None
