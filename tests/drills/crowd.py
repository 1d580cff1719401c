"""People in a hall: some draw, some serve, somebody says who holds a number. What they were told is kept."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import requests

from tests.drills.stand import PRINTER, WINDOWS, Hall

KEYS = ("call-next", "start", "finish", "call-next", "recall", "finish")


@dataclass
class Memory:
    """What was acknowledged, over several starts of a hall: `numbers` by the key they were drawn with, `persons` by the
    event that named them. `unanswered`: keys of draws that the hall's death left open."""

    numbers: dict[str, str] = field(default_factory=dict)
    persons: dict[int, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)

    def ask_again(self, hall: Hall) -> None:
        """Draw with the keys that had no answer."""
        for key in self.unanswered:
            answer = hall.post("tickets", {"service": "one", "printer": PRINTER}, **{"Idempotency-Key": key})
            assert answer.status_code == 201, answer.text
            self.numbers[key] = answer.json()["number"]
        self.unanswered.clear()


class Crowd:
    """`with Crowd(hall, memory, chance) as crowd:` two kiosks, a clerk at each window, a desk that names holders and
    corrects some. They stop when the hall does not answer any more; `asked` counts its answers."""

    def __init__(self, hall: Hall, memory: Memory, chance: Random) -> None:
        self._hall = hall
        self._url = f"{hall.http}/api/v1"
        self._memory = memory
        self._chance = chance
        self._over = threading.Event()
        self._drawn: list[str] = []
        self.asked = 0
        self._threads = [threading.Thread(target=work) for work in (self._draw, self._draw, self._name)]
        self._threads += [threading.Thread(target=self._serve, args=(window,)) for window in WINDOWS]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(75)
            assert not thread.is_alive()

    def _post(
        self, session: requests.Session, path: str, body: dict[str, Any], **headers: str
    ) -> requests.Response | None:
        """The answer, None when the hall died."""
        self._over.wait(0.005)
        with suppress(requests.RequestException):
            answer = session.post(f"{self._url}/{path}", json=body, headers=headers, timeout=60)
            self.asked += 1
            return answer
        self._over.set()
        return None

    def _draw(self) -> None:
        with self._hall.web() as session:
            while not self._over.is_set():
                key = f"{self._chance.getrandbits(128):032x}"
                body = {"service": "one", "printer": PRINTER}
                answer = self._post(session, "tickets", body, **{"Idempotency-Key": key})
                if answer is None:
                    self._memory.unanswered.append(key)
                elif answer.status_code == 201:
                    self._memory.numbers[key] = answer.json()["number"]
                    self._drawn.append(answer.json()["ticket"])

    def _serve(self, window: str) -> None:
        with self._hall.web() as session:
            self._post(session, f"windows/{window}/open", {"staff": f"clerk-{window}"})
            while not self._over.is_set():
                for key in KEYS:
                    self._post(session, f"windows/{window}/{key}", {})

    def _name(self) -> None:
        with self._hall.web() as session:
            while not self._over.is_set():
                ticket = self._chance.choice(self._drawn[-20:]) if self._drawn else ""
                for _ in range(self._chance.choice((1, 2)) if ticket else 0):
                    name = "".join(self._chance.choices("赵钱孙李周吴郑王", k=self._chance.choice((2, 3, 40))))
                    answer = self._post(session, f"tickets/{ticket}/holder", {"name": name})
                    if answer is not None and answer.status_code == 200:
                        self._memory.persons[answer.json()["seq"]] = name
                self._over.wait(0.01)
