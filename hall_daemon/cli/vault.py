"""`hall vault`: another key for the persons of a hall that does not run, or going on without those of a lost one."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path

from hall_daemon.adapters.storage.data_folder import VAULT, VAULT_KEY
from hall_daemon.adapters.storage.keys import CREDENTIALS, KeyFile, KeyLost, SealedCredential, VaultError, new_keys
from hall_daemon.adapters.storage.lock import FolderBusy, FolderLock
from hall_daemon.adapters.storage.vault import Vault
from hall_daemon.adapters.storage.vault_rotation import rotate
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, settings


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("rotate", "forget-lost"),
        help="rotate: seal all anew with a new key; forget-lost: wipe whom no key opens, and go on",
    )
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
    if not (folder / VAULT).is_file():
        raise Failure(5, f"there is no {VAULT} in {folder}; name the data folder with --data")
    place = (
        SealedCredential(args.credential, CREDENTIALS[VAULT_KEY]) if args.credential is not None
        else KeyFile(args.key or folder / VAULT_KEY)
    )
    try:
        # A hall that runs would go on with the key before.
        lock = FolderLock(folder)
        try:
            if args.what == "rotate":
                count, number = rotate(folder / VAULT, place, cipher)
            else:
                count, number = _forget_lost(folder / VAULT, place, cipher)
        finally:
            lock.release()
    except FolderBusy as error:
        raise Failure(3, str(error)) from error
    except (VaultError, OSError) as error:
        raise Failure(5, str(error)) from error
    if args.json:
        print(json.dumps({"persons": count, "key": number, "cipher": cipher}))
    elif args.what == "rotate":
        print(f"{count} persons are sealed with key {number} ({cipher}) in {place}; older copies need theirs")
    else:
        print(f"{count} persons whom no key opened are wiped; ask them again. The vault goes on with key {number}")
    return 0


def _forget_lost(path: Path, place: KeyFile | SealedCredential, cipher: str) -> tuple[int, int]:
    """How many persons went, and the number of the key that is there. Raises VaultError, OSError."""
    try:
        keys = place.get()
    except KeyLost:
        keys = new_keys()
        place.set_aside()
        place.put(keys)
    with closing(Vault(path, keys, cipher)) as vault:
        return vault.forget_lost(), keys.newest
