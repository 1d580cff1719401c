"""Whose time is over is wiped, at a start and later, and a vault that cannot be written is said and tried again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.keys import load_keys, one_key, read_keys
from hall_daemon.adapters.storage.vault import Vault, VaultError
from hall_daemon.adapters.storage.vault_keeper import AGAIN_S, EVERY_S, PROOF_S, VaultKeeper

TODAY, YESTERDAY = "2026-11-23", "2026-11-22"
NOON = int(datetime(2026, 11, 23, 4, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 86_400_000


class Hall:
    """The subjects that tickets name, and seconds that pass when told."""

    def __init__(self) -> None:
        self.named: set[str] = set()
        self.now = 100.0


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    vault = Vault(tmp_path / "vault.db", load_keys(tmp_path / "vault.key"))
    yield vault
    vault.close()


@pytest.fixture
def keeper(vault: Vault, hall: Hall, tmp_path: Path) -> VaultKeeper:
    return VaultKeeper(vault, lambda: set(hall.named), partial(read_keys, tmp_path / "vault.key"), lambda: hall.now)


def put(vault: Vault, day: str = TODAY) -> str:
    return vault.put({"name": "张小三"}, day)


def test_a_start_wipes_older_days_and_whom_nobody_names(vault: Vault, hall: Hall, keeper: VaultKeeper) -> None:
    old, unnamed, mine = put(vault, YESTERDAY), put(vault), put(vault)
    hall.named = {mine, old}
    keeper.look(TODAY, NOON)
    assert vault.subjects() == {mine}
    assert vault.get(old) is vault.get(unnamed) is None


def test_persons_whom_tickets_name_and_who_are_gone_or_altered_are_told(
    vault: Vault, hall: Hall, keeper: VaultKeeper, tmp_path: Path
) -> None:
    hall.named = {put(vault), put(vault), put(vault)}
    keeper.look(TODAY, NOON)
    assert keeper.trouble == ""
    gone, altered, _ = hall.named
    vault.wipe(gone)
    with sqlite3.connect(tmp_path / "vault.db") as other:
        other.execute("UPDATE subjects SET sealed = NULL WHERE id = ?", (altered,))
    other.close()
    hall.now += EVERY_S
    keeper.look(TODAY, NOON)
    assert keeper.trouble.startswith("2 whom tickets name are gone or altered")
    hall.now += EVERY_S
    keeper.look(TODAY, NOON + 3 * DAY_MS)  # a day that stays open: whoever is wiped by his age is not missing
    assert keeper.trouble == ""


def test_who_may_still_be_named_is_wiped_only_when_seen_twice(vault: Vault, hall: Hall, keeper: VaultKeeper) -> None:
    keeper.look(TODAY, NOON)
    named_late, never = put(vault), put(vault)
    hall.now += EVERY_S
    keeper.look(TODAY, NOON)
    assert vault.subjects() == {named_late, never}
    hall.named = {named_late}
    hall.now += EVERY_S - 1
    keeper.look(TODAY, NOON)
    assert vault.subjects() == {named_late, never}
    hall.now += 1
    keeper.look(TODAY, NOON)
    assert vault.subjects() == {named_late}


def test_a_new_day_wipes_at_once(vault: Vault, hall: Hall, keeper: VaultKeeper) -> None:
    hall.named = {put(vault)}
    keeper.look(TODAY, NOON)
    keeper.look("2026-11-24", NOON + DAY_MS)
    assert vault.subjects() == set()


def test_a_day_that_never_turns_keeps_nobody_for_ever(vault: Vault, hall: Hall, keeper: VaultKeeper) -> None:
    hall.named = {put(vault)}
    keeper.look(TODAY, NOON)
    hall.now += EVERY_S
    keeper.look(TODAY, NOON + 3 * DAY_MS)
    assert vault.subjects() == set()


def test_a_vault_that_cannot_be_written_is_said_and_tried_again(
    vault: Vault, hall: Hall, keeper: VaultKeeper, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = put(vault, YESTERDAY)
    vault._conn.execute("PRAGMA busy_timeout=0")
    other = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    keeper.look(TODAY, NOON)
    assert "locked" in keeper.trouble
    hall.now += AGAIN_S
    keeper.look(TODAY, NOON)
    assert caplog.text.count("vault: wiping persons whose time is over fails") == 1
    assert old not in caplog.text
    other.execute("ROLLBACK")
    other.close()
    hall.now += AGAIN_S
    keeper.look(TODAY, NOON)
    assert keeper.trouble == ""
    assert vault.subjects() == set()


def test_a_key_that_was_replaced_is_said_within_seconds_and_put_right(
    vault: Vault, hall: Hall, keeper: VaultKeeper, tmp_path: Path
) -> None:
    keeper.look(TODAY, NOON)
    right = (tmp_path / "vault.key").read_bytes()
    (tmp_path / "vault.key").write_bytes(os.urandom(32))
    hall.now += PROOF_S
    keeper.look(TODAY, NOON)
    assert "another key" in keeper.trouble
    (tmp_path / "vault.key").unlink()
    hall.now += PROOF_S
    keeper.look(TODAY, NOON)
    assert "put it back from its copy" in keeper.trouble
    load_keys(tmp_path / "vault.key")
    (tmp_path / "vault.key").write_bytes(right)
    hall.now += PROOF_S
    keeper.look(TODAY, NOON)
    assert keeper.trouble == ""


def test_with_another_key_nobody_is_put_in_until_all_of_the_old_key_are_gone(
    vault: Vault, hall: Hall, tmp_path: Path
) -> None:
    hall.named = {put(vault)}
    (tmp_path / "vault.key").write_bytes(key := os.urandom(32))
    with closing(Vault(tmp_path / "vault.db", one_key(key))) as started_again:
        keeper = VaultKeeper(started_again, lambda: hall.named, lambda: one_key(key), lambda: hall.now)
        keeper.look(TODAY, NOON)
        assert "another key" in keeper.trouble
        with pytest.raises(VaultError, match="another key"):
            put(started_again)
        hall.now += EVERY_S
        hall.named = set()
        keeper.look("2026-11-24", NOON + DAY_MS)
        assert keeper.trouble == ""
        assert started_again.get(put(started_again)) == {"name": "张小三"}


def test_what_could_not_be_written_is_trouble_until_something_could(
    vault: Vault, hall: Hall, keeper: VaultKeeper, tmp_path: Path
) -> None:
    keeper.look(TODAY, NOON)
    vault._conn.execute("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(VaultError):
            put(vault)
        hall.now += PROOF_S
        keeper.look(TODAY, NOON)
        assert "locked" in keeper.trouble
        other.execute("ROLLBACK")
    hall.now += PROOF_S
    keeper.look(TODAY, NOON)
    assert keeper.trouble == ""


@pytest.mark.parametrize("break_it", [Path.unlink, lambda path: path.write_bytes(b"x" * path.stat().st_size)])
def test_a_vault_that_is_gone_or_overwritten_is_said(
    vault: Vault, hall: Hall, keeper: VaultKeeper, tmp_path: Path, break_it: Callable[[Path], object]
) -> None:
    keeper.look(TODAY, NOON)
    break_it(tmp_path / "vault.db")
    hall.now += PROOF_S
    keeper.look(TODAY, NOON)
    assert keeper.trouble
