"""What people prove themselves with: a password (argon2id), and the codes of a second factor (TOTP, RFC 6238)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

# The codes of the half minute and of the one before and after it are good: clocks differ.
_STEPS_BESIDE = 1
_STEP_MS = 30_000
TOKEN_BYTES = 32
ISSUER = "service-hall"


def hashed(token: str) -> str:
    """What is kept of a token of ours: it holds 256 bits of chance, which nobody guesses, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


class Passwords:
    """argon2id at a cost of `passes` over `memory_mib`. Slow on purpose: never on a loop."""

    def __init__(self, passes: int, memory_mib: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_mib * 1024, parallelism=1)
        # Whoever is unknown costs as much time as whoever is known: chance in the shape of a hash, of no password.
        salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
        self._nobodys = f"$argon2id$v=19$m={memory_mib * 1024},t={passes},p=1${salt}${digest}"

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def fits(self, stored: str, password: str) -> bool:
        """Whether `password` is the one whose hash is `stored`; with "" it takes as long and is not."""
        try:
            self._hasher.verify(stored or self._nobodys, password)
        except (Argon2Error, InvalidHashError):
            return False
        return bool(stored)

    def at_this_cost(self, stored: str, password: str) -> str:
        """A new hash of a password that fits `stored`, or "" when that one cost what passwords cost now."""
        return self.hash(password) if self._hasher.check_needs_rehash(stored) else ""


def second_factor(number: str) -> tuple[str, str]:
    """A new secret, and the address that an authenticator takes it from."""
    secret = pyotp.random_base32()
    return secret, pyotp.TOTP(secret).provisioning_uri(name=number, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: int) -> int:
    """The half minute since 1970 whose code this is, 0 for none near `now` (wall ms); also for what is no secret."""
    middle, said = now // _STEP_MS, code.encode()
    near = range(middle - _STEPS_BESIDE, middle + _STEPS_BESIDE + 1)
    try:
        made = pyotp.TOTP(secret)
        return next((step for step in near if hmac.compare_digest(made.generate_otp(step).encode(), said)), 0)
    except ValueError:  # binascii's is one
        return 0
