"""Keys of what is sealed: where they lie, and the ring of the vault's, each by its number.

A key file holds one key as 32 bytes, which is number 0, or a ring: a line for each key, its number and the key in hex.
In an installed hall a key is a credential of systemd, which no copy of the data folder holds; else it lies beside the
data.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.storage.data_folder import ACCOUNTS_KEY, DOSSIERS_KEY, VAULT_KEY

KEY_BYTES = 32
# The most that a ring holds: a rotation that is not over, begun again by a person in doubt.
MOST_KEYS = 16
# Of a key file in the data folder, what systemd calls the same key.
CREDENTIALS = {
    VAULT_KEY: "hall-vault-key", ACCOUNTS_KEY: "hall-accounts-key", DOSSIERS_KEY: "hall-dossiers-key",
}
_RING = b"hall keys\n"
_CREDS = "systemd-creds"


class VaultError(Exception):
    """A key cannot be used, the vault cannot be opened, or a record does not decrypt. The message says what to do,
    never what is inside."""


class KeyLost(VaultError):
    """There is no such key any more: what it sealed does not open."""


class Keys(NamedTuple):
    """By number; the highest seals."""

    by_number: Mapping[int, bytes]

    @property
    def newest(self) -> int:
        return max(self.by_number)

    def with_new(self) -> Keys:
        return Keys({**self.by_number, self.newest + 1: os.urandom(KEY_BYTES)})

    def only_newest(self) -> Keys:
        return Keys({self.newest: self.by_number[self.newest]})


NO_KEYS = Keys({})


def one_key(key: bytes) -> Keys:
    """As a file has it that holds one."""
    return Keys({0: key})


def new_keys() -> Keys:
    return one_key(os.urandom(KEY_BYTES))


class _OnDisk:
    """`path` holds keys, or them sealed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def set_aside(self) -> None:
        """What cannot be read stays under another name, in case somebody can. Raises OSError."""
        if self.path.exists():
            self.path.replace(self.path.with_name(f"{self.path.name}.lost"))


class KeyFile(_OnDisk):
    """A key file of ours, 0600. `put` replaces it whole, so that a power cut leaves the old ring or the new one."""

    def get(self) -> Keys:
        """Raises VaultError, also when others could read it."""
        try:
            if self.path.stat().st_mode & 0o077 and not _is_credential(self.path):
                raise VaultError(f"others can read the key {self.path}; run: chmod 600 {self.path}")
            said = self.path.read_bytes()
        except OSError as error:
            raise KeyLost(f"cannot read the key {self.path}: {error}; put it back from its copy") from error
        return parsed(said, str(self.path))

    def put(self, keys: Keys) -> None:
        """Raises VaultError."""
        try:
            owner = self.path.stat() if self.path.exists() else None
            write_whole(self.path, written(keys), durable=True, mode=0o600)
            if owner is not None and os.geteuid() == 0:
                os.chown(self.path, owner.st_uid, owner.st_gid)
        except OSError as error:
            raise VaultError(f"cannot write the key {self.path}: {error}") from error


class SealedCredential(_OnDisk):
    """A credential as it lies on the disk, sealed by systemd for this machine; `name` is what it was sealed as. The key
    itself is on no disk meanwhile."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path)
        self._name = name

    def get(self) -> Keys:
        """Raises VaultError."""
        if not self.path.exists():
            raise KeyLost(f"there is no credential {self.path}; put it back from its copy")
        return parsed(self._asked("decrypt", str(self.path), "-"), str(self.path))

    def put(self, keys: Keys) -> None:
        """Raises VaultError."""
        sealed = self._asked("encrypt", "-", "-", said=written(keys))
        try:
            write_whole(self.path, sealed, durable=True, mode=0o600)
        except OSError as error:
            raise VaultError(f"cannot write the credential {self.path}: {error}") from error

    def _asked(self, *words: str, said: bytes = b"") -> bytes:
        try:
            done = subprocess.run(
                [_CREDS, f"--name={self._name}", *words], input=said, capture_output=True, check=False, timeout=60
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise VaultError(f"{_CREDS} cannot be run: {error}; apt-get install systemd") from error
        if done.returncode:
            why = done.stderr.decode(errors="replace").strip()
            raise VaultError(f"{_CREDS} cannot {words[0]} {self.path}: {why}; run this as root, on the hall's machine")
        return done.stdout


def key_place(folder: Path, name: str) -> Path:
    """Where the key of that name is: among the credentials that systemd gave us, else in the data folder."""
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(given) / CREDENTIALS[name] if given else None
    return credential if credential is not None and credential.exists() else folder / name


def read_keys(path: Path) -> Keys:
    """Raises VaultError."""
    return KeyFile(path).get()


def load_keys(path: Path) -> Keys:
    """As read_keys; a file that is missing is made (0600), with one key."""
    if not path.exists():
        # Whole or not at all: half a key after a crash would lock the hall out of its own vault.
        try:
            write_whole(path, written(new_keys()), durable=True, mode=0o600)
        except OSError as error:
            raise VaultError(f"cannot write the key {path}: {error}") from error
    return read_keys(path)


def load_key(path: Path) -> bytes:
    """The one key of a file that has but one, made where it is missing. Raises VaultError."""
    keys = load_keys(path)
    return keys.by_number[keys.newest]


def parsed(said: bytes, where: str) -> Keys:
    """Raises VaultError."""
    if len(said) == KEY_BYTES:
        return one_key(said)
    if not said.startswith(_RING):
        raise KeyLost(f"the key {where} has {len(said)} bytes instead of {KEY_BYTES}; restore it from its copy")
    try:
        rows = [line.split() for line in said.decode("ascii").splitlines()[1:]]
        keys = {int(number): bytes.fromhex(key) for number, key in rows}
    except ValueError:
        keys = {}
    if not 0 < len(keys) <= MOST_KEYS or any(len(key) != KEY_BYTES for key in keys.values()):
        raise KeyLost(f"the ring of keys {where} is damaged; restore it from its copy")
    return Keys(keys)


def written(keys: Keys) -> bytes:
    if set(keys.by_number) == {0}:
        return keys.by_number[0]
    return _RING + b"".join(f"{number} {key.hex()}\n".encode() for number, key in sorted(keys.by_number.items()))


def _is_credential(path: Path) -> bool:
    """What systemd gave us is ours alone, though its mode shows an access list as rights of a group."""
    return str(path.parent) == os.environ.get("CREDENTIALS_DIRECTORY")
