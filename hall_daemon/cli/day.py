"""`hall day`: the business day of the hall that runs, and what to do when the machine's date was wrong."""

from __future__ import annotations

import argparse
import json
import socket
from contextlib import closing
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

from hall_daemon.adapters.system.certificate import trusting
from hall_daemon.cli.accounts import own_credential
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, settings
from hall_daemon.config.settings import Http

TIMEOUT_S = 10.0
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 (where to find it, not to listen)


def add(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--confirm", action="store_true", help="the machine's date is right: the hall shall believe it")
    what.add_argument(
        "--reopen", action="store_true",
        help="the day turned by a wrong clock, which is right now: go on with the day before; who expired waits again",
    )
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    ask = partial(_ask, settings(args).http, own_credential(data_dir(args)))
    if args.reopen:
        again = ask("POST", "/api/v1/day/reopen")["events"].count("TicketReopened")
    found = ask("POST", "/api/v1/day/confirm") if args.confirm else ask("GET", "/api/v1/day")
    if args.json:
        print(json.dumps({**found, "reopened": again} if args.reopen else found))
        return 0
    if args.reopen:
        print(f"{found['day']} goes on; {again} who had expired wait again")
    print(f"business day {found['day']}, the hall's time is {found['now']}")
    if found["machine"] is not None:
        print(
            f"the machine's clock says {found['machine']} and is not believed: set it right, or say that it is right "
            "with hall day --confirm"
        )
    return 0


def _ask(http_: Http, proof: str, method: str, path: str) -> Any:
    """The answer of the hall that runs. Raises Failure with its words."""
    status, said = _answer(http_, proof, method, path)
    if status != HTTPStatus.OK:
        raise Failure(1, f"{said['detail_zh']} {said['detail']}; {said['advice_zh']} {said['advice']}")
    return said


def _answer(http_: Http, proof: str, method: str, path: str) -> tuple[int, Any]:
    host = reachable(http_)
    headers = {"Authorization": f"Bearer {proof}", "Content-Type": "application/json"}
    try:
        with closing(connection(http_, host)) as wire:
            wire.request(method, path, "{}" if method == "POST" else None, headers)
            answer = wire.getresponse()
            return answer.status, json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as error:
        raise Failure(5, f"no hall answers at {host} port {http_.port} ({error}); start it first") from error


def reachable(http_: Http) -> str:
    """Where the hall is found on its own machine."""
    return _ANY_ADDRESS.get(http_.host, http_.host)


def connection(http_: Http, host: str) -> HTTPConnection:
    """By HTTPS where the hall has a certificate, which stands for the hall's first name. Raises OSError."""
    trust = trusting(http_.cert_file)
    if trust is None:
        return HTTPConnection(host, http_.port, timeout=TIMEOUT_S)
    name = http_.hosts[0] if http_.hosts else host
    connection = HTTPSConnection(name, http_.port, timeout=TIMEOUT_S)
    # The machine itself is asked, wherever that name leads.
    plain = socket.create_connection((host, http_.port), TIMEOUT_S)
    try:
        connection.sock = trust.wrap_socket(plain, server_hostname=name)
    except BaseException:
        plain.close()
        raise
    return connection
