"""How a hall and its platform know each other's messages: HMAC-SHA256 over what is said, both ways.

An answer signs the nonce of its question, so that an old one, or another's, is no answer.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

APP: Final = "Hall-App"
TIME: Final = "Hall-Time"
NONCE: Final = "Hall-Nonce"
SIGNATURE: Final = "Hall-Signature"
KEY: Final = "Idempotency-Key"
# How far the platform's clock and ours may be apart.
LEEWAY_S = 300


def of_request(
    secret: bytes, *, method: str, target: str, app: str, time_s: str, nonce: str, key: str, body: bytes
) -> str:
    """`target` is path and query as they are sent, `key` the idempotency key or ""."""
    return _signed(secret, method, target, app, time_s, nonce, key, sha256(body).hexdigest())


def of_answer(secret: bytes, *, nonce: str, status: int, body: bytes) -> str:
    return _signed(secret, "answer", nonce, str(status), sha256(body).hexdigest())


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _signed(secret: bytes, *parts: str) -> str:
    return "v1=" + hmac.new(secret, "\n".join(parts).encode(), sha256).hexdigest()
