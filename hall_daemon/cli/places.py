"""Where a command finds its hall: the configuration, the data folder, the journal in it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hall_daemon.adapters.storage.data_folder import JOURNAL
from hall_daemon.adapters.storage.journal_reader import JournalError, JournalReader
from hall_daemon.cli.errors import Failure
from hall_daemon.config import BadConfig, Settings, load

INSTALLED = Path("/etc/hall/hall.toml")
SHIPPED = Path("config/hall.toml")


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"configuration (default {INSTALLED} or {SHIPPED})")


def add_data(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: the configuration's)")


def config_path(args: argparse.Namespace) -> Path:
    if args.config is not None:
        return Path(args.config)
    return INSTALLED if INSTALLED.is_file() else SHIPPED


def settings(args: argparse.Namespace) -> Settings:
    try:
        return load(config_path(args))
    except BadConfig as error:
        raise Failure(2, str(error)) from error


def data_dir(args: argparse.Namespace) -> Path:
    return Path(args.data) if args.data is not None else settings(args).data_dir


@contextmanager
def journal_reader(folder: Path) -> Iterator[JournalReader]:
    """The journal of a data folder, closed at the end. What is wrong with it is a Failure, also while it is read."""
    try:
        with closing(JournalReader(folder / JOURNAL)) as reader:
            yield reader
    except (JournalError, OSError) as error:
        raise Failure(5, str(error)) from error
