"""Another key for a vault: whoever dies at any step loses nobody; records that name their cipher and key, and those of
before that do not; a key that is lost."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hall_daemon.adapters.storage import keys as k
from hall_daemon.adapters.storage.ciphers import AES, CIPHERS, SM4, opened, seal
from hall_daemon.adapters.storage.keys import KeyFile, KeyLost, Keys, SealedCredential, VaultError, load_keys, one_key
from hall_daemon.adapters.storage.vault import Vault
from hall_daemon.adapters.storage.vault_rotation import rotate
from tests.hall_daemon.cli.words import hall

PERSON = {"name": "张建国", "phone": "13812345678"}
DAY = "2026-11-23"


def vault_of(folder: Path, count: int = 5) -> list[str]:
    """A vault with so many persons, as the version before wrote it: no cipher, no number."""
    keys = load_keys(folder / "vault.key")
    with closing(Vault(folder / "vault.db", keys)) as vault:
        subjects = [vault.put({**PERSON, "n": str(n)}, DAY) for n in range(count)]
    with sqlite3.connect(folder / "vault.db") as conn:
        for table in ("subjects", "proof"):
            for column in ("cipher", "key_number"):
                conn.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    conn.close()
    return subjects


def rows(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "vault.db")) as conn:
        return conn.execute("SELECT DISTINCT cipher, key_number FROM subjects").fetchall()


def assert_all_there(folder: Path, subjects: list[str]) -> None:
    with closing(Vault(folder / "vault.db", KeyFile(folder / "vault.key").get())) as vault:
        assert vault.fits
        assert [vault.get(subject) for subject in subjects] == [{**PERSON, "n": str(n)} for n in range(len(subjects))]
        assert vault.lost() == 0


def test_records_of_the_version_before_open_and_new_ones_name_cipher_and_key(tmp_path: Path) -> None:
    subjects = vault_of(tmp_path)
    assert_all_there(tmp_path, subjects)
    assert rows(tmp_path) == [(AES, 0)]


@pytest.mark.parametrize("cipher", sorted(CIPHERS))
def test_a_text_opens_under_its_cipher_key_and_name_only(cipher: str) -> None:
    key, text = os.urandom(32), b"x" * 100
    sealed = seal(cipher, key, text, b"one")
    assert opened(cipher, key, sealed, b"one") == text
    other = next(name for name in CIPHERS if name != cipher)
    for wrong in (
        (other, key, sealed, b"one"), (cipher, os.urandom(32), sealed, b"one"), (cipher, key, sealed, b"two"),
        (cipher, key, sealed[:-1], b"one"), (cipher, key, sealed[:5], b"one"), (cipher, key, b"", b"one"),
        ("rot13", key, sealed, b"one"), (cipher, None, sealed, b"one"), (cipher, key, None, b"one"),
    ):
        assert opened(*wrong) is None


def test_sm4_gcm_is_that_of_rfc_8998(tmp_path: Path) -> None:
    """Its vector, so that another program can open what we seal."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    sealing = Cipher(
        algorithms.SM4(bytes.fromhex("0123456789abcdeffedcba9876543210")),
        modes.GCM(bytes.fromhex("00001234567800000000abcd")),
    ).encryptor()
    sealing.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    text = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    assert (sealing.update(text) + sealing.finalize())[:4].hex() == "17f399f0"
    assert sealing.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


def test_both_ciphers_live_side_by_side(tmp_path: Path) -> None:
    subjects = vault_of(tmp_path, 1)
    keys = load_keys(tmp_path / "vault.key")
    with closing(Vault(tmp_path / "vault.db", keys, SM4)) as vault:
        chinese = vault.put(PERSON, DAY)
        assert (vault.get(chinese), vault.get(subjects[0])) == (PERSON, {**PERSON, "n": "0"})
    assert sorted(rows(tmp_path)) == [(AES, 0), (SM4, 0)]
    assert rotate(tmp_path / "vault.db", KeyFile(tmp_path / "vault.key"), SM4) == (2, 1)
    assert rows(tmp_path) == [(SM4, 1)]
    assert_all_there(tmp_path, subjects)


def test_a_rotation_takes_the_old_key_out_of_use(tmp_path: Path) -> None:
    subjects = vault_of(tmp_path)
    place, before = KeyFile(tmp_path / "vault.key"), KeyFile(tmp_path / "vault.key").get()
    for number in (1, 2):
        assert rotate(tmp_path / "vault.db", place, AES) == (5, number)
        assert set(place.get().by_number) == {number}
        assert rows(tmp_path) == [(AES, number)]
        assert_all_there(tmp_path, subjects)
    assert (tmp_path / "vault.key").stat().st_mode & 0o777 == 0o600
    with closing(Vault(tmp_path / "vault.db", before)) as vault:
        assert not vault.fits
        assert vault.lost() == 5


