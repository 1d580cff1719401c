"""Another key for a vault or dossiers, in three steps of which each is whole or not at all, and after each all opens.

The new key joins the ring; everybody is sealed with it anew; the key before leaves the ring. Whoever dies between two
of them is gone on with by the next rotation.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Protocol

from hall_daemon.adapters.storage.keys import Keys
from hall_daemon.adapters.storage.vault import Vault


class KeyPlace(Protocol):
    def get(self) -> Keys: ...

    def put(self, keys: Keys) -> None: ...


class Sealed(Protocol):
    """What is sealed with a ring's newest key."""

    def prove(self, keys: Keys) -> None: ...

    def reseal(self) -> int: ...


def rotate(path: Path, place: KeyPlace, cipher: str) -> tuple[int, int]:
    """How many persons were sealed anew, and the number of their key. No hall may run meanwhile. Raises VaultError,
    also where somebody is lost already, OSError."""
    keys = place.get()
    with closing(Vault(path, keys, cipher)) as vault:
        return resealed(vault, keys, place)


def resealed(sealed: Sealed, keys: Keys, place: KeyPlace) -> tuple[int, int]:
    """How much was sealed anew, and the number of its key; `keys` are those of `place`. Raises VaultError, OSError."""
    sealed.prove(keys)
    if len(keys.by_number) == 1:
        keys = keys.with_new()
        place.put(keys)
        sealed.prove(keys)
    count = sealed.reseal()
    place.put(keys.only_newest())
    return count, keys.newest
