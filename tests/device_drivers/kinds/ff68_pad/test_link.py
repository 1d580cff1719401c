"""The pad line by the clock: presses once, echoes and repeats dropped, newest display, digits before a key."""

from __future__ import annotations

import math
import random

import pytest

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import Misuse
from device_drivers.events import KeyPressed, Rated
from device_drivers.kinds.ff68_pad.codec import (
    FUNC_BEEP,
    LONGEST,
    PadFrame,
    decode_pad,
    display_frame,
    encode_pad,
)
from device_drivers.kinds.ff68_pad.link import ACK_LIMIT, BROKEN_OFF_S, CONFIRM_S, TYPED_S, PadLink, PadPlace

CALL = encode_pad(PadFrame(1, 1, b"\x0c"))


def pads(count: int = 2, **options: float) -> PadLink:
    return PadLink([PadPlace(f"pad-{n}", n) for n in range(1, count + 1)], **options)


def key(*data: int, addr: int = 1, func: int = 1) -> bytes:
    return encode_pad(PadFrame(addr, func, bytes(data)))


def said(link: PadLink, now: float, seconds: float = 1.0) -> list[PadFrame]:
    """What the link sends within `seconds` on a line that takes everything."""
    frames, end = [], now + seconds
    while now <= end:
        link.tick(now)
        if output := link.take_output():
            link.written(now)
            found = decode_pad(output)
            assert found is not None
            frames.append(found[0])
            continue
        now += max(min(link.due_s(now), end - now), 0.001)
    return frames


def test_a_press_is_handed_on_and_echoed() -> None:
    link = pads()
    assert link.receive(CALL, 1.0) == [KeyPressed("pad-1", "call")]
    assert link.due_s(1.0) == 0
    link.tick(1.0)
    assert link.take_output() == CALL


@pytest.mark.parametrize(
    ("data", "press"),
    [
        ((0x0B,), KeyPressed("pad-1", "evaluate")),
        ((0x0D,), KeyPressed("pad-1", "recall")),
        ((0x0E,), KeyPressed("pad-1", "cancel")),
        ((0x0F,), KeyPressed("pad-1", "confirm")),
        ((0x12,), KeyPressed("pad-1", "pause")),
        ((0x13,), KeyPressed("pad-1", "transfer")),
        ((6, 0x0F), KeyPressed("pad-1", "miss")),
        ((0, 0x0F), KeyPressed("pad-1", "hold")),
        ((3, 0x0F), KeyPressed("pad-1", "resume")),
        ((4, 0x0F), KeyPressed("pad-1", "confirm", 4)),
        ((0, 2, 3, 0x0C), KeyPressed("pad-1", "call", 23)),
    ],
)
def test_every_key(data: tuple[int, ...], press: KeyPressed) -> None:
    assert pads().receive(key(*data), 0.0) == [press]
    typed = pads()
    for at, digit in enumerate(data[:-1]):
        assert typed.receive(key(digit), at * 1.0) == []
    assert typed.receive(key(data[-1]), len(data) * 1.0) == [press]


def test_the_one_metre_key_is_acknowledged_and_means_nothing() -> None:
    link = pads()
    assert link.receive(key(0x11), 0.0) == []
    assert said(link, 0.0) == [PadFrame(1, 1, b"\x11")]


def test_digits_are_forgotten_after_a_while_and_after_a_key() -> None:
    link = pads()
    link.receive(key(5), 0.0)
    assert link.receive(CALL, TYPED_S + 1) == [KeyPressed("pad-1", "call")]
    link.receive(key(5), 20.0)
    assert link.receive(CALL, 21.0) == [KeyPressed("pad-1", "call", 5)]
    assert link.receive(CALL, 22.0) == [KeyPressed("pad-1", "call")]


def test_digits_of_two_pads_do_not_mix_and_are_bounded() -> None:
    link = pads()
    for at in range(20):
        link.receive(key(at % 10), at * 0.5)
    link.receive(key(7, addr=2), 10.0)
    assert link.receive(CALL, 10.1) == [KeyPressed("pad-1", "call", 456789)]
    assert link.receive(key(0x0C, addr=2), 10.2) == [KeyPressed("pad-2", "call", 7)]


