"""`hall vault`: another key for the persons (or papers) of a hall that does not run, or going on without what a lost
one sealed."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path

from hall_daemon.adapters.dossiers.case_rows import CaseRows
from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.storage.data_folder import DOSSIERS, DOSSIERS_KEY, VAULT, VAULT_KEY
from hall_daemon.adapters.storage.keys import (
    CREDENTIALS,
    KeyFile,
    KeyLost,
    Keys,
    SealedCredential,
    VaultError,
    new_keys,
)
from hall_daemon.adapters.storage.lock import FolderBusy, FolderLock
from hall_daemon.adapters.storage.vault import Vault
from hall_daemon.adapters.storage.vault_rotation import resealed, rotate
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, settings


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("rotate", "forget-lost"),
        help="rotate: seal all anew with a new key; forget-lost: wipe whom no key opens, and go on",
    )
    parser.add_argument("--papers", action="store_true", help=f"of what people handed in: {DOSSIERS}, {DOSSIERS_KEY}")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--key", type=Path, metavar="FILE", help=f"the key (default: {VAULT_KEY} in the data folder)")
    where.add_argument(
        "--credential", type=Path, metavar="FILE",
        help="the key as LoadCredentialEncrypted= of the unit takes it, as /etc/credstore.encrypted/hall-vault-key",
    )
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    folder, cipher = data_dir(args), settings(args).data.vault_cipher
    file, key = (DOSSIERS, DOSSIERS_KEY) if args.papers else (VAULT, VAULT_KEY)
    if not (folder / file).is_file():
        raise Failure(5, f"there is no {file} in {folder}; name the data folder with --data")
    place = (
        SealedCredential(args.credential, CREDENTIALS[key]) if args.credential is not None
        else KeyFile(args.key or folder / key)
    )
    try:
        # A hall that runs would go on with the key before.
        lock = FolderLock(folder)
        try:
            work = (_papers if args.papers else rotate) if args.what == "rotate" else (
                _forget_papers if args.papers else _forget_lost
            )
            count, number = work(folder / file, place, cipher)
        finally:
            lock.release()
    except FolderBusy as error:
        raise Failure(3, str(error)) from error
    except (VaultError, DossierError, OSError) as error:
        raise Failure(5, str(error)) from error
    what = "cases" if args.papers else "persons"
    if args.json:
        print(json.dumps({what: count, "key": number, "cipher": cipher}))
    elif args.what == "rotate":
        print(f"{count} {what} are sealed with key {number} ({cipher}) in {place}; older copies need theirs")
    else:
        print(f"{count} {what} whom no key opened are wiped; ask them again. The vault goes on with key {number}")
    return 0


Place = KeyFile | SealedCredential


def _papers(path: Path, place: Place, cipher: str) -> tuple[int, int]:
    """As for the vault: each case's own key is sealed anew, what it seals is not touched."""
    keys = place.get()
    with closing(CaseRows(path, keys)) as rows:
        return resealed(rows, keys, place)


def _forget_papers(path: Path, place: Place, cipher: str) -> tuple[int, int]:
    """The files of those cases are taken away at the next start."""
    keys = _keys_or_new(place)
    with closing(CaseRows(path, keys)) as rows:
        count = rows.lost
        rows.forget_lost()
        return count, keys.newest


def _forget_lost(path: Path, place: Place, cipher: str) -> tuple[int, int]:
    """How many persons went, and the number of the key that is there. Raises VaultError, OSError."""
    keys = _keys_or_new(place)
    with closing(Vault(path, keys, cipher)) as vault:
        return vault.forget_lost(), keys.newest


def _keys_or_new(place: Place) -> Keys:
    try:
        return place.get()
    except KeyLost:
        keys = new_keys()
        place.set_aside()
        place.put(keys)
        return keys
