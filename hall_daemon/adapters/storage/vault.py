"""The vault: the only place where a person's fields lie, encrypted, and from where they are wiped in time.

The journal names a subject by a random id; what belongs to it is one AES-256-GCM record here, bound to that
id. Wiping the record (or the day's records) leaves the journal whole and the person gone: the file is kept in
secure_delete mode. Any thread may call; a lock serialises them.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.storage.sqlite import Database

MAX_FIELDS = 16
MAX_VALUE = 512
_NONCE = 12
# A record that names nobody, sealed with the key of all others: it tells whether a key is theirs.
_PROOF = "proof"
_OTHER_KEY = "what it holds was sealed with another key: put back the right vault.key from its copy and start again"


class VaultError(Exception):
    """The vault cannot be opened, or a record does not decrypt. The message says what to do, never what is inside."""


def load_key(path: Path) -> bytes:
    """The key file, made (0600) when it is missing. Raises VaultError when others could read it or it is broken."""
    if not path.exists():
        # Whole or not at all: half a key after a crash would lock the hall out of its own vault.
        write_whole(path, AESGCM.generate_key(256), durable=True, mode=0o600)
    return read_key(path)


def read_key(path: Path) -> bytes:
    """As load_key, but a key that is missing is one more reason for a VaultError."""
    try:
        if path.stat().st_mode & 0o077:
            raise VaultError(f"others can read the key {path}; run: chmod 600 {path}")
        key = path.read_bytes()
    except OSError as error:
        raise VaultError(f"cannot read the key {path}: {error}; put it back from its copy") from error
    if len(key) != 32:
        raise VaultError(f"the key {path} has {len(key)} bytes instead of 32; restore it from its copy")
    return key


class Vault:
    """`fits`: the key is that of the records. Where it is not, nobody is put in: half of them would be lost with either
    key. `failed`: the last that should have been written was not."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or make the vault (0600). Raises VaultError or OSError; not for a key that does not fit."""
        self._path = path
        self.failed = False
        self._cipher = AESGCM(key)
        self._lock = threading.Lock()
        # SQLite would make it readable by others; its rollback journal takes over what the file has.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            self._conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=1.0)
            # A rollback journal that is cut to nothing and synced: what was committed stays so when the power fails.
            # With DELETE the journal's name may come back with the power, and with it what was wiped; a WAL would keep
            # what was wiped until its next checkpoint.
            self._conn.execute("PRAGMA journal_mode=TRUNCATE")
            self._conn.execute("PRAGMA synchronous=EXTRA")
            self._conn.execute("PRAGMA secure_delete=ON")
            self._db = Database(self._conn)
            self._db.table("subjects").create({"id": str, "day": str, "sealed": bytes}, pk="id", if_not_exists=True)
            self._db.table("proof").create({"id": str, "sealed": bytes}, pk="id", if_not_exists=True)
            self.fits = self._opens_with(self._cipher)
            if self._proof() is None and self.fits:
                self.write_proof()
        except sqlite3.DatabaseError as error:
            raise VaultError(f"cannot open the vault {path}: {error}; check permissions and disk space") from error

    def put(self, fields: Mapping[str, str], day: str) -> str:
        """Seal a person's fields and return the random subject id events may use. `day`: the visit's business day."""
        if len(fields) > MAX_FIELDS or any(len(text) > MAX_VALUE for pair in fields.items() for text in pair):
            raise VaultError(f"a person has at most {MAX_FIELDS} fields of {MAX_VALUE} characters")
        if not self.fits:
            raise VaultError(_OTHER_KEY)
        subject = secrets.token_hex(16)
        sealed = self._seal(subject, msgspec.json.encode(dict(fields)))
        with self._writing():
            self._db.table("subjects").insert({"id": subject, "day": day, "sealed": sealed})
        return subject

    def get(self, subject: str) -> dict[str, str] | None:
        """The fields, or None when they were wiped or never there. Raises VaultError for a record that was altered."""
        with self._using():
            row = self._conn.execute("SELECT CAST(sealed AS BLOB) FROM subjects WHERE id = ?", (subject,)).fetchone()
        if row is None:
            return None
        plain = _opened(self._cipher, subject, row[0])
        if plain is None:
            raise VaultError("a record of the vault does not fit its key or was altered")
        return msgspec.json.decode(plain, type=dict[str, str])

    def prove(self, key: bytes) -> None:
        """Raises VaultError when the vault cannot be read, was taken away, or holds what another key has sealed."""
        with self._using():
            if not self._path.exists():
                raise VaultError(f"the vault {self._path} was taken away; put it back and start again")
            fits = self._opens_with(AESGCM(key))
        if not fits:
            raise VaultError(_OTHER_KEY)

    def write_proof(self) -> None:
        """Seal the proof with the own key: where there is none yet, nobody whom another key has sealed, or to see
        whether the vault can be written."""
        with self._writing():
            self._db.table("proof").upsert({"id": _PROOF, "sealed": self._seal(_PROOF, b"")}, pk="id")
        self.fits = True

    def _seal(self, name: str, plain: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, name.encode())

    def _proof(self) -> tuple[str, bytes] | None:
        row = self._conn.execute("SELECT id, CAST(sealed AS BLOB) FROM proof").fetchone()
        return None if row is None else (row[0], row[1])

    def _opens_with(self, cipher: AESGCM) -> bool:
        """A vault of an earlier version has no proof; any of its persons is one."""
        found = self._proof() or self._conn.execute("SELECT id, CAST(sealed AS BLOB) FROM subjects").fetchone()
        if found is None:
            return True
        return _opened(cipher, *found) is not None

    def subjects(self) -> set[str]:
        """The ids of all records."""
        with self._using():
            return {row[0] for row in self._conn.execute("SELECT id FROM subjects")}

    def wipe(self, *subjects: str) -> None:
        with self._writing():
            self._conn.executemany("DELETE FROM subjects WHERE id = ?", ((subject,) for subject in subjects))

    def wipe_before(self, day: str) -> int:
        """Wipe every record of a business day before `day` (ISO). Returns how many."""
        with self._writing():
            before = self._db.table("subjects").count_where("day < ?", [day])
            self._db.table("subjects").delete_where("day < ?", [day])
        return before

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._using(), self._db.atomic():
                yield
        except VaultError:
            self.failed = True
            raise
        self.failed = False

    @contextlib.contextmanager
    def _using(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise VaultError(f"cannot use the vault: {error}; check permissions and disk space") from error

    def close(self) -> None:
        with self._lock:
            self._conn.close()


def _opened(cipher: AESGCM, name: object, sealed: object) -> bytes | None:
    """What was sealed under that name; None when it was altered, or sealed by another key. In a damaged file a column
    may have lost its type."""
    if not isinstance(name, str) or not isinstance(sealed, bytes):
        return None
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
    except (InvalidTag, ValueError):
        return None
