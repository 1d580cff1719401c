"""Text for boards and printers: what is encoded, what becomes 〓, how wide it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.codecs.text import cells_of, encode_text, fit, strip_controls


@pytest.mark.parametrize("text", ["昇喆堃〇", "张·三", "—", "请A023号到3号窗口", "℃①"])
def test_names_and_signs_that_gb2312_lacks_are_kept(text: str) -> None:
    assert encode_text(text, "gbk").data == text.encode("gbk")
    assert encode_text(text, "gbk").replaced == ()


def test_what_a_board_cannot_show_becomes_a_mark_and_is_reported() -> None:
    encoded = encode_text("𠮷㙍A", "gb18030")
    assert encoded.data.decode("gb18030") == "〓〓A"
    assert encoded.replaced == ("𠮷", "㙍")
    assert encode_text("€", "gbk").replaced == ("€",)
    assert encode_text("€", "gb18030").data == b"\xa2\xe3"
    assert encode_text("\ud800", "gbk").replaced == ("\ud800",)


def test_control_and_format_characters_are_gone() -> None:
    assert strip_controls("\x1b@A\r\n\x00B\u200b\u2028\ufeffC") == "@ABC"


@pytest.mark.parametrize(
    ("text", "width"), [("A023", 4), ("请到", 4), ("·—①", 6), ("。", 2), ("e\u0301", 1), ("〓", 2), ("", 0)]
)
def test_width_is_counted_in_cells(text: str, width: int) -> None:
    assert cells_of(text) == width


@given(st.text(alphabet="请到窗口A0 ·"), st.integers(0, 30))
def test_fit_is_the_longest_start_that_fits(text: str, width: int) -> None:
    fitted = fit(text, width)
    assert text.startswith(fitted)
    assert cells_of(fitted) <= width
    assert fitted == text or cells_of(text[: len(fitted) + 1]) > width