def test_a_rating_is_answered_with_func_01_and_handed_on_with_its_value() -> None:
    link = pads()
    assert link.receive(key(3, func=0x11, addr=2), 0.0) == [Rated("pad-2", 3)]
    assert said(link, 0.0) == [PadFrame(2, 1, b"\x03")]
    assert link.receive(key(9, func=0x11), 1.0) == []
    assert said(link, 1.0) == []


def test_a_pad_that_repeats_itself_is_answered_again_and_heard_once() -> None:
    link = pads(half_duplex=False)
    presses, acks = [], []
    for step in range(10):
        presses += link.receive(CALL, step * 0.15)
        acks += said(link, step * 0.15, 0.1)
    assert presses == [KeyPressed("pad-1", "call")]
    assert len(acks) == 10
    assert link.receive(CALL, 5.0) == [KeyPressed("pad-1", "call")]


def test_the_echo_of_an_acknowledgement_is_not_a_press() -> None:
    link = pads(dedupe_s=0.0)
    assert link.receive(CALL, 0.0) == [KeyPressed("pad-1", "call")]
    link.tick(0.0)
    echo = link.take_output()
    link.written(0.0)
    assert link.receive(echo, 0.02) == []
    assert link.counters["echoes"] == 1
    assert link.receive(CALL, 0.03) == [KeyPressed("pad-1", "call")]


def test_the_echo_of_a_display_types_no_digits() -> None:
    link = pads()
    link.display("pad-1", 5, "023")
    link.tick(0.0)
    echo = link.take_output()
    link.written(0.0)
    assert link.receive(echo, 0.01) == []
    assert link.receive(echo, 9.0) == []  # late, so it is a stray frame and not an echo
    assert link.receive(CALL, 9.1) == [KeyPressed("pad-1", "call")]
    assert (link.counters["echoes"], link.counters["unused_frames"]) == (1, 1)


def test_an_echo_that_never_came_excuses_no_later_press() -> None:
    link = pads()
    link.receive(CALL, 0.0)
    assert said(link, 0.0) == [PadFrame(1, 1, b"\x0c")]
    assert link.receive(CALL, 2.0) == [KeyPressed("pad-1", "call")]


def test_strangers_are_counted_and_not_answered() -> None:
    link = pads()
    assert link.receive(key(0x0C, addr=9), 0.0) == []
    assert link.receive(key(0x77), 0.0) == []
    assert said(link, 0.0) == []
    assert (link.counters["unknown_pads"], link.counters["unused_frames"]) == (1, 1)


def test_a_bad_sum_presses_nothing_and_the_next_frame_is_heard() -> None:
    link = pads()
    broken = CALL[:-2] + b"\x0f\x16"
    assert link.receive(broken + CALL, 0.0) == []
    assert link.receive(CALL, 0.3) == [KeyPressed("pad-1", "call")]
    assert link.counters["bytes_skipped"] == len(broken)


def test_a_press_soon_after_garbage_counts_when_it_comes_again() -> None:
    """The pad gets no answer to the first, so it repeats it; one that does not is pressed again."""
    link, garbage = pads(half_duplex=False), encode_pad(PadFrame(1, 1, b"\x0c"))[:-1] + b"\x17"
    assert link.receive(garbage, 0.0) == []
    assert link.receive(CALL, 1.0) == []
    assert said(link, 1.0, 0.2) == []
    assert link.receive(CALL, 1.3) == [KeyPressed("pad-1", "call")]
    assert said(link, 1.3, 0.2) == [PadFrame(1, 1, b"\x0c")]
    assert link.receive(CALL, 1.6) == []  # it did not hear the answer: a repetition, answered again
    assert said(link, 1.6, 0.2) == [PadFrame(1, 1, b"\x0c")]
    assert link.receive(garbage + key(0x0D), 3.0) == link.receive(key(0x0D), 3.1 + CONFIRM_S) == []
    assert link.receive(garbage + key(0x12, addr=2), 7.0) == link.receive(key(0x12), 7.1) == []
    assert link.counters["doubted"] == 5
    assert link.receive(key(0x12), 20.0) == [KeyPressed("pad-1", "pause")]  # long quiet: once is enough


