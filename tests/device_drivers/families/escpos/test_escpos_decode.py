"""The printer's half: bytes to paper, in any pieces, over any garbage, within bounds."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.families.escpos import encode as escpos
from device_drivers.families.escpos.commands import CLEAR_BUFFER, MAX_COMMAND_BYTES, MAX_QR_BYTES
from device_drivers.families.escpos.decode import MAX_LINE_BYTES, EscposDecoder
from device_drivers.families.escpos.paper import (
    Barcode,
    Cut,
    Feed,
    PaperItem,
    PrintedLine,
    Qr,
    Raster,
    StatusRequest,
    Unknown,
)
from device_drivers.families.escpos.paper_json import paper_json, paper_text
from tests.device_drivers.families.escpos.held import held_bytes


def paper(data: bytes, **options: bool) -> list[PaperItem]:
    decoder = EscposDecoder(**options)
    return decoder.feed(data) + decoder.finish()


# What receiptline 4.0.4 sent for one line of "请号" in bold (spacing off, no cut), run for this test.
RECEIPTLINE = bytes.fromhex(
    "1b401d61001b4d301c28410200300 01b20001c5300001b33001b7b001c2e1b2d301c2d301b45301d42301d21001d4c0000"
    "1d5740021b61001b2400001b5c08011b2d301c2d301b45301d42301d21001b45311b74001c26c7ebbac50a1d7231".replace(" ", "")
)


def test_a_stream_of_another_program() -> None:
    assert paper(RECEIPTLINE) == [
        StatusRequest("gs_a", 0),
        PrintedLine("请号", bold=True),
        StatusRequest("gs_r", 0x31),
    ]


@pytest.mark.parametrize(
    ("data", "items"),
    [
        (b"\x1b!\x38A\n", [PrintedLine("A", size=2, bold=True)]),
        (b"\x1c!\x0c\xba\xc5\n", [PrintedLine("号", size=2)]),
        (b"\x1d!\x07A\x1d!\x00b\n", [PrintedLine("Ab", size=8)]),
        (b"\x1b-\x01A\x1b-\x00\n", [PrintedLine("A", underline=True)]),
        (b"A\r\n\n", [PrintedLine("A"), Feed(lines=1)]),
        (b"A\tB\n", [PrintedLine("A B")]),
        (b"A\x1bd\x02", [PrintedLine("A"), Feed(lines=2)]),
        (b"\x1bJ\x18", [Feed(dots=24)]),
        (b"A\x1ba\x01\nB\n", [PrintedLine("A"), PrintedLine("B")]),  # align is obeyed at line start only
        (b"A\x1b@B\n", [PrintedLine("B")]),  # initialise empties the line buffer
        (b"\x1bi\x1bm\x1dV1", [Cut("full"), Cut("partial"), Cut("partial")]),
        (b"\x1dkI\x04{BAB", [Barcode(73, b"{BAB")]),
        (b"\x1dk\x0412\x00", [Barcode(4, b"12")]),
        (b"\x1dI\x01", [StatusRequest("gs_i", 1)]),
        (b"\x1d(k\x03\x001Q0", []),  # nothing stored, nothing printed
        (b"\x1d(k\x03\x001C\x00", [Unknown(b"\x1d(k\x03\x001C\x00")]),
        (b"\x1b~A\n", [Unknown(b"\x1b~"), PrintedLine("A")]),
        (b"\x1b\x1b@A\n", [Unknown(b"\x1b"), PrintedLine("A")]),
        (b"\x1dV\x09A\n", [Unknown(b"\x1dV"), PrintedLine(" A")]),
        (b"\xba\n\xc5A", [PrintedLine("\ufffd"), PrintedLine("臕")]),
        (b"\x1c.\xba\xc5\x1c&\xba\xc5\n", [PrintedLine("║┼号")]),
        (b"\x10\x05\x01\x10\x14\x01\x00\x05A\n", [PrintedLine("A")]),
        (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x07A\n", [PrintedLine("A")]),  # not quite "clear"
        (b"\x1d(\x00\x00\xffA\n", [Unknown(b"\x1d("), PrintedLine("\ufffdA")]),  # a setting of 64 KiB
        (b"\x1d(L\x02\x0002\x1bD\x08\x10\x00A\n", [PrintedLine("A")]),
        (b"\x1b*\x21\x02\x00abcdefA\n", [PrintedLine("A")]),
        (b"\x1d*\x01\x01abcdefghA\n", [PrintedLine("A")]),
        (b"\x1d8L\x02\x00\x00\x00zzA\n", [PrintedLine("A")]),
    ],
)
def test_commands(data: bytes, items: list[PaperItem]) -> None:
    assert paper(data) == items


@pytest.mark.parametrize("head", [b"\x1dv0\x00\xff\xff\xff\xff", b"\x1d8L\xff\xff\xff\xff", b"\x1b*\x00\xff\xff"])
def test_pictures_no_head_can_print_are_not_waited_for(head: bytes) -> None:
    items = paper(head + b"\n\x1b@A\n")
    assert items[0] == Unknown(head[:2])
    assert items[-1] == PrintedLine("A")


def test_hanzi_mode_at_power_on_is_the_model_s() -> None:
    assert paper(b"\xba\xc5\n", hanzi_on=False) == [PrintedLine("║┼")]
    assert paper(b"\x1c&\xba\xc5\x1b@\xba\xc5\n", hanzi_on=False) == [PrintedLine("║┼")]


def test_a_real_time_request_is_seen_everywhere() -> None:
    in_text = paper(b"\xba\x10\x04\x04\xc5\n")
    assert in_text == [StatusRequest("dle_eot", 4), PrintedLine("号")]
    in_picture = paper(b"\x1dv0\x00\x03\x00\x01\x00\x10\x04\x01A\n")
    assert in_picture == [
        StatusRequest("dle_eot", 1),
        Raster(24, 1, ("000100000000010000000001",)),
        PrintedLine("A"),
    ]
    assert [item for item in paper(b"\x10\x04\x05\x10\x04\x02") if isinstance(item, StatusRequest)] == [
        StatusRequest("dle_eot", 2)
    ]


def test_clear_forgets_what_is_held() -> None:
    data = b"A\x1d!\x11\x1d(k\x40\x001P0abc" + CLEAR_BUFFER + b"B\n"
    assert paper(data) == [StatusRequest("clear", 8), PrintedLine("B")]


def test_qr_settings_last_until_initialise() -> None:
    first = escpos.qr("a", model=1, module=9, level="H")
    again = b"\x1d(k\x04\x001P0b\x1d(k\x03\x001Q0"
    assert paper(first + again) == [Qr("a", 9, "H", 1), Qr("b", 9, "H", 1)]
    assert paper(first + b"\x1b@" + again)[1] == Qr("b", 3, "L", 2)
    assert paper(escpos.justify("center") + again)[0] == Qr("b", 3, "L", 2, "center")


def test_a_qr_store_is_bounded() -> None:
    (largest, nothing), (too_large, *_) = (
        EscposDecoder().feed(b"\x1d(k" + (n + 3).to_bytes(2, "little") + b"1P0" + b"x" * n + b"\x1d(k\x03\x001Q0\n")
        for n in (MAX_QR_BYTES, MAX_QR_BYTES + 1)
    )
    assert largest == Qr("x" * MAX_QR_BYTES, 3)
    assert nothing == Feed(lines=1)
    assert too_large == Unknown(b"\x1d(")


def test_a_line_without_end_is_broken() -> None:
    items = paper(b"A" * (2 * MAX_LINE_BYTES + 1))
    assert [len(item.text) for item in items if isinstance(item, PrintedLine)] == [MAX_LINE_BYTES, MAX_LINE_BYTES, 1]


def test_reset_forgets_half_a_command() -> None:
    decoder = EscposDecoder()
    decoder.feed(b"AB\x1d(k\x10")
    assert decoder.unfinished_bytes == 4
    decoder.reset()
    assert held_bytes(decoder) == 0
    assert decoder.feed(b"C\n") == [PrintedLine("C")]


def test_finish_shows_half_a_command() -> None:
    assert paper(b"A\x1b") == [PrintedLine("A"), Unknown(b"\x1b")]


def test_paper_as_json() -> None:
    drawn = escpos.qr("b") + escpos.raster(["1"]) + b"\x1dk\x49\x03{BA"
    items = paper(b"A\n" + drawn + escpos.feed(2) + escpos.cut("partial", 0) + b"\x01\x10\x04\x01")
    shown = paper_json(items)
    assert [entry["kind"] for entry in shown] == ["text", "qr", "raster", "barcode", "feed", "cut", "unknown"]
    assert shown[0] == {
        "kind": "text", "text": "A", "size": 1, "align": "left", "bold": False, "underline": False,
    }
    assert shown[1]["data"] == "b"
    assert shown[5] == {"kind": "cut", "mode": "partial", "feed_units": 0}
    json.dumps(shown)
    assert paper_text([*items, PrintedLine("B")]) == "A\nB"


# Garbage that looks like commands more often than chance would have it.
pieces = st.sampled_from(
    [b"\x1b", b"\x1d", b"\x1c", b"\x10", b"\x04", b"\x01", b"\n", b"\x00", b"(k", b"V", b"v0\x00", b"k\x02", b"D",
     b"8L", b"*\x21", b"\xba\xc5", b"A", b"@", b"\x10\x04\x04", CLEAR_BUFFER, CLEAR_BUFFER[:6],
     b"1P0", b"1Q0", b"d\x02", b"\x1b@"]
)
garbage = st.lists(pieces | st.binary(max_size=12), max_size=40).map(b"".join)


@settings(deadline=None)
@given(garbage, st.lists(st.integers(0, 400), max_size=8))
def test_garbage_never_raises_and_pieces_do_not_matter(data: bytes, cuts: list[int]) -> None:
    whole = paper(data)
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    decoder = EscposDecoder()
    in_pieces = [item for start, end in pairwise(ends) for item in decoder.feed(data[start:end])]
    assert held_bytes(decoder) <= len(data) + MAX_QR_BYTES
    assert in_pieces + decoder.finish() == whole
    decoder = EscposDecoder()
    byte_by_byte = [item for byte in data for item in decoder.feed(bytes((byte,)))]
    assert byte_by_byte + decoder.finish() == whole
    json.dumps(paper_json(whole))


@settings(deadline=None)
@given(garbage)
def test_after_garbage_a_slip_is_read_again(data: bytes) -> None:
    """No length that a command claims is beyond the bound, so after so many bytes the printer is sane."""
    decoder = EscposDecoder()
    decoder.feed(data)
    padding = b"\n" * 4096
    for _ in range(MAX_COMMAND_BYTES // len(padding) + 1):
        if not decoder.unfinished_bytes:
            break
        decoder.feed(padding)
    assert held_bytes(decoder) <= MAX_LINE_BYTES + MAX_QR_BYTES
    assert PrintedLine("请") in decoder.feed(b"\x1b@\x1c&\xc7\xeb\n")
