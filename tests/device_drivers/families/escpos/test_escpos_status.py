"""What an answer byte says, for each request, and that a wrong byte says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from device_drivers.errors import BadField, BadFrame
from device_drivers.families.escpos.status import (
    BUFFERED_FLAGS,
    REAL_TIME_FLAGS,
    decode_buffered,
    decode_real_time,
    encode_buffered,
    encode_real_time,
    is_buffered_answer,
    is_real_time_answer,
)
from device_drivers.registry import PROTOCOLS
from tests.conftest import published_vectors

STATUS = PROTOCOLS["escpos-printer-status"]


def test_published_answers(shared: Path) -> None:
    ours = [vector for vector in published_vectors() if vector["protocol"] == "escpos-printer-status"]
    assert len(ours) >= 2
    for vector in ours:
        alone = STATUS.decode(bytes.fromhex(vector["hex"]))
        assert alone.used == 1
        assert vector["expect"].items() <= alone.fields.items()
        behind = STATUS.decode(bytes.fromhex(vector["input"]["request"] + vector["hex"]))
        assert behind.used == 4
        assert vector["expect"].items() <= behind.fields.items()
        assert STATUS.encode(vector["input"]) == bytes.fromhex(vector["hex"])


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ("10 04 01 12", {"valid": True, "online": True, "drawer_pin_high": False, "offline": False}),
        ("10 04 01 1A", {"valid": True, "online": False, "offline": True}),
        ("10 04 01 72", {"online": True, "waiting_recovery": True, "feed_button": True}),
        ("10 04 02 16", {"cover_open": True, "fed_by_button": False, "stopped_for_paper": False, "error": False}),
        ("10 04 02 32", {"cover_open": False, "stopped_for_paper": True}),
        ("10 04 02 52", {"error": True}),
        ("10 04 03 1A", {"mechanical": False, "cutter": True}),
        ("10 04 03 72", {"unrecoverable": True, "auto_recoverable": True}),
        ("10 04 04 12", {"near_end": False, "out": False}),
        ("10 04 04 1E", {"near_end": True, "out": False}),
        ("10 04 04 72", {"near_end": False, "out": True}),
        ("10 04 04 7E", {"near_end": True, "out": True}),
        ("10 04 04 00", {"valid": False, "near_end": None, "out": None}),
        ("10 04 01 FF", {"valid": False, "online": None}),
        ("1D 72 01 00", {"valid": True, "near_end": False, "out": False}),
        ("1D 72 01 03", {"near_end": True, "out": False}),
        ("1D 72 01 0C", {"near_end": False, "out": True}),
        ("1D 72 01 12", {"valid": False, "out": None}),
        ("72", {"valid": True, "out": True, "near_end": False, "n4": {"near_end": False, "out": True}}),
        ("0C", {"valid": True, "near_end": False, "out": True}),
        ("03", {"valid": True, "near_end": True, "out": False}),
        ("00", {"valid": False, "online": None, "out": None, "near_end": None}),
        ("FF", {"valid": False, "online": None, "out": None, "near_end": None}),
    ],
)
def test_answers(data: str, fields: dict[str, object]) -> None:
    decoded = STATUS.decode(bytes.fromhex(data))
    assert fields.items() <= decoded.fields.items()


def test_a_byte_too_many_is_told() -> None:
    decoded = STATUS.decode(b"\x16\x12")
    assert (decoded.used, len(decoded.warnings)) == (1, 1)


@pytest.mark.parametrize("data", [b"", b"\x10\x04\x01"])
def test_no_answer_is_no_frame(data: bytes) -> None:
    with pytest.raises(BadFrame):
        STATUS.decode(data)


def test_no_byte_answers_both_kinds_of_request() -> None:
    for byte in range(256):
        assert not (is_real_time_answer(byte) and is_buffered_answer(byte))
        assert (decode_buffered(byte) is not None) == is_buffered_answer(byte)
        for n in REAL_TIME_FLAGS:
            assert (decode_real_time(n, byte) is not None) == is_real_time_answer(byte)
    for byte in (0x00, 0xFF, 0x11, 0x13):
        assert not is_real_time_answer(byte)


@pytest.mark.parametrize("byte", [0x16, 0x1A, 0x32, 0x52])
def test_one_bit_of_a_pair_is_no_report_of_a_sensor(byte: int) -> None:
    assert decode_real_time(4, byte) == {"near_end": False, "out": False}


def test_what_a_printer_encodes_a_host_decodes() -> None:
    for n, table in REAL_TIME_FLAGS.items():
        for name in table:
            answer = decode_real_time(n, encode_real_time(n, {name: True}))
            assert answer is not None
            assert {key for key, value in answer.items() if value} - {"online"} == {name}
    for name in BUFFERED_FLAGS:
        answer = decode_buffered(encode_buffered({name: True}))
        assert answer is not None
        assert {key for key, value in answer.items() if value} == {name}


def test_answers_from_fields() -> None:
    assert STATUS.encode({"request": "10 04 01", "online": False}) == b"\x1a"
    assert STATUS.encode({"request": "10 04 01", "online": True}) == b"\x12"
    assert STATUS.encode({"request": "10 04 04", "near_end": True, "out": True}) == b"\x7e"
    assert STATUS.encode({"request": "1D 72 01", "out": True}) == b"\x0c"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "request"),
        ({"request": "10 04 09"}, "request"),
        ({"request": "10 04 04", "cover_open": True}, "cover_open"),
        ({"request": "10 04 04", "out": 1}, "out"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, object], named: str) -> None:
    with pytest.raises(BadField, match=f"^{named}: "):
        STATUS.encode(fields)


def test_a_request_that_does_not_exist() -> None:
    with pytest.raises(BadField, match="DLE EOT 5"):
        encode_real_time(5, {})
