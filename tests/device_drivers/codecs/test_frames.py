"""Published and hand-made frames of strips and pads, each read whole, byte by byte and with bytes left over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import BadFrame
from device_drivers.kinds.aabb_strip.codec import decode_strip
from device_drivers.kinds.ff68_pad.codec import decode_pad
from device_drivers.registry import PROTOCOLS

OURS = ("aabb_strip", "aabb_strip_sumff", "keypad_ff68")
STREAMS = {
    "aabb_strip": decode_strip,
    "aabb_strip_sumff": lambda buffer: decode_strip(buffer, sum_with_end=True),
    "keypad_ff68": decode_pad,
}
OWN = json.loads((Path(__file__).parent / "frames.json").read_text())["vectors"]


@pytest.fixture(params=OWN, ids=lambda vector: vector["id"])
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


def check(vector: dict[str, Any]) -> None:
    codec, data = PROTOCOLS[vector["protocol"]], bytes.fromhex(vector["hex"])
    if vector.get("input"):
        assert codec.encode(vector["input"]) == data
    decoded = codec.decode(data)
    assert decoded.used == len(data)
    assert vector.get("expect", {}).items() <= decoded.fields.items()
    assert codec.encode(decoded.fields) == data
    left_over = codec.decode(data + b"\xaa\xff\x68")
    assert (left_over.fields, left_over.used) == (decoded.fields, len(data))
    for end in range(len(data)):
        with pytest.raises(BadFrame):
            codec.decode(data[:end])


def test_own_frames(vector: dict[str, Any]) -> None:
    check(vector)


def test_own_frames_byte_by_byte(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["hex"])
    stream: FrameStream[Any] = FrameStream(STREAMS[vector["protocol"]], 1000)
    found = [frame for byte in data + data for frame in stream.feed(bytes([byte]))]
    assert found == [STREAMS[vector["protocol"]](data)[0]] * 2
    assert stream.skipped == 0


def given_vectors(shared: Path) -> Iterator[dict[str, Any]]:
    for vector in json.loads((shared / "vectors" / "given.json").read_text())["vectors"]:
        if vector["protocol"] in OURS:
            yield vector


def test_published_frames(shared: Path) -> None:
    vectors = list(given_vectors(shared))
    for vector in vectors:
        check(vector)
    assert {vector["protocol"] for vector in vectors} == set(OURS)


def test_every_protocol_is_listed_under_its_own_name() -> None:
    assert {name: codec.name for name, codec in PROTOCOLS.items()} == {name: name for name in PROTOCOLS}
    assert set(PROTOCOLS) == {*OURS, "escpos", "escpos_status"}