def test_stray_bytes_of_an_adapter_are_no_noise() -> None:
    link = pads()
    for at in range(20):
        link.receive(b"\x00", at * 1.0)
        assert link.receive(CALL, at + 0.1) == [KeyPressed("pad-1", "call")]
        said(link, at + 0.1, 0.5)


def test_a_frame_unlike_all_others_of_the_line_counts_when_it_comes_again() -> None:
    link = pads(half_duplex=False)
    assert link.receive(key(0x0C, func=5), 0.0) == [KeyPressed("pad-1", "call")]
    assert link.receive(key(0x0C, func=7, addr=2), 1.0) == []
    assert link.receive(key(0x0C, func=5, addr=2), 2.0) == [KeyPressed("pad-2", "call")]
    assert link.receive(key(0x0D, func=7), 3.0) == []
    assert link.receive(key(0x0D, func=7), 3.3) == [KeyPressed("pad-1", "recall")]
    assert link.receive(key(0x0D, func=7, addr=2), 4.0) == [KeyPressed("pad-2", "recall")]
    assert link.receive(key(3, func=0x11), 5.0) == [Rated("pad-1", 3)]


def test_half_a_frame_does_not_swallow_the_next() -> None:
    link = pads()
    assert link.receive(b"\xff\x68\x20\x20\x68\x01", 0.0) == []
    assert 0 < link.due_s(0.0) <= BROKEN_OFF_S
    assert link.receive(CALL, 1.0) == []
    assert link.receive(CALL, 1.3) == [KeyPressed("pad-1", "call")]


def test_a_frame_behind_a_mangled_length_is_heard_when_the_wire_falls_silent() -> None:
    link = pads()
    assert link.receive(b"\xff\x68\x20\x20\x68" + CALL, 0.0) == []
    assert link.tick(BROKEN_OFF_S) == []
    assert link.receive(CALL, 0.3) == [KeyPressed("pad-1", "call")]


def test_the_newest_display_is_shown_once() -> None:
    link = pads()
    link.display("pad-1", 3, "A021")
    link.display("pad-1", 4, "A022")
    link.display("pad-2", None, None)
    assert said(link, 0.0) == [display_frame(1, 4, "022"), display_frame(2, None, None)]
    link.display("pad-1", 4, "B022")  # letters cannot be shown: the same digits
    assert said(link, 1.0) == []


@pytest.mark.parametrize(
    ("waiting", "ticket", "shown"),
    [
        (5, "A023", "005023"),
        (None, "023", "   023"),
        (5000, None, "999   "),
        (-1, "7", "000  7"),
        (5, "A1023", "  1023"),
        (None, "A12345678", "345678"),
        (None, None, "      "),
        (None, "②", "      "),
    ],
)
def test_what_fits_on_six_digits(waiting: int | None, ticket: str | None, shown: str) -> None:
    link = pads()
    link.display("pad-1", waiting, ticket)
    (frame,) = said(link, 0.0)
    assert "".join(" " if digit == 0x0A else str(digit) for digit in frame.data) == shown


def test_answers_go_before_displays_and_frames_keep_their_distance() -> None:
    link = pads(2, gap_s=0.02, byte_s=10 / 9600)
    link.display("pad-1", 1, "001")
    link.receive(CALL, 0.0)
    link.tick(0.0)
    assert link.take_output() == CALL
    link.written(0.0)
    link.tick(0.0)
    assert link.take_output() == b""
    assert link.due_s(0.0) == pytest.approx(0.02 + len(CALL) * 10 / 9600)


def test_pads_take_turns() -> None:
    link = pads(2, gap_s=0.0)
    link.display("pad-2", 0, "001")
    order = []
    for step in range(4):
        link.display("pad-1", step, "001")
        link.tick(0.0)
        found = decode_pad(link.take_output())
        assert found is not None
        order.append(found[0].addr)
        link.written(0.0)
    assert 2 in order[:2]


