"""The scene of this very machine: programs that are run, hosts that are asked, the hall that runs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPException
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from hall_daemon.cli.accounts import own_credential
from hall_daemon.cli.day import connection, reachable
from hall_daemon.cli.doctor.scene import Greeting, Scene, Unseen
from hall_daemon.cli.errors import Failure
from hall_daemon.config import Settings

PROJECT = Path(__file__).resolve().parents[3]
_PROGRAM_S = 15.0
_CONNECT_S = 2.0
# CONNECT of MQTT 3.1.1, clean, 10 s, a client id that nobody else has.
_HELLO = b"\x10\x17\x00\x04MQTT\x04\x02\x00\x0a\x00\x0bhall-doctor"
_ACCEPTED = b"\x20\x02\x00\x00"


def this_machine(settings: Settings, root: Path, backup: Path | None) -> Scene:
    """`root` other than "/": files of a machine that was recorded, of which no program and no hall can be asked."""
    here = root == Path("/")
    return Scene(
        settings=settings,
        root=root,
        project=PROJECT,
        now=datetime.fromtimestamp(time.time(), UTC),
        run=_run if here else _recorded,
        ask=(lambda path: _ask(settings, path)) if here else _recorded,
        greet=_greet if here else _recorded,
        connect=_connect if here else _recorded,
        packages={found.metadata["Name"]: found.version for found in distributions()} if here else {},
        backup=backup,
    )


def _recorded(*_asked: object) -> Any:
    raise Unseen("recorded")


def _run(words: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PROGRAM_S,
            check=False, env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise Unseen("no_program", program=words[0]) from None
    except subprocess.TimeoutExpired:
        raise Unseen("failed", why=f"{words[0]}: no end within {_PROGRAM_S:g} s") from None
    return done.stdout.decode(errors="replace")


def _ask(settings: Settings, path: str) -> Any:
    """What the hall that runs says to its own user."""
    try:
        proof = own_credential(settings.data_dir)
    except Failure as failure:
        code = "denied" if isinstance(failure.__cause__, PermissionError) else "no_hall"
        raise Unseen(code, path=str(settings.data_dir)) from failure
    try:
        with closing(connection(settings.http, reachable(settings.http))) as wire:
            wire.request("GET", path, headers={"Authorization": f"Bearer {proof}"})
            answer = wire.getresponse()
            said = json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as error:
        raise Unseen("no_hall") from error
    if answer.status not in (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE):
        raise Unseen("failed", why=f"{path}: {answer.status} {said.get('code', '')}")
    return said


def _connect(host: str, port: int) -> None:
    socket.create_connection((host, port), _CONNECT_S).close()


def _greet(host: str, port: int) -> Greeting:
    with socket.create_connection((host, port), _CONNECT_S) as wire:
        wire.sendall(_HELLO)
        return "accepted" if wire.recv(len(_ACCEPTED)) == _ACCEPTED else "refused"
