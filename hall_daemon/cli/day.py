"""`hall day`: the business day of the hall that runs, and what to do when the machine's date was wrong."""

from __future__ import annotations

import argparse
import http.client
import json
from functools import partial
from typing import Any

from hall_daemon.cli.accounts import own_credential
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, settings
from hall_daemon.config import Settings

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
    ask = partial(_ask, settings(args), own_credential(data_dir(args)))
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


def _ask(chosen: Settings, proof: str, method: str, path: str) -> Any:
    """The answer of the hall that runs. Raises Failure with its words."""
    host = _ANY_ADDRESS.get(chosen.http.host, chosen.http.host)
    connection = http.client.HTTPConnection(host, chosen.http.port, timeout=TIMEOUT_S)
    try:
        body = "{}" if method == "POST" else None
        connection.request(method, path, body, {"Content-Type": "application/json", "Authorization": f"Bearer {proof}"})
        answer = connection.getresponse()
        said = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failure(5, f"no hall answers at {host} port {chosen.http.port} ({error}); start it first") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Failure(1, f"{said['detail_zh']} {said['detail']}; {said['advice_zh']} {said['advice']}")
    return said
