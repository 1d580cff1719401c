"""What numbers of people's documents prove of themselves: GB 11643 and ICAO 9303. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

# GB 11643: 17 digits weigh in, the last character checks them by ISO 7064 MOD 11-2.
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_NUMBER = re.compile("[0-9]{17}[0-9X]")


def check_character(seventeen: str) -> str:
    """The last character of a citizen number of which the first 17 digits are given."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def valid_number(number: str) -> bool:
    """Whether it is a citizen number: 18 characters, a date of birth, the check character right."""
    if not _NUMBER.fullmatch(number) or not iso_date(number[6:14]):
        return False
    return check_character(number[:17]) == number[17]


def sex_of(number: str) -> str:
    """M or F, of a valid number."""
    return "M" if int(number[16]) % 2 else "F"


def iso_date(digits: str) -> str:
    """19491231 as 1949-12-31, "" for what is no date."""
    if not (len(digits) == 8 and digits.isascii() and digits.isdigit()):
        return ""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return ""
