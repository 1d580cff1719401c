"""What `hall staff` and `hall machine` have in common: the accounts of a data folder, and how a refusal is said."""

from __future__ import annotations

import argparse
import os
import pwd
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hall_daemon.adapters.accounts.audit import AuditError
from hall_daemon.adapters.accounts.denied import Denied
from hall_daemon.adapters.accounts.files import OWN, AccountFiles, open_accounts
from hall_daemon.adapters.accounts.store import AccountsError
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import data_dir
from hall_daemon.wire.problems import problem

# Who changes accounts beside the hall: whoever may write its data folder.
BY = "tool:hall"


def user() -> str:
    """Whose command it is on this machine, for the audit log."""
    number = os.getuid()
    with suppress(KeyError):
        return f"user:{pwd.getpwuid(number).pw_name}"
    return f"user:{number}"


def own_credential(folder: Path) -> str:
    """What a command proves itself with to the hall that runs on this data folder."""
    path = folder / OWN
    try:
        return path.read_text(encoding="ascii").strip()
    except PermissionError as error:
        raise Failure(5, f"only the hall's user may read {path}; run this as it: sudo -u hall hall …") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(5, f"{path} cannot be read ({error}); a hall that starts makes it in its data folder") from error


@contextmanager
def accounts(args: argparse.Namespace) -> Iterator[AccountFiles]:
    """The hall that runs sees what is written here within a second."""
    folder = data_dir(args)
    if not folder.is_dir():
        raise Failure(5, f"there is no data folder {folder}; start the hall once, or name it with --data")
    try:
        files = open_accounts(folder, lambda: int(time.time() * 1000))
    except (AccountsError, AuditError, OSError) as error:
        raise Failure(5, str(error)) from error
    try:
        yield files
    except Denied as denied:
        said = problem(denied.code, denied.facts)
        raise Failure(1, f"{said.detail_zh} {said.detail}; {said.advice_zh} {said.advice}") from None
    except AccountsError as error:
        raise Failure(5, str(error)) from error
    finally:
        files.close()
