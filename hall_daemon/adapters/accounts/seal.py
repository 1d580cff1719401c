"""Short secrets that have to be read again (second factors), sealed under a key of their own."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SealError(Exception):
    """What was sealed does not fit the key, or was altered."""


class Seal:
    """AES-256-GCM, each text bound to what it belongs to."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, text: str, belongs_to: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> str:
        """Raises SealError."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], belongs_to.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealError("a second factor does not fit the key beside accounts.db; reset the account") from None