class Dies(Exception):
    """As a process would."""


@pytest.mark.parametrize("step", range(6))
def test_who_dies_at_any_step_loses_nobody_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Before and after each of: the ring takes the new key, everybody is sealed anew, the old key goes."""
    subjects, left = vault_of(tmp_path), [step]

    def dying(work: Callable[..., object]) -> Callable[..., object]:
        def run(*args: object) -> object:
            for do in (None, work):
                if not left[0]:
                    raise Dies
                left[0] -= 1
                done = do(*args) if do else None
            return done

        return run

    with monkeypatch.context() as patch:
        patch.setattr(KeyFile, "put", dying(KeyFile.put))
        patch.setattr(Vault, "reseal", dying(Vault.reseal))
        with pytest.raises(Dies):
            rotate(tmp_path / "vault.db", KeyFile(tmp_path / "vault.key"), AES)
    assert_all_there(tmp_path, subjects)
    rotate(tmp_path / "vault.db", KeyFile(tmp_path / "vault.key"), AES)
    assert set(KeyFile(tmp_path / "vault.key").get().by_number) == {1}
    assert_all_there(tmp_path, subjects)


_KILLED = """
import os, signal, sys
from pathlib import Path
from hall_daemon.adapters.storage import keys, vault
from hall_daemon.adapters.storage.vault_rotation import rotate
folder, left = Path(sys.argv[1]), [int(sys.argv[2])]
def step(*_):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
def counted(event, args):
    # A file of the folder that is opened, renamed or removed, and a statement of SQLite, is a place to die at.
    if event in ("open", "os.rename", "os.remove") and str(folder) in str(args[0]):
        step()
connect = vault.sqlite3.connect
def traced(*args, **options):
    conn = connect(*args, **options)
    conn.set_trace_callback(step)
    return conn
vault.sqlite3.connect = traced
sys.addaudithook(counted)
rotate(folder / "vault.db", keys.KeyFile(folder / "vault.key"), "sm4-gcm")
"""


@pytest.mark.parametrize("begins", [*range(0, 120, 12), 116, 119, 122, 125])
def test_a_rotation_that_is_killed_loses_nobody(tmp_path: Path, begins: int) -> None:
    (tmp_path / "from").mkdir()
    subjects = vault_of(tmp_path / "from")
    folder = tmp_path / "to"
    shutil.copytree(tmp_path / "from", folder)
    done = subprocess.run([sys.executable, "-c", _KILLED, str(folder), str(begins)], check=False, timeout=60)
    assert done.returncode in (0, -signal.SIGKILL)
    assert_all_there(folder, subjects)
    rotate(folder / "vault.db", KeyFile(folder / "vault.key"), SM4)
    assert_all_there(folder, subjects)
    assert [cipher for cipher, _ in rows(folder)] == [SM4]


def test_nobody_is_sealed_anew_while_somebody_is_lost(tmp_path: Path) -> None:
    subjects = vault_of(tmp_path)
    with sqlite3.connect(tmp_path / "vault.db") as conn:
        conn.execute("UPDATE subjects SET sealed = x'00' WHERE id = ?", (subjects[0],))
    conn.close()
    with pytest.raises(VaultError, match="1 persons are lost"):
        rotate(tmp_path / "vault.db", KeyFile(tmp_path / "vault.key"), AES)
    with closing(Vault(tmp_path / "vault.db", KeyFile(tmp_path / "vault.key").get())) as vault:
        assert vault.get(subjects[1]) is not None
        assert vault.forget_lost() == 1
    rotate(tmp_path / "vault.db", KeyFile(tmp_path / "vault.key"), AES)


# -- keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [
    b"", b"x" * 31, b"hall keys\n", b"hall keys\n0 ff\n", b"hall keys\nx" + b" aa" * 32, b"hall keys\n\xff\xfe",
    b"hall keys\n" + b"".join(b"%d %s\n" % (n, b"aa" * 32) for n in range(17)),
])
def test_a_damaged_key_is_lost_and_nothing_of_it_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vault.key").write_bytes(content)
    (tmp_path / "vault.key").chmod(0o600)
    with pytest.raises(KeyLost, match="restore it from its copy") as lost:
        load_keys(tmp_path / "vault.key")
    assert "aa" * 8 not in str(lost.value)


def test_a_ring_is_read_as_it_was_written() -> None:
    ring = one_key(os.urandom(32)).with_new().with_new()
    assert k.parsed(k.written(ring), "here") == Keys(dict(sorted(ring.by_number.items())))
    assert k.written(one_key(bytes(32))) == bytes(32)


def test_a_credential_of_systemd_goes_before_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmp_path / "credentials"
    given.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    assert k.key_place(tmp_path, "vault.key") == tmp_path / "vault.key"
    (given / "hall-vault-key").write_bytes(bytes(32))
    # systemd lets us in by an access list, which a mode shows as the rights of the group.
    (given / "hall-vault-key").chmod(0o440)
    assert load_keys(k.key_place(tmp_path, "vault.key")) == one_key(bytes(32))
    assert k.key_place(tmp_path, "accounts.key") == tmp_path / "accounts.key"
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(VaultError, match="chmod 600"):
        load_keys(given / "hall-vault-key")


def test_a_key_that_systemd_has_sealed_for_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real systemd-creds, and a secret of the machine's that is the test's own: the key itself lies on no
    disk."""
    monkeypatch.setenv("SYSTEMD_CREDENTIAL_SECRET", str(tmp_path / "secret"))
    subjects = vault_of(tmp_path)
    credential = SealedCredential(tmp_path / "hall-vault-key", "hall-vault-key")
    keys = KeyFile(tmp_path / "vault.key").get()
    credential.put(keys)
    assert keys.by_number[0] not in credential.path.read_bytes()
    assert credential.get() == keys
    said = hall(
        "vault", "rotate", "--credential", str(credential.path), "--data", str(tmp_path), "--json", "--config",
        "config/hall.toml",
    )
    assert (said.code, said.json) == (0, {"persons": 5, "key": 1, "cipher": AES}), said.err
    assert set(credential.get().by_number) == {1}
    with closing(Vault(tmp_path / "vault.db", credential.get())) as vault:
        assert [vault.get(subject) for subject in subjects] == [{**PERSON, "n": str(n)} for n in range(5)]


