"""What a password has to be, and how guessing is made slow without locking anybody out."""

from __future__ import annotations

import pytest

from hall_daemon.staff.attempts import EVERYWHERE, FORGOTTEN, MOST, Attempts
from hall_daemon.staff.passwords import LONGEST, PasswordRules, is_too_old, wait_after, weaknesses

RULES = PasswordRules()
DAY_MS = 86_400_000


@pytest.mark.parametrize(("password", "codes"), [
    ("Aa1-correct", []),
    ("汉字Password1", []),
    ("Aa1", ["too_short"]),
    ("onlysmallletters", ["too_plain"]),
    ("Aa1-1024-again", ["has_number"]),
    ("Aa1" + "x" * 20, ["repeats"]),
    ("Aa1-" + "bcdefghijk" * 20, ["too_long", "repeats"]),
    ("", ["too_short", "too_plain"]),
])
def test_all_that_is_wrong_is_told_at_once(password: str, codes: list[str]) -> None:
    assert [each.code for each in weaknesses(RULES, password, "1024")] == codes


def test_a_wait_doubles_from_the_fifth_failure_and_has_an_end() -> None:
    assert [wait_after(RULES, n) for n in (0, 4, 5, 6, 7, 9, 10, 500)] == [0, 0, 30, 60, 120, 480, 900, 900]


def test_a_password_is_changed_in_time() -> None:
    assert not is_too_old(RULES, 0, 90 * DAY_MS)
    assert is_too_old(RULES, 0, 90 * DAY_MS + 1)
    assert not is_too_old(PasswordRules(days=0), 0, 10_000 * DAY_MS)


def guess(attempts: Attempts, number: str, address: str, tries: int, now: float = 0.0) -> int:
    """How many of the tries were let through."""
    made = 0
    for _ in range(tries):
        if not attempts.wait_s(number, address, now):
            attempts.failed(number, address, now)
            made += 1
    return made


def test_a_guesser_waits_after_five_and_may_go_on_later() -> None:
    attempts = Attempts(RULES)
    assert guess(attempts, "1024", "10.0.0.9", 100) == 5
    assert attempts.wait_s("1024", "10.0.0.9", 0.0) == 30
    assert attempts.wait_s("1024", "10.0.0.9", 30.0) == 0


def test_whoever_sits_at_the_usual_desk_gets_in_while_others_guess() -> None:
    attempts = Attempts(RULES)
    attempts.succeeded("1024", "10.0.0.5")
    for n in range(200):
        guess(attempts, "1024", f"10.9.{n}.1", 5)
    assert attempts.wait_s("1024", "10.0.0.5", 0.0) == 0
    assert attempts.wait_s("1024", "10.0.0.6", 0.0) > 0, "an address that it never came from waits"
    assert attempts.wait_s("1025", "10.0.0.6", 0.0) == 0, "nobody else does"


def test_one_address_that_tries_everybody_waits() -> None:
    attempts = Attempts(RULES)
    let_through = sum(guess(attempts, str(number), "10.0.0.9", 1) for number in range(1000))
    assert let_through == 5 * EVERYWHERE
    assert attempts.wait_s("1024", "10.0.0.5", 0.0) == 0


def test_what_is_remembered_has_an_end() -> None:
    attempts = Attempts(RULES)
    for n in range(MOST + 100):
        attempts.failed(str(n), f"10.{n // 65536}.{n // 256 % 256}.{n % 256}", 0.0)
        attempts.succeeded(str(n), "10.0.0.1")
    assert len(attempts._counts) <= MOST
    assert len(attempts._known) <= MOST


def test_a_right_password_forgives_what_was_mistyped() -> None:
    attempts = Attempts(RULES)
    guess(attempts, "1024", "10.0.0.5", 4)
    attempts.succeeded("1024", "10.0.0.5")
    assert guess(attempts, "1024", "10.0.0.5", 100) == 5


def test_typos_of_a_month_are_no_guessing_and_a_guesser_who_waits_gains_nothing() -> None:
    attempts, hour = Attempts(RULES), FORGOTTEN * RULES.longest_wait_s
    for n in range(100):
        assert guess(attempts, str(n % 3), "10.0.0.5", 1, n * (hour + 1.0)) == 1
    assert attempts.wait_s("1", "10.0.0.5", 100.0 * hour) == 0
    tried = sum(guess(attempts, "1024", "10.0.0.9", 1, float(second)) for second in range(0, 24 * hour, 30))
    assert tried <= 24 * 5
    patient = sum(guess(attempts, "1024", "10.0.0.8", 100, n * (hour + 1.0)) for n in range(24))
    assert patient <= 24 * 5


def test_the_longest_password_is_bounded() -> None:
    assert LONGEST <= 256
