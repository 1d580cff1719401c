"""`hall run`: the daemon. Says one line of JSON when it is ready; SIGTERM and SIGINT stop it in order."""

from __future__ import annotations

import argparse
import json
import logging
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from device_drivers.signals import on_stop_signal
from hall_daemon.adapters.accounts.audit import AuditError
from hall_daemon.adapters.accounts.store import AccountsError
from hall_daemon.adapters.mqtt.broker import PortTaken
from hall_daemon.adapters.mqtt.broker_files import BrokerFailed
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.storage.lock import FolderBusy
from hall_daemon.adapters.storage.vault import VaultError
from hall_daemon.adapters.system.core_dump import stacks_instead_of_core
from hall_daemon.adapters.system.machine import Pace
from hall_daemon.adapters.system.replay_clock import PacedTime
from hall_daemon.adapters.system.systemd import JournalLines, Notifier, is_journal
from hall_daemon.bootstrap import Application
from hall_daemon.cli.doubts import doubts
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_config, settings
from hall_daemon.config import Settings
from hall_daemon.web.server import CannotListen

_LOGGER = logging.getLogger(__name__)

BEAT_S = 1.0
STDERR = 2
LOG_FORMAT = "%(levelname)s %(threadName)s %(name)s: %(message)s"


def add(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder instead of the configuration's")
    parser.add_argument("--speed", type=float, default=1.0, metavar="N", help="run the hall's clock N times as fast")
    parser.add_argument("--at", metavar="TIME", help="begin at this local time, as 2026-11-24T08:25, instead of now")
    parser.add_argument("--time-file", type=Path, metavar="FILE", help="follow the time `hall replay` keeps in FILE")


def run(args: argparse.Namespace) -> int:
    chosen = settings(args)
    if args.data is not None:
        chosen = _on_folder(chosen, Path(args.data))
    logging.getLogger().setLevel(chosen.log.level.upper())
    lines = JournalLines if is_journal(STDERR, os.environ) else logging.Formatter
    for handler in logging.getLogger().handlers:
        handler.setFormatter(lines(LOG_FORMAT))
    for doubt in doubts(chosen.path):
        _LOGGER.warning("%s", doubt)
    notifier = Notifier()
    if notifier.managed:  # in somebody's own terminal a debugger may attach
        stacks_instead_of_core()
    app = Application(chosen, _pace(args, chosen))
    on_stop_signal(app.ended.set)
    _start(app)
    try:
        _say_ready(app)
        notifier.tell("READY=1")
        while not app.ended.wait(BEAT_S):
            # The watchdog is fed only while the core's loop turns: a loop that hangs is restarted.
            if app.beat():
                notifier.tell("WATCHDOG=1")
        notifier.tell("STOPPING=1")
    finally:
        app.stop()
    if app.failure is not None:
        raise Failure(70, f"stopped: {app.failure}; nothing after the last answer was accepted")
    return 0


def _on_folder(chosen: Settings, folder: Path) -> Settings:
    """The same settings on another data folder."""
    return replace(chosen, data=msgspec.structs.replace(chosen.data, dir=str(folder.absolute())))


def _pace(args: argparse.Namespace, chosen: Settings) -> Pace:
    if not 0.1 <= args.speed <= 100_000:
        raise Failure(2, "--speed is a factor from 0.1 to 100000")
    if args.time_file is not None:
        try:
            kept = PacedTime(args.time_file)
        except (OSError, ValueError) as error:
            raise Failure(5, f"--time-file {args.time_file}: {error}") from error
        return Pace(1.0, int(kept.seconds() * 1000), kept.seconds)
    if args.at is None:
        return Pace(args.speed)
    try:
        local = datetime.fromisoformat(args.at)
        if local.tzinfo is None:
            local = local.replace(tzinfo=ZoneInfo(chosen.plan.timezone))
        begins_s = local.timestamp()
        if begins_s < 0:
            raise ValueError("before 1970")
    except (ValueError, OverflowError) as error:
        raise Failure(2, f"--at {args.at}: write a local time as 2026-11-24T08:25") from error
    return Pace(args.speed, int(begins_s * 1000))


def _start(app: Application) -> None:
    """Start, with each refusal as its exit code."""
    try:
        app.start()
    except FolderBusy as error:
        raise Failure(3, str(error)) from error
    except CannotListen as error:
        raise Failure(4, error.strerror or str(error)) from error
    except PortTaken as error:
        raise Failure(4, str(error)) from error
    except (AccountsError, AuditError, JournalError, VaultError, BrokerFailed, OSError) as error:
        raise Failure(5, str(error)) from error


def _say_ready(app: Application) -> None:
    mqtt = None if app.broker is None else {"host": app.broker.address.host, "port": app.broker.port}
    ready = {
        "ready": True,
        "hall": app.settings.plan.id,
        "http": app.staff_url,
        "public": app.public_url,
        "mqtt": mqtt,
        "data": str(app.settings.data_dir),
        "pid": os.getpid(),
    }
    print(json.dumps(ready), flush=True)
    if link := app.first_invitation():
        _LOGGER.warning("nobody can log in yet; the first administrator sets a password, within a day, at %s", link)
