"""What a press waits while 200 people fill in forms and 20 hand papers in, beside a quiet hall.

Each of the 200 has a draft and keeps its answers again every few seconds, each time others; each of the 20 sends one
photo of an A4 page after the other. All from a process of their own, over the public listener. Somebody presses a
hundred times a second, which no hall sees, and not two thousand times as a closed loop would: there the loop itself
is most of what a press waits for, and hides the rest.
"""

from __future__ import annotations

import http.client
import io
import json
import multiprocessing
import os
import random
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.client import drive, percentile, stand_aside
from tests.bench.daemon import Daemon, write_config
from tests.bench.table import Figure
from tests.bench.tickets import draws, turns
from tests.hall_daemon.matters.form_maker import ROOT, cabinet
from tests.made_pages import good

REVIEWS, UPLOADS = 200, 20
# Somebody who fills in a form touches its next page after so long.
PAUSE_S = 10.0
# A photo is chosen, and looked at, before the next one is sent; a review may send one every two seconds.
PHOTO_S = 4.0
ROUNDS, PRESSES, PRESS_S = 5, 2000, 0.01
# So many begin at a time.
AT_ONCE = 8
MATTER, PAPER = "food-business-licence", "layout"
LIMIT = "<= 1.25"
_TAIL = """
[matters]
guides = "{folder}/guides"
forms = "{root}/config/forms"
dictionary = "{root}/config/dictionary.toml"

[matters.groups]
one = {{ zh = "一", en = "One" }}

[reviews]
calendar = "{root}/config/calendar"
"""


def run(folder: Path) -> list[Figure]:
    config = folder / "hall.toml"
    _guides(folder / "guides")
    write_config(config, mqtt="off", tail=_TAIL.format(root=ROOT, folder=folder))
    photo = io.BytesIO()
    good(3).save(photo, "JPEG", quality=90)
    quiet: list[float] = []
    busy: list[float] = []
    done: Counter[str] = Counter()
    with Daemon(config, folder / "data") as hall:
        drive(hall, lambda: [draws(200)])
        for _ in range(ROUNDS):
            quiet += drive(hall, lambda: [turns(PRESSES)], pace_s=PRESS_S).latencies
            with _under_way(hall, photo.getvalue(), done):
                busy += drive(hall, lambda: [turns(PRESSES)], pace_s=PRESS_S).latencies
    beside, ours = (percentile(each, 0.99) * 1000 for each in (quiet, busy))
    return [
        Figure(
            f"a press while {REVIEWS} reviews and {UPLOADS} uploads are under way, p99", ours, "ms",
            f"{beside:.2f} ms in a quiet hall", ours / beside, LIMIT,
            note=", ".join(f"{count} {what}" for what, count in sorted(done.items())),
        ),
        Figure(
            "the same, p50", percentile(busy, 0.5) * 1000, "ms",
            f"{percentile(quiet, 0.5) * 1000:.2f} ms in a quiet hall",
        ),
    ]


def _guides(folder: Path) -> None:
    """The shipped guides, for the one service and the one group of this hall."""
    shutil.copytree(ROOT / "config/guides", folder)
    for guide in folder.glob("*.toml"):
        lines = guide.read_text(encoding="utf-8").splitlines(keepends=True)
        ours = (re.sub("^(service|group) = .*", r'\1 = "one"', line) for line in lines)
        guide.write_text("".join(ours), encoding="utf-8")


@contextmanager
def _under_way(hall: Daemon, photo: bytes, done: Counter[str]) -> Iterator[None]:
    """People in a process of their own, as long as the block lasts; counts what they were answered."""
    context = multiprocessing.get_context("fork")
    begun, ends, said = context.Event(), context.Event(), context.SimpleQueue()
    people = context.Process(target=_people, args=(hall.public, photo, begun, ends, said))
    people.start()
    try:
        if not begun.wait(120):
            raise TimeoutError("nobody began")
        yield
    finally:
        ends.set()
        done.update(said.get())
        people.join(60)


def _people(url: str, photo: bytes, begun: Any, ends: Any, said: Any) -> None:
    stand_aside(os.SCHED_IDLE)
    answers = {form.matter: form.samples() for form in cabinet().forms.values()}[MATTER]
    with ThreadPoolExecutor(AT_ONCE) as doors:
        crowd = list(doors.map(lambda at: _Person(url, at, answers), range(REVIEWS + UPLOADS)))
    counted: Counter[str] = Counter()
    chance = random.Random(UPLOADS)  # nobody waits for anybody else
    work = [(person.fill, PAUSE_S, "answers kept") for person in crowd[:REVIEWS]]
    work += [(lambda person=person: person.send(photo), PHOTO_S, "photos") for person in crowd[REVIEWS:]]
    threads = [
        threading.Thread(target=_again, args=(one, pause, chance.uniform(0, pause), what, ends, counted))
        for one, pause, what in work
    ]
    for thread in threads:
        thread.start()
    ends.wait(PHOTO_S)  # by then each of them has sent a photo
    begun.set()
    ends.wait()
    for thread in threads:
        thread.join(60)
    said.put(counted)


def _again(one: Any, pause: float, first: float, what: str, ends: Any, counted: Counter[str]) -> None:
    wait = first
    while not ends.wait(wait):
        begun = time.monotonic()
        status = one()
        counted[what if status == 200 else f"{what}: {status}"] += 1
        wait = max(0.0, pause - (time.monotonic() - begun))


class _Person:
    """One review from an address of its own."""

    def __init__(self, url: str, at: int, answers: dict[str, Any]) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._web = http.client.HTTPConnection(host, int(port), timeout=120, source_address=(f"127.0.1.{at + 1}", 0))
        self._answers = answers
        self._page = 0
        opened = self._asked("POST", "/api/v1/reviews", json.dumps({"matter": MATTER}).encode())
        assert opened[0] == 201, opened
        self._path = f"/api/v1/reviews/{opened[1]['review']}"
        self._token = opened[1]["token"]
        self._version = 1
        self.fill()

    def fill(self) -> int:
        """Another name each time, so that it is written."""
        self._page += 1
        body = json.dumps({"answers": {**self._answers, "operator": f"测试样例小吃店{self._page}"}}).encode()
        status, answer = self._asked("PUT", f"{self._path}/answers", body, {"If-Match": f'"{self._version}"'})
        self._version = answer.get("version", self._version)
        return status

    def send(self, photo: bytes) -> int:
        """The same photo with another end is another one."""
        self._page += 1
        path = f"{self._path}/papers/{PAPER}/pages/1"
        return self._asked("PUT", path, photo + b"\0" * self._page, {"Content-Type": "image/jpeg"})[0]

    def _asked(self, how: str, path: str, body: bytes, more: dict[str, str] | None = None) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json", **(more or {})}
        if "reviews/" in path:
            headers["Case-Token"] = self._token
        try:
            self._web.request(how, path, body, headers)
            answer = self._web.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):  # told to come back while it was still sending
            self._web.close()
            return 503, {}
