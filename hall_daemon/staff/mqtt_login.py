"""A broker's account as a line of mosquitto's password_file. Pure: salt comes from outside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection

SALT_BYTES = 12
# mosquitto tries every connected client's anew when it reads its files again, one after the other. A credential of ours
# holds 256 bits of chance and needs no slow hash; a password that somebody chose does.
CREDENTIAL_ROUNDS = 101
PASSWORD_ROUNDS = 1000


def login_line(user: str, password: str, salt: bytes, rounds: int = CREDENTIAL_ROUNDS) -> str:
    """`user:$7$rounds$salt$PBKDF2-HMAC-SHA512`, as mosquitto 2 keeps it."""
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 64)
    return f"{user}:$7${rounds}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def free_user(machine: str, kept: Collection[str]) -> str:
    """The user name for a new credential. A broker knows one password for a name, and while a credential is changed
    two are good: each has a name of its own, `NAME` and `NAME.b` in turn. `kept`: the lines that stay."""
    return f"{machine}.b" if any(line.startswith(f"{machine}:") for line in kept) else machine
