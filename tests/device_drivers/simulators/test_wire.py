"""Bytes arrive when a wire would have them there, in order, all of them."""

from __future__ import annotations

from random import Random

import pytest

from device_drivers.simulators.wire import FULL_BYTES, Wire, flip_bits, random_bytes


def test_without_a_pace_bytes_are_there_at_once() -> None:
    wire = Wire(None)
    wire.send(b"abc", 10.0)
    assert wire.arrived(10.0) == b"abc"
    assert wire.due_s() is None


def test_at_9600_baud_a_byte_takes_ten_bits() -> None:
    wire = Wire(9600)
    wire.send(b"x" * 60, 0.0)
    assert wire.arrived(0.001) == b""
    assert len(wire.arrived(10 * 10 / 9600)) == 10
    # 60 bytes take 62.5 ms.
    assert len(wire.arrived(0.0624)) == 49
    assert len(wire.arrived(0.0625)) == 1


def test_a_second_frame_waits_for_the_first() -> None:
    wire = Wire(9600)
    wire.send(b"a" * 96, 0.0)
    wire.send(b"b" * 96, 0.05)
    assert wire.arrived(0.1) == b"a" * 96
    assert wire.arrived(0.2) == b"b" * 96


@pytest.mark.parametrize("baud", [None, 1200, 9600, 115200])
def test_asking_whenever_it_is_due_gives_every_byte_in_order(baud: int | None) -> None:
    wire, dice, now_s = Wire(baud), Random(3), 100.0
    sent, got = b"", b""
    for _ in range(50):
        piece = random_bytes(dice)
        wire.send(piece, now_s, lag_s=dice.choice([0.0, 0.25]))
        sent += piece
        now_s += dice.random() * 0.02
        got += wire.arrived(now_s)
    while (due_s := wire.due_s()) is not None:
        arrived = wire.arrived(due_s)
        assert arrived, "nothing was there when it was due"
        got += arrived
    assert got == sent
    assert not wire.full


def test_a_wire_says_when_it_is_full_and_a_cut_loses_what_is_in_flight() -> None:
    wire = Wire(1200)
    wire.send(bytes(FULL_BYTES), 0.0)
    assert wire.full
    wire.cut()
    assert not wire.full
    wire.send(b"z", 0.0)
    assert wire.arrived(1.0) == b"z"


def test_damage_is_seeded_and_never_nothing() -> None:
    data = bytes(range(40))
    damaged = flip_bits(data, Random(5))
    assert damaged == flip_bits(data, Random(5))
    assert len(damaged) == len(data)
    assert sum((a ^ b).bit_count() for a, b in zip(data, damaged, strict=True)) == 5
    assert flip_bits(b"x", Random(1)) != b"x"
    assert flip_bits(b"", Random(1)) == b""