def test_a_beep_is_sent_once_and_forgotten_when_the_line_is_down() -> None:
    link = pads()
    link.beep("pad-1")
    link.beep("pad-1")
    assert said(link, 0.0) == [PadFrame(1, FUNC_BEEP)]
    link.beep("pad-2")
    link.lost(1.0)
    assert said(link, 2.0) == []


def test_after_a_loss_displays_are_sent_again_and_answers_are_not() -> None:
    link = pads()
    link.display("pad-1", 1, "001")
    said(link, 0.0)
    link.receive(CALL + b"\xff\x68", 1.0)
    link.lost(1.0)
    assert link.receive(b"\x02\x02\x68\x01\x03\x04\x16", 1.1) == []
    assert said(link, 2.0) == [display_frame(1, 1, "001")]


def test_a_display_is_refreshed_slowly() -> None:
    link = pads(1, refresh_s=30)
    link.display("pad-1", 1, "001")
    assert len(said(link, 0.0, 70.0)) == 3
    quiet = pads(1, refresh_s=0)
    quiet.display("pad-1", 1, "001")
    assert len(said(quiet, 0.0, 70.0)) == 1
    assert quiet.due_s(100.0) == math.inf


def test_answers_that_cannot_be_sent_are_bounded() -> None:
    link = pads(2, dedupe_s=0.0)
    for step in range(100):
        link.receive(key(step % 2 + 0x0C), step * 0.001)
    assert len(said(link, 1.0, 10.0)) == ACK_LIMIT


def test_a_wrong_name() -> None:
    with pytest.raises(Misuse, match="no pad 'pad-9' here, there are pad-1, pad-2"):
        pads().beep("pad-9")


class RepeatingPad:
    """The other end: sends each press until it hears it echoed."""

    def __init__(self, addr: int) -> None:
        self.addr = addr
        self.pressed = 0
        self.waits_for: bytes | None = None
        self._stream: FrameStream[PadFrame] = FrameStream(decode_pad, LONGEST)

    def press(self) -> None:
        if self.waits_for is None:
            self.pressed += 1
            self.waits_for = encode_pad(PadFrame(self.addr, 1 + self.pressed % 2, b"\x0c"))

    def hear(self, data: bytes) -> None:
        if any(encode_pad(frame) == self.waits_for for frame in self._stream.feed(data)):
            self.waits_for = None


def test_presses_over_a_bad_line_each_arrive_once() -> None:
    """Link and pad back to back, a fifth of the frames lost or mangled each way."""
    rng = random.Random(16)
    link, pad = pads(1, dedupe_s=1.0), RepeatingPad(1)
    heard: list[KeyPressed] = []

    def worn(data: bytes) -> bytes:
        match rng.randrange(10):
            case 0:
                return b""
            case 1:
                return bytes(byte ^ (rng.random() < 0.1) for byte in data)
            case _:
                return data

    now = 0.0
    while pad.pressed < 200 or pad.waits_for:
        if pad.pressed < 200:
            pad.press()
        if pad.waits_for:
            heard += link.receive(worn(pad.waits_for), now)
        heard += link.tick(now)
        if output := link.take_output():
            link.written(now)
            pad.hear(worn(output))
        now += 0.3
    assert heard == [KeyPressed("pad-1", "call")] * 200


def test_a_pad_that_hears_no_answer_repeats_one_press() -> None:
    link = pads()
    assert link.receive(CALL, 1.0) == [KeyPressed("pad-1", "call")]
    for resent_s in (1.3, 1.6, 1.9):
        assert link.receive(CALL, resent_s) == []
    assert link.receive(CALL, 2.5) == [KeyPressed("pad-1", "call")]
    assert link.counters["acks"] == 5


def test_the_same_digit_twice_is_two_digits() -> None:
    link = pads()
    assert link.receive(key(1), 1.0) == link.receive(key(1), 1.05) == link.receive(key(1), 1.3) == []
    assert link.receive(key(0x13), 2.0) == [KeyPressed("pad-1", "transfer", 11)]
