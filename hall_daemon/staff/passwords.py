"""What a password has to be, how long a wrong one makes people wait, and when one is too old.

Source of the defaults: GB/T 22239-2019 8.1.4.1 (hard to copy, changed in time, failures have a limit) as assessments of
level three (等保三级) ask for it: eight characters or more of three kinds, 90 days, five failures.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hall_daemon.domain.value import value

# A hash takes as long as its text is long: what nobody types is refused before it.
LONGEST = 128
_KINDS = tuple(re.compile(pattern) for pattern in (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]"))
_DAY_MS = 24 * 3_600_000


@value(kw_only=True)
class PasswordRules:
    """`kinds` of the four: small and capital letters, digits, others. `history`: how many earlier ones are not taken
    again. `days` it lasts, 0 for ever. After `failures` the next try waits `wait_s`, twice as long after each one more,
    `longest_wait_s` at most."""

    length: int = 10
    kinds: int = 3
    history: int = 5
    days: int = 90
    failures: int = 5
    wait_s: int = 30
    longest_wait_s: int = 900


class Weakness(NamedTuple):
    """Why a password is not taken: a code of the words under `weakness`, and what it is filled with."""

    code: str
    least: int = 0


def weaknesses(rules: PasswordRules, password: str, number: str) -> tuple[Weakness, ...]:
    """All that is wrong with a new password of the account with this work number (工号), at once."""
    found = []
    if len(password) < rules.length:
        found.append(Weakness("too_short", rules.length))
    if len(password) > LONGEST:
        found.append(Weakness("too_long", LONGEST))
    if sum(1 for kind in _KINDS if kind.search(password)) < rules.kinds:
        found.append(Weakness("too_plain", rules.kinds))
    if number and number.lower() in password.lower():
        found.append(Weakness("has_number"))
    if password and len(set(password)) <= len(password) // 3:
        found.append(Weakness("repeats"))
    return tuple(found)


def wait_after(rules: PasswordRules, failures: int) -> int:
    """Seconds that the next try waits after so many wrong ones in a row."""
    over = failures - rules.failures
    if over < 0:
        return 0
    return int(min(rules.wait_s * 2 ** min(over, 20), rules.longest_wait_s))


def is_too_old(rules: PasswordRules, changed_wall: int, now_wall: int) -> bool:
    """Whether a password that was set at `changed_wall` (ms) has to be changed."""
    return rules.days > 0 and now_wall - changed_wall > rules.days * _DAY_MS
