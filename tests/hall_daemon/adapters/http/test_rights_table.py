"""Every operation of both listeners, for everybody with every state of proof: what the table of rights says and nothing
else. The operations are those of the document, which is made from the rows that serve."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import requests

from hall_daemon.adapters.http.gate import guarded
from hall_daemon.staff.rights import MACHINE_ROLES, PERSON_ROLES, RIGHTS
from hall_daemon.web.endpoint import Operation, get
from hall_daemon.web.limits import PUBLIC_LIMITS
from hall_daemon.web.openapi import WRITES
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.raw import RawReader, connected
from tests.hall_daemon.adapters.http.rights_scene import People, Somebody, everybody, expected

# What is refused by the gate, and not for what the hall is like.
_GATE = {"log_in_needed", "bad_credential", "not_allowed", "not_your_window", "cross_site", "bad_request", "wrong_host"}
# What nobody has to prove anything for at the staff listener.
OPEN = {
    "getHealth", "listProblems", "getDocument", "getSession", "logIn", "logInByCard", "logInAtReader",
    "acceptInvitation",
}
# These end what the others are tried with.
_LAST = ("closeWindow", "logOut")
# Where the own window is asked for after the body was read, that has to be one.
_BODIES = {
    "callWindow": '{"ticket":"A001","reason":"frail"}', "openWindow": '{"staff":"x"}',
    "pauseWindow": '{"reason":"break"}',
}


class Asked(NamedTuple):
    operation: str
    method: str
    path: str
    needs: str
    stream: bool


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    limits = PUBLIC_LIMITS._replace(by_address=None, by_subject=None)
    with live_hall(tmp_path_factory.mktemp("gated") / "hall", gated=True, public_limits=limits) as running:
        yield running


@pytest.fixture(scope="module")
def people(hall: LiveHall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    found = People(hall, tmp_path_factory.mktemp("elsewhere") / "hall")
    yield found
    found.close()


def table(base: str) -> list[Asked]:
    document: dict[str, Any] = requests.get(base + "/api/v1/openapi.json", timeout=10).json()
    found = [
        Asked(
            row["operationId"], method.upper(), re.sub(r"{\w+}", "x", path.replace("{window}", "1")),
            row["x-needs"], "text/event-stream" in row["responses"].get("200", {}).get("content", ()),
        )
        for path, methods in document["paths"].items() for method, row in methods.items()
    ]
    return sorted(found, key=lambda row: row.operation in _LAST)


def request(row: Asked, somebody: Somebody) -> bytes:
    body = _BODIES.get(row.operation, "{}") if row.method in WRITES else ""
    lines = [f"{row.method} {row.path} HTTP/1.1", "Host: localhost", *somebody.headers]
    lines += [f"Content-Length: {len(body)}", f"Idempotency-Key: same-{row.operation}"] if row.method in WRITES else []
    return "\r\n".join((*lines, "", body)).encode("latin-1")


def answers(port: int, rows: list[Asked], somebody: Somebody) -> Iterator[tuple[Asked, int, str]]:
    """The status and the gate's code of each, "" where it let through; one connection for all that ends."""
    alone = [row for row in rows if row.stream or somebody.refused == "bad_request"]
    many = [row for row in rows if row not in alone]
    for each in ([row] for row in alone):
        yield from _batch(port, each, somebody)
    if many:
        yield from _batch(port, many, somebody)


def _batch(port: int, rows: list[Asked], somebody: Somebody) -> Iterator[tuple[Asked, int, str]]:
    with connected(port) as sock:
        sock.sendall(b"".join(request(row, somebody) for row in rows))
        reader = RawReader(sock)
        for row in rows:
            answer = reader.answer()
            assert "idempotency-replayed" not in answer.headers, f"{row}: answered with somebody else's press"
            problem = answer.headers.get("content-type") == "application/problem+json"
            code = json.loads(answer.body)["code"] if problem else ""
            assert code != "key_reused", row
            yield row, answer.status, code if code in _GATE else ""


def test_every_operation_for_everybody_with_every_proof(hall: LiveHall, people: People) -> None:
    staff, public = table(hall.staff.url), table(hall.public.url)
    assert {row.operation for row in staff if row.needs == "anybody"} == OPEN
    assert {row.needs for row in public} == {"anybody"}
    tried: Counter[str] = Counter()
    wrong: list[str] = []
    for somebody in everybody(people):
        before, who = hall.core.seq, f"{somebody.role}, {somebody.state}"
        should = {row: expected(somebody, row.operation, row.method, row.path, row.needs) for row in staff}
        for row, status, code in answers(hall.staff.port, staff, somebody):
            tried[somebody.role] += 1
            if code != should[row] or status == 500:
                wrong.append(f"{who}, {row.operation}: {status} {code!r}, not {should[row]!r}")
        if all(code for row, code in should.items() if row.method != "GET" and row.needs != "anybody"):
            assert hall.core.seq == before, f"{who}: something was done"
        # Nobody is known to the public: it asks for nothing, and refuses only what is no request or another site's.
        for row, status, code in answers(hall.public.port, public, somebody):
            hostile = somebody.state.startswith("hostile") and row.method not in ("GET", "HEAD")
            told = "cross_site" if hostile else somebody.refused if somebody.refused == "bad_request" else ""
            tried["public"] += 1
            if code != told or status == 500:
                wrong.append(f"public: {who}, {row.operation}: {status} {code!r}, not {told!r}")
    assert wrong == [], "\n".join(wrong)
    assert set(tried) == {"nobody", "public", *PERSON_ROLES, *MACHINE_ROLES}
    assert min(tried[role] for role in PERSON_ROLES) == 19 * len(staff)
    assert min(tried[role] for role in MACHINE_ROLES) == 11 * len(staff)


def test_asking_for_the_head_alone_is_reading(hall: LiveHall) -> None:
    found = {
        row.operation: requests.head(hall.staff.url + row.path, timeout=10).status_code
        for row in table(hall.staff.url) if row.method == "GET" and not row.stream
    }
    posted = {"logIn", "logInByCard", "logInAtReader", "acceptInvitation"}
    assert {operation for operation, status in found.items() if status != 401} == OPEN - posted


async def nothing(call: object) -> None: ...


def test_a_row_without_a_right_does_not_compile() -> None:
    with pytest.raises(TypeError, match="needs"):
        Operation(id="x", method="GET", path="/x", summary="", handle=nothing, reply=None)  # type: ignore[call-arg]


@pytest.mark.parametrize("needs", ["", "everything", "Look", "window"])
def test_a_row_with_a_right_that_is_none_does_not_start(needs: str) -> None:
    with pytest.raises(ValueError, match="no right"):
        guarded((get("x", needs, "/x", "", nothing, None),))


def test_two_rows_for_one_request_do_not_start() -> None:
    rows = tuple(get(f"x{n}", RIGHTS[n], "/x", "", nothing, None) for n in range(2))
    with pytest.raises(ValueError, match="the same request"):
        guarded(rows)
