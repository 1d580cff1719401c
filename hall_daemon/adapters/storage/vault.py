"""The vault: the only place where a person's fields lie, encrypted, and from where they are wiped in time.

The journal names a subject by a random id; what belongs to it is one sealed record here, bound to that id, which names
its cipher and the number of its key (in files of an earlier version all are AES-256-GCM and key 0). Wiping the record
(or the day's records) leaves the journal whole and the person gone: the file is kept in secure_delete mode. Any thread
may call; a lock serialises them.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from hall_daemon.adapters.storage.ciphers import AES, opened, seal
from hall_daemon.adapters.storage.data_folder import VAULT, VAULT_KEY
from hall_daemon.adapters.storage.keys import NO_KEYS, KeyLost, Keys, key_place, load_keys, read_keys
from hall_daemon.adapters.storage.keys import VaultError as VaultError
from hall_daemon.adapters.storage.sqlite import Database, durable

MAX_FIELDS = 16
MAX_VALUE = 512
# A record that names nobody, sealed with the key of all others: it tells whether a key is theirs.
_PROOF = "proof"
_FORGET = "put back the right key from its copy, or go on without them: hall vault forget-lost"
# What a column holds; in a damaged file one may have lost its type.
_Record = tuple[object, object, object, object]
_RECORDS = "SELECT id, CAST(sealed AS BLOB), cipher, key_number FROM subjects"


def open_vault(folder: Path, cipher: str) -> tuple[Vault, Callable[[], Keys]]:
    """The vault of a hall, and what reads its keys anew. A key that is missing is made; without any where they are lost
    a hall goes on, and nobody is put in. Raises VaultError, OSError."""
    key = key_place(folder, VAULT_KEY)
    try:
        keys = load_keys(key)
    except KeyLost:
        keys = NO_KEYS  # its keeper says why
    return Vault(folder / VAULT, keys, cipher), partial(read_keys, key)


class Vault:
    """`fits`: the keys are those of the records. Where they are not, nobody is put in: half of them would be lost with
    either. `failed`: the last that should have been written was not."""

    def __init__(self, path: Path, keys: Keys, cipher: str = AES) -> None:
        """Open or make the vault (0600); what is put in is sealed by `cipher` with the newest key. Raises VaultError or
        OSError; not for keys that do not fit."""
        self._path = path
        self.failed = False
        self._keys = keys
        self._cipher = cipher
        self._lock = threading.Lock()
        try:
            self._conn = durable(path, wait_s=1.0)
            self._db = Database(self._conn)
            with self._db.atomic():
                self._db.table("subjects").create({"id": str, "day": str, "sealed": bytes}, pk="id", if_not_exists=True)
                self._db.table("proof").create({"id": str, "sealed": bytes}, pk="id", if_not_exists=True)
                for table in map(self._db.table, ("subjects", "proof")):
                    if "cipher" not in table.columns_dict:
                        table.add_column("cipher", str, not_null_default=AES)
                        table.add_column("key_number", int, not_null_default=0)
                self.fits = self._opens_with(keys)
                if self._proof() is None and self.fits:
                    self.write_proof()
        except sqlite3.DatabaseError as error:
            raise VaultError(f"cannot open the vault {path}: {error}; check permissions and disk space") from error

    def put(self, fields: Mapping[str, str], day: str) -> str:
        """Seal a person's fields and return the random subject id events may use. `day`: the visit's business day."""
        if len(fields) > MAX_FIELDS or any(len(text) > MAX_VALUE for pair in fields.items() for text in pair):
            raise VaultError(f"a person has at most {MAX_FIELDS} fields of {MAX_VALUE} characters")
        if not self.fits:
            raise VaultError(f"what it holds was sealed with another key: {_FORGET}")
        subject = secrets.token_hex(16)
        sealed = self._sealed(subject, msgspec.json.encode(dict(fields)))
        with self._writing():
            self._db.table("subjects").insert({**sealed, "day": day})
        return subject

    def get(self, subject: str) -> dict[str, str] | None:
        """The fields, or None when they were wiped or never there. Raises VaultError for a record that was altered."""
        with self._using():
            row = self._conn.execute(f"{_RECORDS} WHERE id = ?", (subject,)).fetchone()
        if row is None:
            return None
        plain = _opened(self._keys, row)
        if plain is None:
            raise VaultError("a record of the vault does not fit its key or was altered")
        return msgspec.json.decode(plain, type=dict[str, str])

    def prove(self, keys: Keys) -> None:
        """Take these keys when they fit. Raises VaultError when they do not, or the vault cannot be read or was taken
        away."""
        with self._using():
            if not self._path.exists():
                raise VaultError(f"the vault {self._path} was taken away; put it back and start again")
            if not self._opens_with(keys):
                lost = len(self._lost(keys))
                raise VaultError(f"{lost} persons are lost, sealed with another key: {_FORGET}")
            self._keys, self.fits = keys, True

    def write_proof(self) -> None:
        """Seal the proof with the own key: where there is none yet, nobody whom another key has sealed, or to see
        whether the vault can be written."""
        proof = self._sealed(_PROOF, b"")
        with self._writing():
            self._db.table("proof").upsert(proof, pk="id")
        self.fits = True

    def lost(self) -> int:
        """How many persons no key that is there opens."""
        with self._using():
            return len(self._lost(self._keys))

    def forget_lost(self) -> int:
        """Wipe those, all or none, and go on with the key that is there. Returns how many."""
        proof = self._sealed(_PROOF, b"")
        with self._writing():
            lost = self._lost(self._keys)
            self._conn.executemany("DELETE FROM subjects WHERE id IS ?", ((subject,) for subject in lost))
            self._db.table("proof").upsert(proof, pk="id")
        self.fits = True
        return len(lost)

    def reseal(self) -> int:
        """Seal everybody anew, by the cipher and with the newest key, all or none. Returns how many. Raises VaultError
        when there is somebody whom no key opens."""
        with self._writing():
            rows = self._conn.execute(_RECORDS).fetchall()
            plain = [(row[0], _opened(self._keys, row)) for row in rows]
            if lost := sum(text is None for _, text in plain):
                raise VaultError(f"{lost} persons are lost, sealed with another key: {_FORGET}")
            for subject, text in plain:
                self._db.table("subjects").update(subject, self._sealed(subject, text or b""))
            self._db.table("proof").upsert(self._sealed(_PROOF, b""), pk="id")
        return len(plain)

    def _sealed(self, name: str, plain: bytes) -> dict[str, str | int | bytes]:
        """The record of that name. Raises VaultError without a key."""
        if not self._keys.by_number:
            raise VaultError(f"there is no key to seal with: {_FORGET}")
        number = self._keys.newest
        sealed = seal(self._cipher, self._keys.by_number[number], plain, name.encode())
        return {"id": name, "sealed": sealed, "cipher": self._cipher, "key_number": number}

    def _proof(self) -> _Record | None:
        found: _Record | None = self._conn.execute(_RECORDS.replace("subjects", "proof")).fetchone()
        return found

    def _opens_with(self, keys: Keys) -> bool:
        """A vault of an earlier version has no proof; any of its persons is one."""
        found = self._proof() or self._conn.execute(_RECORDS).fetchone()
        return bool(keys.by_number) if found is None else _opened(keys, found) is not None

    def _lost(self, keys: Keys) -> list[object]:
        return [row[0] for row in self._conn.execute(_RECORDS) if _opened(keys, row) is None]

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


def _opened(keys: Keys, record: _Record) -> bytes | None:
    """What was sealed; None when it was altered, or no key of these sealed it."""
    name, sealed, cipher, number = record
    if not isinstance(name, str) or not isinstance(number, int):
        return None
    return opened(cipher, keys.by_number.get(number), sealed, name.encode())
