"""The ciphers of the vault, by the names that its records bear: each seals and opens under a key of 32 bytes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE, TAG = 12, 16
AES, SM4 = "aes-256-gcm", "sm4-gcm"


class SealedBy(NamedTuple):
    """`seal` and `open_` take key, nonce, text and what the text is bound to; `open_` raises InvalidTag, ValueError."""

    seal: Callable[[bytes, bytes, bytes, bytes], bytes]
    open_: Callable[[bytes, bytes, bytes, bytes], bytes]


def _aes_seal(key: bytes, nonce: bytes, text: bytes, bound: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, text, bound)


def _aes_open(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, sealed, bound)


@lru_cache(maxsize=32)
def _sm4_key(key: bytes) -> bytes:
    """SM4 takes 16 bytes, and shares none with another cipher of the same key."""
    return HKDF(hashes.SM3(), 16, None, b"hall vault sm4-gcm").derive(key)


def _sm4_seal(key: bytes, nonce: bytes, text: bytes, bound: bytes) -> bytes:
    sealing = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(bound)
    return sealing.update(text) + sealing.finalize() + sealing.tag


def _sm4_open(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    opening = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce, sealed[-TAG:])).decryptor()
    opening.authenticate_additional_data(bound)
    return opening.update(sealed[:-TAG]) + opening.finalize()


CIPHERS: Mapping[str, SealedBy] = {AES: SealedBy(_aes_seal, _aes_open), SM4: SealedBy(_sm4_seal, _sm4_open)}


def seal(cipher: str, key: bytes, text: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + CIPHERS[cipher].seal(key, nonce, text, bound)


def opened(cipher: object, key: bytes | None, sealed: object, bound: bytes) -> bytes | None:
    """None for what was altered, or sealed otherwise. In a damaged file a column may have lost its type."""
    if not isinstance(sealed, bytes) or cipher not in CIPHERS or key is None:
        return None
    try:
        return CIPHERS[str(cipher)].open_(key, sealed[:NONCE], sealed[NONCE:], bound)
    except (InvalidTag, ValueError):
        return None
