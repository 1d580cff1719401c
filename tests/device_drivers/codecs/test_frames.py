"""Published and hand-made frames of strips and pads, each read whole, byte by byte and with bytes left over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.codecs.codec import Codec, Example, FrameStream
from device_drivers.errors import BadFrame
from device_drivers.registry import PROTOCOLS
from tests.conftest import published_vectors

# Formats whose frames can be found in noise: every kind of device but printers.
OURS = {name: codec for name, codec in PROTOCOLS.items() if codec.cut is not None}
EXAMPLES = [(name, example) for name, codec in PROTOCOLS.items() for example in codec.examples]
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
    byte_by_byte(PROTOCOLS[vector["protocol"]], data)


def byte_by_byte(codec: Codec, data: bytes) -> None:
    assert codec.cut is not None
    stream: FrameStream[Any] = FrameStream(codec.cut, codec.longest)
    found = [frame for byte in data + data for frame in stream.feed(bytes([byte]))]
    whole = codec.cut(data)
    assert whole is not None
    assert found == [whole[0]] * 2
    assert stream.skipped == 0


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda value: getattr(value, "hex", value))
def test_published_examples_of_every_kind(name: str, example: Example) -> None:
    codec, data = PROTOCOLS[name], bytes.fromhex(example.hex)
    if example.fields:
        assert codec.encode(example.fields) == data
    decoded = codec.decode(data)
    assert decoded.used == len(data)
    assert (example.expect or example.fields).items() <= decoded.fields.items()
    if codec.cut is not None:
        check({"protocol": name, "hex": example.hex, "input": example.fields, "expect": example.expect})
        byte_by_byte(codec, data)


def test_every_format_has_an_example() -> None:
    assert [name for name, codec in PROTOCOLS.items() if not codec.examples] == []


def test_published_frames(shared: Path) -> None:
    vectors = [vector for vector in published_vectors() if vector["protocol"] in OURS]
    for vector in vectors:
        check(vector)
    assert {vector["protocol"] for vector in vectors} <= set(OURS)
    assert vectors


def test_every_protocol_is_listed_under_its_own_name() -> None:
    assert {name: codec.name for name, codec in PROTOCOLS.items()} == {name: name for name in PROTOCOLS}
