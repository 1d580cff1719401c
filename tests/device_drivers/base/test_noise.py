"""What is noise on a line: garbage at a rate; neither what a press at a wrong baud rate leaves, nor our own echo."""

from __future__ import annotations

from device_drivers.base.noise import Noise, meaningless


def after(noise: Noise, seconds: int, bytes_s: int, begins_s: int = 0) -> bool:
    for now in range(begins_s, begins_s + seconds):
        noise.heard(bytes_s, float(now))
    return noise.since_s(float(begins_s + seconds - 1)) is not None


def test_a_second_of_garbage_is_loud_until_it_was_quiet_for_seconds() -> None:
    noise = Noise()
    assert after(noise, 5, 960)
    assert noise.since_s(5.0) == noise.since_s(7.9) == 4.0
    assert noise.since_s(8.0) is None


def test_a_hundred_megabytes_are_over_as_soon_as_a_kilobyte() -> None:
    noise = Noise()
    assert after(noise, 10, 10_000_000)
    assert noise.since_s(13.0) is None


def test_single_bytes_and_presses_at_a_wrong_baud_rate_are_not() -> None:
    assert not after(Noise(), 3600, 20)


def test_what_we_said_ourselves_may_come_back() -> None:
    noise = Noise()
    for now in range(60):
        noise.wrote(500)
        noise.heard(500, float(now))
    assert noise.since_s(59.0) is None


def test_every_kind_of_link_says_what_meant_nothing_to_it() -> None:
    assert meaningless({"bytes_skipped": 1, "bytes_dropped": 2, "stray_bytes": 4, "frames": 8}) == 7
