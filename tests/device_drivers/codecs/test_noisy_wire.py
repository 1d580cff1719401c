"""Properties of strip and pad frames on a bad wire: nothing but BrokenFrame, no frame with a wrong sum."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.codecs.text import encode_text
from device_drivers.kinds.aabb_strip import codec as aabb_strip
from device_drivers.kinds.aabb_strip.codec import SHOW, STORE, TEXT_LIMIT, StripFrame, decode_strip, encode_strip
from device_drivers.kinds.ff68_pad import codec as keypad_ff68
from device_drivers.kinds.ff68_pad.codec import DATA_LIMIT, PadFrame, decode_pad, encode_pad
from tests.mutations import mutate

byte = st.integers(0, 255)
gbk_text = st.text(max_size=12).map(lambda text: encode_text(text, "gbk").data)


@st.composite
def strip_frames(draw: st.DrawFn) -> StripFrame:
    cmd = draw(st.sampled_from([SHOW, STORE]))
    return StripFrame(
        addr=draw(byte),
        text=draw(gbk_text),
        play=draw(byte),
        speed=draw(byte),
        stay=draw(byte),
        color=draw(byte),
        valid=draw(byte) if cmd == SHOW else None,
        cmd=cmd,
    )


pad_frames = st.builds(PadFrame, byte, byte, st.binary(max_size=DATA_LIMIT))


@given(strip_frames(), st.booleans(), st.binary(max_size=5))
def test_a_strip_frame_comes_back(frame: StripFrame, variant: bool, rest: bytes) -> None:
    data = encode_strip(frame, sum_with_end=variant)
    assert decode_strip(data + rest, sum_with_end=variant) == (frame, len(data))
    with pytest.raises(BrokenFrame):
        decode_strip(data, sum_with_end=not variant)


@given(pad_frames, st.binary(max_size=5))
def test_a_pad_frame_comes_back(frame: PadFrame, rest: bytes) -> None:
    data = encode_pad(frame)
    assert decode_pad(data + rest) == (frame, len(data))


def _strip_sum_is_right(frame: StripFrame, used: bytes) -> bool:
    return used[5] == sum(used[6:-1]) & 0xFF and used == encode_strip(frame)


def _pad_sum_is_right(frame: PadFrame, used: bytes) -> bool:
    return used[-2] == sum(used[5:-2]) & 0xFF and used == encode_pad(frame)


class Wire(NamedTuple):
    encode: Callable[..., bytes]
    decode: Callable[..., Any]
    longest: int
    sum_is_right: Callable[..., bool]


WIRES = {
    "strip": Wire(encode_strip, decode_strip, aabb_strip.LONGEST, _strip_sum_is_right),
    "pad": Wire(encode_pad, decode_pad, keypad_ff68.LONGEST, _pad_sum_is_right),
}


def random_frame(wire: str, rng: random.Random) -> StripFrame | PadFrame:
    if wire == "pad":
        return PadFrame(rng.randrange(256), rng.randrange(256), rng.randbytes(rng.randrange(7)))
    text = rng.choice(["请A023号到3号窗口", "暂停服务", "华Z[", ""]).encode("gbk")
    return StripFrame(
        addr=rng.randrange(256),
        text=text,
        **dict(zip(("play", "speed", "stay", "color", "valid"), rng.randbytes(5), strict=True)),
    )


@pytest.mark.parametrize("name", WIRES)
def test_mutated_frames_never_yield_a_wrong_sum(name: str, dice: random.Random) -> None:
    wire, rng = WIRES[name], dice
    skips: list[tuple[int, int]] = []
    for _ in range(20_000):
        data = mutate(wire.encode(random_frame(name, rng)), rng)
        try:
            found = wire.decode(data)
        except BrokenFrame as broken:
            skips.append((broken.skip, len(data)))
            continue
        if found is not None:
            frame, used = found
            assert wire.sum_is_right(frame, data[:used])
    assert all(1 <= skip <= size for skip, size in skips)
    assert len(skips) > 1000


@pytest.mark.parametrize("name", WIRES)
def test_a_good_frame_is_found_behind_any_garbage(name: str, dice: random.Random) -> None:
    """The stream keeps at most one frame's worth and finds its feet within it."""
    wire, rng = WIRES[name], dice
    for _ in range(300):
        stream: FrameStream[Any] = FrameStream(wire.decode, wire.longest)
        noise = b"".join(mutate(wire.encode(random_frame(name, rng)), rng) for _ in range(rng.randrange(6)))
        for byte_ in noise:
            stream.feed(bytes([byte_]))
            assert stream.pending < wire.longest
        # Enough good frames to fill the longest frame that the noise may have promised.
        good = random_frame(name, rng)
        repeats = wire.longest // len(wire.encode(good)) + 2
        assert good in stream.feed(wire.encode(good) * repeats) + stream.give_up()


@given(st.lists(st.one_of(pad_frames.map(encode_pad), st.binary(max_size=12)), max_size=8), st.data())
@settings(max_examples=200)
def test_how_the_wire_cuts_the_bytes_does_not_matter(parts: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(parts)
    whole: FrameStream[PadFrame] = FrameStream(decode_pad, keypad_ff68.LONGEST)
    cut: FrameStream[PadFrame] = FrameStream(decode_pad, keypad_ff68.LONGEST)
    expected = whole.feed(wire) + whole.give_up()
    places = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=5)))
    found: list[PadFrame] = []
    for start, end in zip([0, *places], [*places, len(wire)], strict=True):
        found += cut.feed(wire[start:end])
    assert found + cut.give_up() == expected


@given(st.text())
def test_no_text_can_end_a_frame_or_steer_a_board(text: str) -> None:
    data = encode_text(text, "gbk").data
    assert 0xFF not in data
    assert not any(value < 0x20 for value in data)


def test_an_endless_text_is_given_up() -> None:
    with pytest.raises(BrokenFrame, match="no FF within"):
        decode_strip(encode_strip(StripFrame(addr=1, text=b"A"))[:-1] + b"A" * TEXT_LIMIT)


def test_a_decoder_that_never_makes_up_its_mind_fills_no_memory() -> None:
    stream: FrameStream[bytes] = FrameStream(lambda _buffer: None, longest=8)
    for _ in range(100):
        assert stream.feed(b"1234567") == []
        assert stream.pending < 8
    assert stream.skipped == 700 - stream.pending
