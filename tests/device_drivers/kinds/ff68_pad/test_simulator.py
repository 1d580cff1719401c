"""Pads send what is pressed until it is acknowledged, and show what the host tells them."""

from __future__ import annotations

import pytest

from device_drivers.errors import BadField, Misuse
from device_drivers.kinds.ff68_pad.codec import FUNC_BEEP, PadFrame, display_frame, encode_pad
from device_drivers.kinds.ff68_pad.simulator import ACK_WITHIN_S, RESENDS, PadBusSpec, SimulatedPads
from device_drivers.simulation.model import Placed

# The key frame of the shared vectors: pad 1, call.
CALL = bytes.fromhex("FF 68 03 03 68 01 01 0C 0E 16")


@pytest.fixture
def pads() -> SimulatedPads:
    places = (Placed(id="pad-1", address=1), Placed(id="pad-5", address=5))
    return SimulatedPads(PadBusSpec(id="pads", kind="ff68-pad", pads=places), lambda *_: None)


def first(pads: SimulatedPads) -> dict[str, object]:
    shown: dict[str, object] = pads.state()["pads"][0]
    return shown


def test_a_key_becomes_its_frame_and_the_echo_settles_it(pads: SimulatedPads) -> None:
    assert pads.press("pad-1", "call", None, 1.0) == CALL
    assert pads.take_output() == CALL
    assert first(pads)["pending"] == 1
    pads.receive(CALL, 1.1)
    assert (first(pads)["pending"], first(pads)["acks"]) == (0, 1)
    assert pads.due_s() is None


def test_without_an_echo_it_is_sent_four_times_in_all(pads: SimulatedPads) -> None:
    pads.press("pad-1", "call", None, 0.0)
    sent, now_s = pads.take_output(), 0.0
    while (due_s := pads.due_s()) is not None:
        now_s = due_s
        assert not pads.tick(now_s - 0.01)
        assert pads.tick(now_s)
        sent += pads.take_output()
    assert sent == CALL * (1 + RESENDS)
    assert now_s == pytest.approx(ACK_WITHIN_S * (1 + RESENDS))
    assert (first(pads)["resends"], first(pads)["unacknowledged"], first(pads)["pending"]) == (RESENDS, 1, 0)


def test_on_a_line_that_loses_nothing_it_is_sent_once() -> None:
    places = (Placed(id="pad-1", address=1),)
    pads = SimulatedPads(PadBusSpec(id="pads", kind="ff68-pad", pads=places, resends=0), lambda *_: None)
    pads.press("pad-1", "call", None, 0.0)
    assert pads.tick(ACK_WITHIN_S)
    assert pads.take_output() == CALL
    assert (first(pads)["resends"], first(pads)["unacknowledged"], pads.due_s()) == (0, 1, None)


def test_the_next_press_waits_for_the_first(pads: SimulatedPads) -> None:
    pads.press("pad-1", "call", None, 0.0)
    second = pads.press("pad-1", "recall", None, 0.1)
    assert pads.take_output() == CALL
    pads.receive(CALL, 0.2)
    assert pads.take_output() == second


def test_presses_that_wait_are_bounded(pads: SimulatedPads) -> None:
    for _ in range(9):
        pads.press("pad-1", "call", None, 0.0)
    with pytest.raises(Misuse, match="8 presses wait already"):
        pads.press("pad-1", "call", None, 0.0)


@pytest.mark.parametrize(
    ("key", "digits", "data"),
    [
        ("confirm", "023", "00 02 03 0F"),
        ("give_up", None, "06 0F"),
        ("miss", None, "06 0F"),
        ("hold", None, "00 0F"),
        ("resume", None, "03 0F"),
        ("transfer", "2", "02 13"),
    ],
)
def test_digits_go_before_the_key(pads: SimulatedPads, key: str, digits: str | None, data: str) -> None:
    assert pads.press("pad-1", key, digits, 0.0)[7:-2] == bytes.fromhex(data)


@pytest.mark.parametrize(
    ("pad", "key", "digits", "message"),
    [
        ("pad-9", "call", None, "pad: no 'pad-9' on this line; there are pad-1, pad-5"),
        ("pad-1", "sing", None, "key: no key 'sing'; there are evaluate, call"),
        ("pad-1", "call", "1x", "digits: expected a few digits"),
        ("pad-1", "call", "１", "digits: expected a few digits"),
        ("pad-1", "call", "1" * 80, "digits: expected a few digits"),
        ("pad-1", "hold", "5", "takes no digits before it"),
        ("pad-1", "rate", "4", "a rating is one digit 0..3"),
    ],
)
def test_what_cannot_be_pressed_is_said(
    pads: SimulatedPads, pad: str, key: str, digits: str | None, message: str
) -> None:
    with pytest.raises(BadField, match=message):
        pads.press(pad, key, digits, 0.0)
    assert pads.take_output() == b""


def test_a_rating_is_acknowledged_by_the_hosts_own_function(pads: SimulatedPads) -> None:
    evaluate = encode_pad(PadFrame(5, 1, b"\x0b"))
    pads.receive(evaluate, 0.0)
    assert pads.state()["pads"][1]["evaluating"] is True
    rating = pads.press("pad-5", "rate", "0", 1.0)
    assert rating == bytes.fromhex("FF 68 03 03 68 05 11 00 16 16")
    pads.receive(encode_pad(PadFrame(5, 1, b"\x00")), 1.1)
    shown = pads.state()["pads"][1]
    assert (shown["acks"], shown["evaluating"]) == (1, False)


def test_display_and_beep(pads: SimulatedPads) -> None:
    # The display frame of the shared vectors: ticket 023, count blank.
    pads.receive(bytes.fromhex("FF 68 08 08 68 01 02 0A 0A 0A 00 02 03 26 16"), 1.0)
    assert (first(pads)["display"], first(pads)["waiting"], first(pads)["ticket"]) == ("   023", None, "023")
    pads.receive(encode_pad(display_frame(1, 12, "007")), 2.0)
    assert (first(pads)["display"], first(pads)["waiting"], first(pads)["ticket"]) == ("012007", 12, "007")
    pads.receive(encode_pad(PadFrame(5, FUNC_BEEP)), 3.0)
    assert (pads.state()["pads"][1]["beeps"], pads.state()["pads"][1]["beeped_s"]) == (1, 3.0)


def test_noise_between_frames_is_counted_and_survived(pads: SimulatedPads) -> None:
    spoiled = bytes.fromhex("FF 68 08 08 68 01 02 0A 0A 0A 00 02 04 26 16")
    pads.receive(b"\x00\x01" + spoiled + encode_pad(display_frame(1, None, "8")), 0.0)
    assert first(pads)["ticket"] == "8"
    counters = pads.state()["counters"]
    assert counters["bad_frames"] >= 1
    assert counters["skipped_bytes"] == 2 + len(spoiled)


def test_half_a_frame_is_given_up(pads: SimulatedPads) -> None:
    pads.receive(CALL[:6], 0.0)
    assert pads.tick(1.0)
    pads.receive(encode_pad(display_frame(1, None, "8")), 1.0)
    assert first(pads)["ticket"] == "8"


def test_power_off_forgets(pads: SimulatedPads) -> None:
    pads.receive(encode_pad(display_frame(1, 3, "8")), 0.0)
    pads.press("pad-1", "call", None, 0.0)
    pads.power_off()
    assert (first(pads)["display"], first(pads)["pending"]) == (" " * 6, 0)
    assert pads.take_output() == b""
