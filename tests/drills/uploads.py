"""Whoever comes to a review's doors with bad intent, at both listeners of a real daemon: bodies that lie about their
length, come slowly or all at once; pages that are none; secrets of others, or guessed; more than the disk may hold.

Nobody reads or changes what is not theirs, every answer is one of the document's, numbers are drawn and called
meanwhile, and on the disk lies what the journal names and nothing else.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from hall_daemon.adapters.http.uploads import EACH_UNDER_WAY
from hall_daemon.adapters.storage.data_folder import DOSSIERS, PAGES
from hall_daemon.adapters.storage.past import book_of
from hall_daemon.rehearsal.hall_client import bearer
from tests.bench.client import percentile
from tests.drills.applicants import CaseMemory, CasesTold, photo
from tests.drills.case_audit import assert_dossiers
from tests.drills.harness import Counted, Drill, Run
from tests.drills.invariants import assert_sound
from tests.drills.matter import MATTER, laid_out
from tests.drills.stand import Hall, Stand, wait_until

PAPER = "layout"
QUOTA_MB = 10
MB = 1024 * 1024
GUESSES = 10_000
PHONES, PRESSES = 6, 100
ANSWERED_S = 60.0
ELSEWHERE = ("127.0.0.2", 0)
# What a place in a path may be that is no page; the answer must be one of ours.
NO_PAGES = (
    "0", "-1", "61", "1e1", "1.0", "%C2%B2", "%D9%A1", "0001" + "9" * 4400, "1%00", "%2e%2e", "..%2f1", "1%2f..%2f1",
)
NO_PAPERS = (
    "..%2f..%2fjournal.db", "%2e%2e", "layout%00", "layout%2f..%2flayout", "%c0%ae%c0%ae", "LAYOUT", "layout%20",
    "a" * 300, "layout%0d%0aX:y", "%ff%fe",
)
# Said of a photo.
NO_TYPES = ("text/html", "image/png", "application/pdf", "multipart/form-data; boundary=x", "x" * 200)


class Doors(NamedTuple):
    """Of a hall: both listeners, what a machine that may look at reviews proves itself with, and a service."""

    http: str
    public: str
    proof: Mapping[str, str]
    service: str

    def staff(self, method: str, path: str, body: Mapping[str, object] | None = None) -> tuple[int, bytes]:
        """The path goes out as it is."""
        at = urlsplit(self.http)
        connection = http.client.HTTPConnection(str(at.hostname), int(at.port or 0), timeout=ANSWERED_S)
        with closing(connection):
            said = json.dumps(body).encode() if body is not None else b""
            connection.putrequest(method, path)
            for name, text in {"Content-Length": str(len(said)), **self.proof}.items():
                connection.putheader(name, text)
            connection.endheaders(said)
            answer = connection.getresponse()
            return answer.status, answer.read()


class Review:
    """One that somebody has begun at the public door."""

    def __init__(self, doors: Doors) -> None:
        self.at = urlsplit(doors.public)
        opened = self.ask("POST", "/api/v1/reviews", json.dumps({"matter": MATTER}).encode())
        assert opened[0] == 201, opened
        self.id, self.token = opened[1]["review"], opened[1]["token"]
        self.path = f"/api/v1/reviews/{self.id}"

    def ask(
        self, method: str, path: str, body: bytes = b"", source: tuple[str, int] | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """The path goes out as it is. Status and body of the answer."""
        connection = http.client.HTTPConnection(
            str(self.at.hostname), int(self.at.port or 0), timeout=ANSWERED_S, source_address=source
        )
        with closing(connection):
            connection.putrequest(method, path, skip_accept_encoding=True)
            told = {"Content-Length": str(len(body)), "Content-Type": "application/json"} | {
                name.replace("_", "-"): text for name, text in headers.items()
            }
            for name, text in told.items():
                connection.putheader(name, text)
            connection.endheaders(body)
            answer = connection.getresponse()
            said = json.loads(answer.read() or b"{}")
        assert answer.status < 500 or answer.status == 503, f"{method} {path[:80]}: {answer.status} {said}"
        return answer.status, said

    def mine(self, method: str, path: str, body: bytes = b"", **more: Any) -> tuple[int, dict[str, Any]]:
        return self.ask(method, f"{self.path}{path}", body, Case_Token=self.token, **more)

    def put(self, page: object = 1, body: bytes = b"", paper: str = PAPER, **more: Any) -> tuple[int, dict[str, Any]]:
        return self.mine("PUT", f"/papers/{paper}/pages/{page}", body, **({"Content_Type": "image/jpeg"} | more))

    def pages(self) -> list[tuple[int, int]]:
        papers = self.mine("GET", "/papers")[1]["papers"]
        pages = next((paper["pages"] for paper in papers if paper["id"] == PAPER), ())
        return [(page["page"], page["version"]) for page in pages]

    @contextmanager
    def under_way(self, length: int, page: int = 1, answer: bytes = b"100 Continue") -> Iterator[socket.socket]:
        """A body that has been announced, and is waited for (or not, by another `answer`)."""
        head = (
            f"PUT {self.path}/papers/{PAPER}/pages/{page} HTTP/1.1\r\nHost: {self.at.netloc}\r\n"
            f"Expect: 100-continue\r\nContent-Type: image/jpeg\r\nCase-Token: {self.token}\r\n"
            f"Content-Length: {length}\r\n\r\n"
        )
        address = str(self.at.hostname), int(self.at.port or 0)
        with socket.create_connection(address, timeout=ANSWERED_S) as sock:
            sock.sendall(head.encode())
            said = sock.recv(4096)
            assert answer in said, said
            yield sock


# -- what is tried ------------------------------------------------------------------------------------------------


def lies(doors: Doors, chance: Random) -> int:
    """About lengths and types. Nothing is kept of a body that is not whole."""
    review, body = Review(doors), photo(1)
    with review.under_way(len(body) + 10) as sock:
        sock.sendall(body)
    status, said = review.put(1, body[: len(body) // 2])
    assert (status, said["code"]) == (422, "paper_refused")
    with review.under_way(len(body) // 2) as sock:
        sock.sendall(body)
        assert b" 422 " in sock.recv(65536), "what comes after its end is no part of it"
    assert review.pages() == []
    for at, kind in enumerate(chance.sample(NO_TYPES, 2), 1):
        assert review.put(at, body, Content_Type=kind)[0] in (200, 400, 415), kind
    with review.under_way(10 * MB + 1, answer=b" 413 "):
        return 6


def places(doors: Doors, chance: Random) -> int:
    """Pages and papers that are none, at both listeners."""
    review = Review(doors)
    for page in NO_PAGES:
        assert review.put(page, photo(2))[0] in (400, 404, 414, 422), page[:20]
        desk = review.ask("GET", f"{review.path}/papers/{PAPER}/pages/{page}")[0]
        assert desk in (400, 404, 405, 414), page[:20]
        said = doors.staff("GET", f"{review.path}/papers/{PAPER}/pages/{page}")[0]
        assert said in (400, 404, 414), page[:20]
    for paper in NO_PAPERS:
        assert review.put(1, photo(2), paper)[0] in (400, 404, 414, 422), paper[:20]
    assert review.pages() == []
    return 3 * len(NO_PAGES) + len(NO_PAPERS)


def secrets_of_others(doors: Doors, chance: Random, guesses: int) -> int:
    """A ticket's, another review's, one that was moved away, and guesses: all are nobody."""
    review, other = Review(doors), Review(doors)
    ticket = json.loads(doors.staff("POST", "/api/v1/tickets", {"service": doors.service})[1])
    code = review.mine("POST", "/move", b"{}")[1]["url"].partition("#s=")[2]
    claim = review.ask("POST", "/api/v1/move/claim", json.dumps({"secret": code}).encode())[1]["token"]
    asks = [("PUT", f"/papers/{PAPER}/pages/1"), ("GET", ""), ("GET", "/papers"), ("POST", "/withdraw")]
    strangers = [ticket["token"], ticket["ticket"], other.token, code, claim, "", "x" * 900, review.token.upper()]
    for stranger in strangers:
        for method, path in asks:
            proof = {"Case_Token": stranger, "Drop_Token": stranger}
            status, said = review.ask(method, f"{review.path}{path}", b"{}", None, **proof)
            assert (status, said.get("code")) == (404, "unknown_review"), (method, path, said)
    review.mine("POST", "/move/confirm", b"{}")
    moved = review.ask("POST", "/api/v1/move/collect", json.dumps({"token": claim}).encode())[1]["token"]
    assert review.mine("GET", "")[0] == 404, "the secret before is worthless"
    review.token = moved
    before = review.mine("GET", "")[1]["version"]
    at, refused = review.at, Counter[int]()
    with closing(http.client.HTTPConnection(str(at.hostname), int(at.port or 0), timeout=ANSWERED_S)) as guessing:
        for _ in range(guesses):
            guess = f"{chance.getrandbits(128):032x}"
            guessing.request("GET", review.path, headers={"Case-Token": guess})
            answer = guessing.getresponse()
            answer.read()
            refused[answer.status] += 1
    assert set(refused) <= {404, 429}, refused
    said = review.mine("GET", "", source=ELSEWHERE)
    assert said[1].get("version") == before, said
    return guesses + len(strangers) * len(asks)


def at_once(doors: Doors, chance: Random) -> int:
    """Two pictures for one page, and pages in no order: each is one or the other, whole."""
    review, answers = Review(doors), []

    def put(page: int, seed: int) -> None:
        answers.append(review.put(page, photo(seed))[0])

    threads = [threading.Thread(target=put, args=args) for args in ((7, 3), (7, 4), (2, 5))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200, 200, 200]
    assert review.pages() == [(2, 1), (7, 2)]
    return 3


def slow(doors: Doors, chance: Random) -> int:
    """Bodies that never come hold what one address may hold; others go on."""
    review, body = Review(doors), photo(6)
    with ExitStack() as stack:
        for page in range(EACH_UNDER_WAY):
            stack.enter_context(review.under_way(1000, page + 1)).sendall(b"\xff")
        status, said = Review(doors).put(1, body)
        assert (status, said["code"]) == (503, "busy"), said
        assert review.put(20, body, source=ELSEWHERE)[0] == 200
    # They left.
    wait_until(lambda: Review(doors).put(1, body)[0] == 200, ANSWERED_S, "their room is given back")
    return EACH_UNDER_WAY


def brought_back(doors: Doors, chance: Random) -> int:
    """A file that takes longer than its review lives brings nothing back of it."""
    review, body = Review(doors), photo(7)
    assert review.put(2, body)[0] == 200
    with review.under_way(len(body)) as sock:
        sock.sendall(body[:100])
        assert review.mine("POST", "/withdraw", b"{}")[0] == 200
        wait_until(lambda: not review.pages(), ANSWERED_S, "its dossier is gone")
        sock.sendall(body[100:])
        assert b"review_over" in sock.recv(65536)
    assert review.pages() == []
    return 1


def flood(doors: Doors, chance: Random, data: Path) -> int:
    """More than the disk may hold, as answers, which cost nothing to make: refused in words, and bounded."""
    kept = 0
    for _ in range(2 * QUOTA_MB * 4):
        review = Review(doors)
        text = chance.choice("大厅材料预审") * 80_000
        body = json.dumps({"answers": {"operator": text}}, ensure_ascii=False).encode()
        status, said = review.mine("PUT", "/answers", body, If_Match='"1"')
        if said.get("code") == "dossiers_full":
            break
        assert status == 200, said
        kept += 1
    else:
        raise AssertionError("the dossiers grow without a bound")
    assert kept >= QUOTA_MB * MB // 262_144 // 2, "much less than the quota"
    size = (data / DOSSIERS).stat().st_size + sum(each.stat().st_size for each in (data / PAGES).rglob("*"))
    assert size <= (QUOTA_MB + 1) * MB, f"{size} bytes, more than the quota"
    return kept


def attack(run: Run, guesses: int = GUESSES) -> Counted:
    """Each in turn until the run is over, everything once at least; the flood is the last of a hall."""
    counted: Counter[str] = Counter()
    tries: tuple[Callable[[Doors, Random], int], ...] = (lies, places, at_once, slow, brought_back)
    worst_ms = 0.0
    while not counted or not run.over:
        folder = run.folder / f"hall-{counted['halls']}"
        folder.mkdir()
        chance = run.random("uploads", counted["halls"])
        told: list[str] = []
        with Stand(folder, tail=laid_out(folder / "matter", QUOTA_MB)) as stand, stand.hall() as hall:
            hall.open("1")
            doors = Doors(hall.http, hall.public, bearer(stand.credential), "one")
            for each in tries:
                counted[each.__name__] += each(doors, chance)
                works_on(hall, told)
            counted["secrets"] += secrets_of_others(doors, chance, guesses)
            works_on(hall, told)
            worst_ms = max(worst_ms, presses_meanwhile(hall, doors, told))
            counted["flood"] += flood(doors, chance, stand.data)
            works_on(hall, told)
            health = hall.health()
            assert (health["dossiers"].partition(":")[0], health["core"]) == ("degraded", "ok")
            assert not hall.said("Traceback"), hall.said("Traceback")
        rows = assert_sound(stand.data, stand.settings)
        assert_dossiers(
            stand.data, stand.settings, book_of(stand.data).docket, rows[-1].wall, CaseMemory(), CasesTold()
        )
        counted["halls"] += 1
    return {**counted, "draw p99 meanwhile": f"{worst_ms:.0f} ms"}


def presses_meanwhile(hall: Hall, doors: Doors, told: list[str]) -> float:
    """The p99 of a draw, in ms, while phones hand in pages as fast as they are let: every one of them is answered."""
    over, answers, took_s = threading.Event(), Counter[int](), []

    def hand_in(seed: int) -> None:
        while not over.is_set():
            review = Review(doors)
            for page in range(1, 9):
                answers[review.put(page, photo(seed + page))[0]] += 1

    phones = [threading.Thread(target=hand_in, args=(seed,)) for seed in range(PHONES)]
    for phone in phones:
        phone.start()
    for _ in range(PRESSES):
        asked_s = time.perf_counter()
        told.append(hall.draw())
        took_s.append(time.perf_counter() - asked_s)
        over.wait(0.1)
    over.set()
    for phone in phones:
        phone.join()
    assert set(answers) <= {200, 429, 503}, answers
    assert answers[200], answers
    return percentile(took_s, 0.99) * 1000


def works_on(hall: Hall, told: list[str]) -> None:
    """A number is drawn and called, whoever floods."""
    told.append(hall.draw())
    assert hall.window("1", "call-next")["number"]
    hall.window("1", "start")
    hall.window("1", "finish")


DRILL = Drill(
    name="uploads",
    does="bad intent at a review's doors: lengths that lie, pages that are none, secrets of others, floods",
    faults=("F25",),
    share=2,
    attack=attack,
)
