"""Rates per address, in a table that does not grow."""

from __future__ import annotations

import pytest

from hall_daemon.web.limits import Rate, RateLimiter, address_of


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_the_rate() -> None:
    clock = Seconds()
    limiter = RateLimiter(Rate(2.0, 3), clock)
    assert [limiter.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.wait_s("b") == 0
    clock.now += 0.5
    assert limiter.wait_s("a") == 0
    assert limiter.wait_s("a") == pytest.approx(0.5)
    clock.now += 1000
    assert [limiter.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_asking_while_refused_does_not_put_it_off() -> None:
    clock = Seconds()
    limiter = RateLimiter(Rate(1.0, 1), clock)
    assert limiter.wait_s("a") == 0
    for _ in range(10):
        assert limiter.wait_s("a") > 0
        clock.now += 0.09
    clock.now += 0.2
    assert limiter.wait_s("a") == 0


def test_the_table_forgets_who_was_away_longest() -> None:
    limiter = RateLimiter(Rate(0.001, 1, 3), Seconds())
    assert limiter.wait_s("a") == 0
    for n in range(2):
        limiter.wait_s(f"x{n}")
    assert limiter.wait_s("a") > 0
    for n in range(1000):
        limiter.wait_s(f"y{n}")
    assert len(limiter) == 3
    assert limiter.wait_s("a") == 0


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1), "::ffff:192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2"),
        (("2001:db8:1:2:ffff::6", 1), "2001:db8:1:2"),
        (None, ""),
    ],
)
def test_an_address_is_a_subscriber(client: tuple[str, int] | None, address: str) -> None:
    assert address_of(client) == address
