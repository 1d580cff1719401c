"""The big screen's window as a screen: what it is asked, and what its answer is taken for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.kinds.big_screen.codec import BIG_SCREEN, LONGEST, Ask, Shown, cut_line, write_line
from device_drivers.kinds.big_screen.link import Place, WindowAnswers, WindowEncoder
from device_drivers.ports import ScreenText

ENCODER = WindowEncoder([Place(id="big-3", window="3")])
words = st.text(max_size=40)


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        (ScreenText("请A023号到3号窗口", lit=True), Ask("big-3", "3", "A023", True)),
        (ScreenText("A023 办理中"), Ask("big-3", "3", "", False)),
        (ScreenText("请稍候", lit=True), Ask("big-3", "3", "", False)),
    ],
)
def test_only_a_call_is_asked_for(text: ScreenText, ask: Ask) -> None:
    assert cut_line(ENCODER.encode("big-3", text)) == (ask, len(write_line(ask)))


def test_an_answer_counts_for_what_was_asked() -> None:
    asked, answers = write_line(Ask("big-3", "3", "A023", True)), WindowAnswers()
    assert answers.verdict(asked, Shown("big-3", "A023", True)) is True
    assert answers.verdict(asked, Shown("big-3", "A023", False)) is False
    for other in (Shown("big-3", "A022", True), Shown("big-4", "A023", True), Ask("big-3", "3", "A023", True)):
        assert answers.verdict(asked, other) is None


@settings(max_examples=25)
@given(st.one_of(st.builds(Ask, words, words, words, st.booleans()), st.builds(Shown, words, words, st.booleans())))
def test_a_line_comes_back_whatever_is_in_it(said: Ask | Shown) -> None:
    line = write_line(said)
    assert FrameStream(cut_line, LONGEST).feed(b'{"x"\n\xff' + b"\n" + line) == [said]
    assert BIG_SCREEN.encode(BIG_SCREEN.decode(line).fields) == line


@pytest.mark.parametrize(
    "line", [b"[]", b"1", b'{"screen":"a","number":"b"}', b'{"screen":"a","number":"b","shown":1}', b"[" * 1500]
)
def test_what_is_no_line_of_it_is_dropped(line: bytes) -> None:
    with pytest.raises(BrokenFrame):
        cut_line(line + b"\n")