# -- the commands -------------------------------------------------------------------------------------


def asked(folder: Path, what: str, *more: str) -> tuple[int, str, str]:
    said = hall("vault", what, "--data", str(folder), "--config", "config/hall.toml", *more)
    return said.code, said.out, said.err


def test_the_command_rotates_and_says_what_it_did(tmp_path: Path) -> None:
    subjects = vault_of(tmp_path)
    code, out, _ = asked(tmp_path, "rotate")
    assert (code, "5 persons are sealed with key 1 (aes-256-gcm)" in out) == (0, True)
    assert_all_there(tmp_path, subjects)
    assert str(tmp_path) in out


def test_not_while_the_hall_runs(tmp_path: Path) -> None:
    from hall_daemon.adapters.storage.lock import FolderLock

    vault_of(tmp_path)
    lock = FolderLock(tmp_path)
    code, _, err = asked(tmp_path, "rotate")
    lock.release()
    assert code == 3
    assert "stop it first" in err


@pytest.mark.parametrize("lose", [
    Path.unlink, lambda path: path.write_bytes(os.urandom(32)), lambda path: path.write_bytes(b"half"),
])
def test_a_lost_key_says_how_many_and_the_command_goes_on_without_them(
    tmp_path: Path, lose: Callable[[Path], object]
) -> None:
    vault_of(tmp_path)
    lose(tmp_path / "vault.key")
    code, out, err = asked(tmp_path, "rotate")
    assert (code, out) == (5, "")
    assert "5 persons are lost" in err or "its copy" in err
    code, out, _ = asked(tmp_path, "forget-lost")
    assert (code, out.startswith("5 persons whom no key opened are wiped")) == (0, True)
    with closing(Vault(tmp_path / "vault.db", KeyFile(tmp_path / "vault.key").get())) as vault:
        assert vault.fits
        assert vault.subjects() == set()
        assert vault.get(vault.put(PERSON, DAY)) == PERSON
    assert asked(tmp_path, "rotate")[0] == 0


def test_nobody_is_forgotten_whom_a_key_opens(tmp_path: Path) -> None:
    subjects = vault_of(tmp_path)
    assert asked(tmp_path, "forget-lost")[1].startswith("0 persons")
    assert_all_there(tmp_path, subjects)


def test_a_folder_without_a_vault_is_5_and_none_is_made(tmp_path: Path) -> None:
    code, _, err = asked(tmp_path, "rotate")
    assert code == 5
    assert "name the data folder" in err
    assert list(tmp_path.iterdir()) == []
