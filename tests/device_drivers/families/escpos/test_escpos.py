"""Slips to bytes: golden frames, what fits on the paper, and that no text can become a command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.codecs.text import cells_of, strip_controls
from device_drivers.errors import BadField, BadFrame
from device_drivers.families.escpos import encode as escpos
from device_drivers.families.escpos.decode import EscposDecoder
from device_drivers.families.escpos.paper import Cut, PaperItem, PrintedLine, Raster, Unknown
from device_drivers.families.escpos.paper import Feed as PaperFeed
from device_drivers.families.escpos.paper import Qr as PaperQr
from device_drivers.families.escpos.profile import PROFILES, PrinterProfile
from device_drivers.ports import Feed, Qr, Rule, Slip, Text
from device_drivers.registry import PROTOCOLS
from tests.conftest import published_vectors

ESCPOS = PROTOCOLS["escpos-printer"]
OWN = json.loads((Path(__file__).parent / "escpos_frames.json").read_text())["vectors"]
WIDE = PROFILES["80mm"]


def paper(data: bytes) -> list[PaperItem]:
    decoder = EscposDecoder()
    return decoder.feed(data) + decoder.finish()


def printed(slip: Slip, profile: PrinterProfile = WIDE) -> list[PaperItem]:
    return paper(escpos.encode_slip(slip, profile))


def check(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["hex"])
    assert ESCPOS.encode(vector["input"]) == data
    decoded = ESCPOS.decode(data)
    assert decoded.used == len(data)
    assert vector.get("expect", {}).items() <= decoded.fields.items()
    assert decoded.warnings == ()
    json.dumps(decoded.fields)


@pytest.mark.parametrize("vector", OWN, ids=lambda vector: vector["id"])
def test_own_frames(vector: dict[str, Any]) -> None:
    check(vector)


def test_published_frames(shared: Path) -> None:
    ours = [vector for vector in published_vectors() if vector["protocol"] == "escpos-printer"]
    assert len(ours) >= 6
    for vector in ours:
        check(vector)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "fields"),
        ({"text": 3}, "text"),
        ({"text": "a", "encoding": "utf-8"}, "encoding"),
        ({"text": "a", "colour": "red"}, "colour"),
        ({"data": ""}, "data"),
        ({"data": "x" * 7090}, "data"),
        ({"data": "x", "size": 17}, "size"),
        ({"data": "x", "level": "Z"}, "level"),
        ({"data": "x", "model": 4}, "model"),
        ({"rows": []}, "rows"),
        ({"rows": ["01", "0"]}, "rows"),
        ({"rows": ["02"]}, "rows"),
        ({"rows": ["01"], "width_px": 3}, "width_px"),
        ({"mode": "half"}, "mode"),
        ({"mode": "full", "feed_units": 256}, "feed_units"),
        ({"feed": -1}, "feed"),
        ({"request": "10 04 05"}, "request"),
        ({"request": "zz"}, "request"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, object], named: str) -> None:
    with pytest.raises(BadField, match=f"^{named}: "):
        ESCPOS.encode(fields)


def test_frames_that_are_none() -> None:
    for data in (b"", b"\x1d(k\x07\x0010", b"\x1dv0\x00\x01\x00\x02\x00\xc0", b"\x01\x02\x1b\x01"):
        with pytest.raises(BadFrame):
            ESCPOS.decode(data)


def test_unknown_commands_beside_text_are_warnings() -> None:
    decoded = ESCPOS.decode(b"\x1b~A\n")
    assert decoded.fields["text"] == "A"
    assert decoded.warnings == ("not a known command: 1B 7E",)


@pytest.mark.parametrize("length", [249, 250, 252, 253, 256, 600, 7089])
def test_qr_lengths_of_two_bytes(length: int) -> None:
    data = ESCPOS.encode({"data": "1" * length, "model": 2, "size": 4, "level": "L"})
    store = bytes.fromhex("1D 28 6B") + (length + 3).to_bytes(2, "little") + b"1P0" + b"1" * length
    assert store in data
    assert ESCPOS.decode(data).fields["data"] == "1" * length


def test_primitives() -> None:
    assert escpos.character_size(2, 8) == bytes.fromhex("1D 21 17")
    assert escpos.justify("right") == bytes.fromhex("1B 61 02")
    assert escpos.status_request(3) == bytes.fromhex("10 04 03")
    for call in (lambda: escpos.hanzi_size(3), lambda: escpos.feed(256)):
        with pytest.raises(BadField):
            call()


def test_a_slip_as_bytes() -> None:
    slip = Slip((Text("号", size=2, align="center", bold=True), Text("A"), Qr("x", module=4)))
    expected = (
        "1B 40"  # initialise
        "1B 61 01 1D 21 11 1B 45 01 1C 26 BA C5 1C 2E 0A"
        "1B 61 00 1D 21 00 1B 45 00 41 0A"
        "1B 61 01"
        "1D 28 6B 04 00 31 41 32 00 1D 28 6B 03 00 31 43 04 1D 28 6B 03 00 31 45 31"
        "1D 28 6B 04 00 31 50 30 78 1D 28 6B 03 00 31 51 30"
        "1D 56 42 00"  # partial, after the feed to the cutter
    )
    assert escpos.encode_slip(slip, WIDE) == bytes.fromhex(expected)


def test_old_boards_get_their_own_size_and_no_cut() -> None:
    data = escpos.encode_slip(Slip((Text("号", size=4),)), PROFILES["58mm-old"])
    assert data == bytes.fromhex("1B 40 1D 21 11 1C 21 0C 1C 26 BA C5 1C 2E 0A 1B 64 04")


def test_a_printer_without_qr_gets_a_picture() -> None:
    profile = replace(WIDE, native_qr=False)
    items = printed(Slip((Qr("请A023号", module=3),)), profile)
    rows = escpos.enlarge(escpos.qr_matrix("请A023号"), 3)
    width = len(rows[0])
    assert isinstance(items[0], Raster)
    assert (items[0].align, items[0].height_px) == ("center", width)
    assert [row[:width] for row in items[0].rows] == rows
    assert {row[width:] for row in items[0].rows} == {"0" * (-width % 8)}


def test_a_qr_code_never_leaves_the_paper() -> None:
    narrow = PROFILES["58mm"]
    (code, *_) = printed(Slip((Qr("https://hall.example/t/" + "a" * 60, module=16),)), narrow)
    assert isinstance(code, PaperQr)
    modules = len(escpos.qr_matrix(code.data))
    assert code.module * (modules + 8) <= narrow.dots < (code.module + 1) * (modules + 8)
    with pytest.raises(BadField, match="shorten"):
        escpos.encode_slip(Slip((Qr("a" * 2331),)), replace(narrow, dots=128))
    with pytest.raises(BadField, match="2331"):
        escpos.encode_slip(Slip((Qr("a" * 2332),)), WIDE)


def test_a_slip_has_a_bound() -> None:
    with pytest.raises(BadField, match="fewer"):
        escpos.encode_slip(Slip((Text("x" * 70_000),)), WIDE)


def test_wrapping_counts_cells_and_keeps_words() -> None:
    assert escpos.wrap("请到三号窗口", 6) == ["请到三", "号窗口"]
    assert escpos.wrap("A号号号", 4) == ["A号", "号号"]
    assert escpos.wrap("please go to window", 10) == ["please go ", "to window"]
    assert escpos.wrap("pneumonoultra", 5) == ["pneum", "onoul", "tra"]
    assert escpos.wrap("a\tb\x1b@", 8) == ["a b@"]
    assert escpos.wrap("", 8) == [""]


def test_profiles_refuse_nonsense() -> None:
    with pytest.raises(BadField, match="columns"):
        PrinterProfile(columns=0)


# What a slip may hold: any character, also those that steer printers.
anything = st.text(max_size=80)
# What the boards know for sure, so that it can be compared: GBK and ASCII.
plain = st.text(st.sampled_from("AZ[a09 .-请号窗口〇（：）。·—丂亠"), min_size=1, max_size=60)
profiles = st.builds(
    PrinterProfile,
    columns=st.sampled_from((32, 48)),
    dots=st.sampled_from((384, 576)),
    encoding=st.sampled_from(("gbk", "gb18030")),
    hanzi_size=st.sampled_from(("gs", "fs")),
    cutter=st.sampled_from(("none", "full", "partial")),
    native_qr=st.booleans(),
)
texts = st.builds(
    Text,
    text=plain,
    size=st.integers(1, 8),
    align=st.sampled_from(("left", "center", "right")),
    bold=st.booleans(),
)
qrs = st.builds(Qr, data=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), module=st.integers(1, 16))


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=6), profiles)
def test_what_is_printed_is_what_the_slip_says(lines: list[Text], profile: PrinterProfile) -> None:
    items = printed(Slip(tuple(lines)), profile)
    shown = [item for item in items if isinstance(item, PrintedLine)]
    for line in lines:
        size = min(line.size, 2) if profile.hanzi_size == "fs" else line.size
        told = ""
        while len(told) < len(line.text):
            piece = shown.pop(0)
            assert (piece.size, piece.align, piece.bold) == (size, line.align, line.bold)
            assert cells_of(piece.text) * size <= profile.columns
            told += piece.text
        assert told == line.text
    assert not shown
    assert isinstance(items[-1], PaperFeed if profile.cutter == "none" else Cut)


@settings(deadline=None)
@given(qrs, profiles)
def test_a_qr_code_says_what_the_slip_says(code: Qr, profile: PrinterProfile) -> None:
    item = printed(Slip((code,)), profile)[0]
    if profile.native_qr:
        assert isinstance(item, PaperQr)
        assert (item.data, item.level) == (code.data, "M")
        assert 1 <= item.module <= code.module
    else:
        assert isinstance(item, Raster)
        assert item.width_px <= profile.dots


@settings(deadline=None)
@given(st.lists(anything, max_size=4), profiles)
def test_no_text_becomes_a_command(lines: list[str], profile: PrinterProfile) -> None:
    slip = Slip((*(Text(line) for line in lines), Rule(), Feed(2)))
    items = printed(slip, profile)
    kinds = {type(item) for item in items}
    assert kinds <= {PrintedLine, PaperFeed, Cut}
    assert Unknown not in kinds
    assert sum(isinstance(item, Cut) for item in items) == (profile.cutter != "none")
    shown = "".join(item.text for item in items if isinstance(item, PrintedLine))
    assert shown == strip_controls(shown)
    assert "-" * profile.columns in shown
