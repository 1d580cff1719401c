"""Requests that nobody in his senses sends: schemathesis with all its checks against our own OpenAPI document, and raw
bytes, on both listeners of a real daemon.

Streams do not end, so schemathesis leaves them out; tests/hall_daemon/adapters/http has them.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import takewhile
from pathlib import Path
from random import Random
from typing import NamedTuple

from hall_daemon.rehearsal.hall_client import bearer
from tests.drills.harness import Counted, Drill, Run
from tests.drills.invariants import assert_sound
from tests.drills.stand import ROOT, Hall, Stand
from tests.hall_daemon.adapters.http.raw import RawReader, connected

_CONFIG = """
[dictionaries]
windows.values = ["1", "2"]
tickets.values = ["A001", "A002", "A003", "A004", "A005", "A006", "A007", "A008", "A009", "A010"]
tokens.values = [{tokens}]
ours.values = ["one"]
queues.values = ["a"]
reasons.values = ["break"]
printers.values = ["printer-1"]

[parameters]
"path.window" = {{ dictionary = "windows", probability = 0.8 }}
"path.ticket" = {{ dictionary = "tickets", probability = 0.8 }}
"path.token" = {{ dictionary = "tokens", probability = 0.8 }}
"path.queue" = {{ dictionary = "queues", probability = 0.8 }}
"body.service" = {{ dictionary = "ours", probability = 0.5 }}
"body.reason" = {{ dictionary = "reasons", probability = 0.5 }}
"body.printer" = {{ dictionary = "printers", probability = 0.5 }}

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 422, 429, "5xx"]

