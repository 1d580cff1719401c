"""The vault: what goes in comes out with the key and with nothing else, and what was wiped is gone from the disk."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.keys import load_key, load_keys, one_key
from hall_daemon.adapters.storage.vault import MAX_FIELDS, MAX_VALUE, Vault, VaultError

PERSON = {"name": "张建国", "id": "11010519491231002X", "phone": "13812345678"}
DAY = "2026-11-23"
EXTRA = 3  # of PRAGMA synchronous


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    vault = Vault(tmp_path / "vault.db", load_keys(tmp_path / "vault.key"))
    yield vault
    vault.close()


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def test_a_person_goes_in_and_comes_out(vault: Vault) -> None:
    subject = vault.put(PERSON, DAY)
    other = vault.put({"name": "李"}, DAY)
    assert vault.get(subject) == PERSON
    assert vault.get(other) == {"name": "李"}
    assert len({subject, other}) == 2
    assert len(subject) == 32
    assert vault.get("0" * 32) is None


def test_nothing_of_a_person_can_be_read_in_the_files(vault: Vault, tmp_path: Path) -> None:
    for _ in range(50):
        vault.put(PERSON, DAY)
    found = on_disk(tmp_path)
    for value in PERSON.values():
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert value.encode(encoding) not in found
    assert b"phone" not in found


def test_two_records_of_one_person_do_not_look_alike(vault: Vault, tmp_path: Path) -> None:
    vault.put(PERSON, DAY)
    vault.put(PERSON, DAY)
    conn = sqlite3.connect(tmp_path / "vault.db")
    sealed = [row[0] for row in conn.execute("SELECT sealed FROM subjects")]
    conn.close()
    assert len({record[:12] for record in sealed}) == 2
    assert len(set(sealed)) == 2


def test_what_was_wiped_is_gone_from_the_disk(vault: Vault, tmp_path: Path) -> None:
    subject = vault.put(PERSON, DAY)
    conn = sqlite3.connect(tmp_path / "vault.db")
    (sealed,) = conn.execute("SELECT sealed FROM subjects").fetchone()
    conn.close()
    assert sealed in on_disk(tmp_path)
    vault.wipe(subject)
    assert vault.get(subject) is None
    assert sealed not in on_disk(tmp_path)
    assert sealed[12:40] not in on_disk(tmp_path)
    vault.wipe(subject)


def test_a_power_cut_loses_nobody_and_brings_nobody_back(vault: Vault, tmp_path: Path) -> None:
    """The rollback journal keeps its name and is cut to nothing, and each step is synced: with other settings images
    of cut writes lost acknowledged persons and brought wiped ones back."""
    vault.put(PERSON, DAY)
    assert (tmp_path / "vault.db-journal").stat().st_size == 0
    (synchronous,) = vault._conn.execute("PRAGMA synchronous").fetchone()
    assert synchronous == EXTRA


def test_older_days_are_wiped_and_today_stays(vault: Vault) -> None:
    old = [vault.put(PERSON, day) for day in ("2026-11-21", "2026-11-22")]
    today = vault.put(PERSON, DAY)
    assert vault.wipe_before(DAY) == 2
    assert [vault.get(subject) for subject in old] == [None, None]
    assert vault.get(today) == PERSON
    assert vault.wipe_before(DAY) == 0


def test_another_key_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    subject = vault.put(PERSON, DAY)
    stranger = Vault(tmp_path / "vault.db", one_key(os.urandom(32)))
    with pytest.raises(VaultError, match="does not fit its key or was altered") as refused:
        stranger.get(subject)
    assert "张" not in str(refused.value)
    stranger.close()


@pytest.mark.parametrize("statement", [
    "UPDATE subjects SET sealed = substr(sealed, 1, 20) || x'00' || substr(sealed, 22)",
    "UPDATE subjects SET sealed = (SELECT sealed FROM subjects ORDER BY id DESC LIMIT 1)",
    "UPDATE subjects SET sealed = x''",
    "UPDATE subjects SET sealed = 'text'",
    "UPDATE subjects SET sealed = NULL",
])
def test_an_altered_or_exchanged_record_is_refused(vault: Vault, tmp_path: Path, statement: str) -> None:
    subject = min(vault.put(PERSON, DAY), vault.put(PERSON, DAY))
    conn = sqlite3.connect(tmp_path / "vault.db")
    conn.execute(statement)
    conn.commit()
    conn.close()
    with pytest.raises(VaultError):
        vault.get(subject)


@pytest.mark.parametrize("statement", ["SET sealed = NULL", "SET id = NULL", "SET id = 7, sealed = 1.5"])
def test_a_vault_with_a_damaged_proof_opens_and_says_so(tmp_path: Path, statement: str) -> None:
    key = load_keys(tmp_path / "vault.key")
    Vault(tmp_path / "vault.db", key).close()
    with sqlite3.connect(tmp_path / "vault.db") as conn:
        conn.execute(f"UPDATE proof {statement}")
    conn.close()
    vault = Vault(tmp_path / "vault.db", key)
    assert not vault.fits
    with pytest.raises(VaultError):
        vault.prove(key)
    vault.close()


def test_a_person_is_bounded(vault: Vault, tmp_path: Path) -> None:
    for fields in ({f"f{n}": "x" for n in range(MAX_FIELDS + 1)}, {"f": "x" * (MAX_VALUE + 1)}, {"f" * 600: "x"}):
        with pytest.raises(VaultError, match="at most"):
            vault.put(fields, DAY)
    vault.put({f"f{n}": "x" * MAX_VALUE for n in range(MAX_FIELDS)}, DAY)


def test_files_are_ours_alone(vault: Vault, tmp_path: Path) -> None:
    vault.put(PERSON, DAY)
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.iterdir()} == {
        "vault.db": "0o600", "vault.db-journal": "0o600", "vault.key": "0o600",
    }


def test_the_key_is_made_once(tmp_path: Path) -> None:
    key = load_key(tmp_path / "vault.key")
    assert len(key) == 32
    assert load_key(tmp_path / "vault.key") == key
    assert load_key(tmp_path / "other.key") != key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    load_key(tmp_path / "vault.key")
    (tmp_path / "vault.key").chmod(mode)
    with pytest.raises(VaultError, match="chmod 600"):
        load_key(tmp_path / "vault.key")


def test_half_a_key_is_refused_and_a_start_that_died_making_one_is_made_good(tmp_path: Path) -> None:
    (tmp_path / ".vault.key.part").write_bytes(b"half")
    key = load_key(tmp_path / "vault.key")
    (tmp_path / "vault.key").write_bytes(key[:31])
    with pytest.raises(VaultError, match="31 bytes instead of 32"):
        load_key(tmp_path / "vault.key")


def test_a_damaged_vault_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vault.db").write_bytes(b"not a database" * 100)
    with pytest.raises(VaultError, match="cannot open the vault"):
        Vault(tmp_path / "vault.db", one_key(bytes(32)))


def test_many_threads(vault: Vault) -> None:
    kept: list[str] = []

    def use(n: int) -> None:
        for _ in range(5):
            subject = vault.put({"n": str(n)}, DAY)
            assert vault.get(subject) == {"n": str(n)}
            kept.append(subject)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(set(kept)) == 20
