"""A real daemon under load, recorded: over midnight, stopped, started, killed, started again."""

from __future__ import annotations

import threading
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

import requests

from hall_daemon.adapters.storage.journal import JournalReader
from hall_daemon.bootstrap import JOURNAL
from tests.drills.disk_record import environment, shim
from tests.drills.stand import WINDOWS, Hall, Stand, wait_until
from tests.drills.told import Lived

# Of the hall's clock. Midnight of the first run is under load.
RUNS = (("--at", "2026-11-24T23:59:{second:02d}"), ("--at", "2026-11-25T08:30:00"), ("--at", "2026-11-25T09:30:00"))
LOAD_S = 60.0
KEYS = ("call-next", "start", "finish", "call-next", "recall", "finish")


class Crowd:
    """Kiosks that draw, clerks who serve, a desk that names holders and corrects every second one, until `over`.
    `persons`: names by the event that named them, of the acknowledged ones."""

    def __init__(self, hall: Hall, persons: dict[int, str], chance: Random) -> None:
        self._url = f"{hall.http}/api/v1"
        self._persons = persons
        self._chance = chance
        self._over = threading.Event()
        self.asked = 0
        work = [self._draw, self._draw, self._name, *[lambda window=window: self._serve(window) for window in WINDOWS]]
        self._threads = [threading.Thread(target=each) for each in work]
        self._drawn: list[str] = []

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(15)
            assert not thread.is_alive()

    def _post(self, session: requests.Session, path: str, body: dict[str, Any]) -> requests.Response | None:
        """The answer, None when the hall died."""
        self._over.wait(0.005)
        with suppress(requests.RequestException):
            answer = session.post(f"{self._url}/{path}", json=body, timeout=10)
            self.asked += 1
            return answer
        self._over.set()
        return None

    def _draw(self) -> None:
        with requests.Session() as session:
            while not self._over.is_set():
                answer = self._post(session, "tickets", {"service": "one"})
                if answer is not None and answer.status_code == 201:
                    self._drawn.append(answer.json()["ticket"])

    def _serve(self, window: str) -> None:
        with requests.Session() as session:
            self._post(session, f"windows/{window}/open", {"staff": f"clerk-{window}"})
            while not self._over.is_set():
                for key in KEYS:
                    self._post(session, f"windows/{window}/{key}", {})

    def _name(self) -> None:
        with requests.Session() as session:
            while not self._over.is_set():
                ticket = self._chance.choice(self._drawn[-20:]) if self._drawn else ""
                for _ in range(self._chance.choice((1, 2)) if ticket else 0):
                    name = "".join(self._chance.choices("赵钱孙李周吴郑王", k=self._chance.choice((2, 3, 40))))
                    answer = self._post(session, f"tickets/{ticket}/holder", {"name": name})
                    if answer is not None and answer.status_code == 200:
                        self._persons[answer.json()["seq"]] = name
                self._over.wait(0.01)


def record(folder: Path, seed: int, requests_each: int = 450) -> tuple[Stand, Path, Lived]:
    """Let a hall live in `folder` for about three times `requests_each` requests. Gives its stand (stopped), the record
    of its data folder and what it lived through."""
    folder.mkdir(parents=True)
    chance = Random(seed)
    kept = folder / "record"
    persons: dict[int, str] = {}
    stand = Stand(folder, tail="", min_free_mb=1)
    text = stand.config.read_text(encoding="utf-8")
    stand.config.write_text(text.replace("[data]", "[data]\nsnapshot_every = 100"), encoding="utf-8")
    env = environment(shim(folder), stand.data, kept)
    with stand:
        for words in RUNS:
            second = chance.randint(53, 56)
            with stand.hall(*(word.format(second=second) for word in words), env=env) as hall:
                with Crowd(hall, persons, chance) as crowd:
                    wait_until(lambda crowd=crowd: crowd.asked >= requests_each, LOAD_S, "enough requests")
                    if words == RUNS[0]:
                        wait_until(lambda hall=hall: hall.said("vault: wiped"), LOAD_S, "midnight")
                    if words == RUNS[1]:
                        hall.kill()
    with closing(JournalReader(stand.data / JOURNAL)) as reader:
        rows = list(reader.all())
        hashes = [b"", *(reader.hash_at(row.seq) or b"" for row in rows)]
    return stand, kept, Lived(rows, hashes, persons)