# A ticket has no holder until somebody says who it is.
[[operations]]
include-operation-id = "getHolder"
phases.stateful.enabled = false
"""
_STREAMS = r"/(events|stream)$"
# Made by a child process each, or answered late on purpose when one token is asked for often.
SLOW = r"|/efficiency|/one-more-window|/by-token/"
_PHASES = "examples,coverage,fuzzing,stateful"
_CASES = re.compile(r"(\d+) generated")


def documented(
    hall: Hall, base: str, folder: Path, seed: int, examples: int, phases: str, besides: str, credential: str = ""
) -> int:
    """How many requests schemathesis made, as the machine with that credential. AssertionError with its words when a
    check failed.

    `besides`: more paths to leave out.
    """
    config = folder / "schemathesis.toml"
    tokens = ", ".join(f'"{hall.post("tickets", {"service": "one"}).json()["token"]}"' for _ in range(5))
    config.write_text(_CONFIG.format(tokens=tokens), encoding="utf-8")
    words = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "--no-color",
        "run", f"{base}/api/v1/openapi.json", "--max-examples", str(examples), "--seed", str(seed),
        "--exclude-path-regex", _STREAMS + besides, "--checks", "all", "--phases", phases, "--continue-on-failure",
        "--suppress-health-check", "all", "--generation-database", "none",
    ]
    for name, value in bearer(credential).items() if credential else ():
        words += ["--header", f"{name}: {value}"]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.drills.fuzz_checks"},
    )
    assert done.returncode == 0, f"schemathesis: {done.stdout}{done.stderr}"
    made = _CASES.search(done.stdout)
    assert made is not None, done.stdout
    return int(made[1])


class Raw(NamedTuple):
    """One request as bytes. `clear`: every machine on the way must read it alike, so it is answered as what it is;
    else it gets one 4xx and the connection ends, because whatever follows may be part of it."""

    data: bytes
    clear: bool


# Whoever names the hall rightly says who asks, too; see `proven`.
_OURS = b"Host: localhost"
_BODY = b'{"service": "one"}'
# What follows the first request in its packet: were it believed, the hall would recall at a window.
SMUGGLED = b"POST /api/v1/windows/1/recall HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
_LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_HOSTS = ((_OURS, True), (_OURS + b":80", True), (b"", False), (b"Host: a\r\nHost: b", False),
          (b"Host: a\r\nhost: a", False), (b"Host : x", False), (b"Host\x00: x", False))
_HEADERS = ((b"", True), (b"A: " + b"b" * 8000, True), (b"A: " + b"b" * 20_000, False),
            (b"\r\n".join(b"A%d: b" % n for n in range(5000)), False), (b"A: b\r\n\tfolded: c", False),
            (b"A b: c", False), (b": c", False), (b"A: b\x00c", False), ("头: 值".encode(), False))
_LENGTHS = ((b"Content-Length: %d" % len(_BODY), True), (b"Content-Length: +%d" % len(_BODY), False),
            (b"Content-Length: -1", False), (b"Content-Length: 0x12", False), (b"Content-Length: 18, 18", False),
            (b"Content-Length: 18\r\nContent-Length: 19", False), (b"Content-Length: 99999999999999999999", False),
            (b"Content-Length: 18\r\nTransfer-Encoding: chunked", False), (b"Content-Length : 18", False),
            (b"Transfer-Encoding: xchunked", False), (b"Transfer-Encoding: chunked, identity", False),
            (b"Transfer-Encoding : chunked", False))
_LINES = ((b"POST /api/v1/tickets HTTP/1.1", True), (b"POST /api/v1/tickets  HTTP/1.1", True),
          (b"POST /api/v1/tickets HTTP/1.1 ", False), (b"POST  /api/v1/tickets HTTP/2.0", False),
          (b"POST\t/api/v1/tickets HTTP/1.1", False), (b"post /api/v1/tickets HTTP/1.1", False),
          (b"POST /api/v1/tickets", False))
_CHUNKS = ((b"12\r\n%b\r\n0\r\n\r\n", True), (b"12;a=b\r\n%b\r\n0\r\n\r\n", True), (b"zz\r\n%b", False),
           (b"-12\r\n%b\r\n0\r\n\r\n", False), (b"0x12\r\n%b\r\n0\r\n\r\n", False), (b"11\r\n%b\r\n0\r\n\r\n", False),
           (b"FFFFFFFFFFFFFFFFF\r\n%b", False), (b"12\n%b\n0\n\n", False))


def raw(rng: Random) -> Raw:
    """A request to draw a number; in most of them one thing is wrong."""
    parts = [table[0] for table in (_LINES, _HOSTS, _HEADERS, _LENGTHS)]
    wrong = rng.randrange(6)
    body, chunked = (_BODY, True), wrong == 4
    if wrong < 4:
        parts[wrong] = rng.choice((_LINES, _HOSTS, _HEADERS, _LENGTHS)[wrong])
    if chunked:
        parts[3] = (b"Transfer-Encoding: chunked", True)
        form, good = rng.choice(_CHUNKS)
        body = form % _BODY, good
    head = b"\r\n".join(part for part, _ in parts if part)
    return Raw(head + b"\r\n\r\n" + body[0], all(clear for _, clear in (*parts, body)))


def proven(data: bytes, credential: str) -> bytes:
    """The same requests, from the machine with that credential."""
    return data.replace(_OURS, f"Authorization: Bearer {credential}\r\n".encode() + _OURS)


def answers(port: int, data: bytes, cuts: list[int]) -> list[int]:
    """The statuses of everything that is answered to `data`, sent in pieces that end there, until the hall closes.
    AssertionError when what comes is no HTTP."""
    found: list[int] = []
    with connected(port) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = RawReader(sock)
        try:
            for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
                sock.sendall(data[start:end])
            while True:
                found.append(reader.answer().status)
        except EOFError as end:
            if str(end) != "closed after b''":
                raise AssertionError(f"half an answer: {end}") from end
        except ConnectionError:
            pass  # it closed while there was still something to send
    return found


def attack_raw(hall: Hall, port: int, rng: Random, *, public: bool) -> str:
    """Some requests in one connection; what became of them. AssertionError when that is not what it should be."""
    sent = [raw(rng) for _ in range(rng.randrange(1, 4))]
    if rng.random() < 0.5:
        sent.insert(rng.randrange(len(sent) + 1), Raw(SMUGGLED, True))
    clear = list(takewhile(lambda each: each.clear, sent))
    data = proven(b"".join(each.data for each in sent) + _LAST, hall.stand.credential)
    cuts = sorted(rng.sample(range(1, len(data)), min(rng.choice((0, 0, 1, 3, 40)), len(data) - 1)))
    found = answers(port, data, cuts)
    for each, status in zip(clear, found, strict=False):
        expected = (404, 405) if public else (409, 404) if each.data == SMUGGLED else (201,)
        assert status in expected, f"{status} to {each.data[:300]!r}"
    if len(clear) == len(sent):
        assert found[len(sent) :] == [200], f"{found} to {data[:2000]!r}"
        return "served"
    assert len(found) <= len(clear) + 1, f"{found} to {data[:2000]!r}"
    assert all(400 <= status < 500 for status in found[len(clear) :]), f"{found} to {data[:2000]!r}"
    return "refused" if len(found) == len(clear) + 1 else "cut"


def attack(
    run: Run, examples: int = 60, phases: str = _PHASES, besides: str = "", connections: int = 2000, slow: int = 20
) -> Counted:
    """Both kinds in turn on one hall; what it did stands in its journal, and is right. `slow`: clients of each listener
    whose body never comes whole."""
    counted: Counter[str] = Counter()
    public_folder = run.folder / "public"
    public_folder.mkdir(exist_ok=True)
    with Stand(run.folder, mqtt="off") as stand, stand.hall() as hall:
        hall.open()
        while not counted or not run.over:
            counted["rounds"] += 1
            seed = run.random("seed", counted["rounds"]).randrange(2**31)
            # The public listener answers late on purpose, so the others are asked meanwhile.
            with ThreadPoolExecutor() as pool:
                asked = partial(documented, hall, seed=seed, examples=examples, phases=phases, besides=besides)
                public = pool.submit(asked, base=hall.public, folder=public_folder)
                for name, who in (("staff", ""), ("proven", stand.credential)):
                    counted[f"requests {name}"] += asked(base=hall.http, folder=run.folder, credential=who)
                counted["requests public"] += public.result()
            with ExitStack() as open_:
                waiting = [open_.enter_context(connected(port)) for port in stand.ports[:2] for _ in range(slow)]
                for sock in waiting:
                    sock.sendall(proven(SMUGGLED, stand.credential)[:-1])
                for n in range(connections):
                    rng, outer = run.random("raw", counted["rounds"], n), n % 4 == 3
                    counted[attack_raw(hall, stand.ports[outer], rng, public=outer)] += 1
                # The public listener has no such path, and does not wait for what it would not read.
                assert Counter(RawReader(sock).answer().status for sock in waiting) == Counter({408: slow, 404: slow})
        assert {part: said for part, said in hall.health().items() if not said.startswith("ok")} == {}
        assert hall.said("Traceback") == []
        hall.draw()
    assert_sound(stand.data, stand.settings)
    return counted


DRILL = Drill(
    name="requests",
    does="an OpenAPI fuzzer and raw bytes on both listeners",
    faults=("F25",),
    share=2,
    attack=attack,
)
