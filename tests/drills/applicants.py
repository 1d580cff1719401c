"""People with a matter that is looked at before they come: they fill in, hand in papers page by page, send, mend, take
back; a desk looks at it. What they were answered is kept.

Each story has page numbers of its own, so that an answer about a page, which names no review, says whose it is.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import requests
from PIL import Image, ImageDraw

from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from tests.drills.matter import MATTER
from tests.drills.stand import Hall

# Two pages each, of the sixty that a paper may have.
STORIES = 30
# Whose paper's number it is; and words that may be in a dossier and nowhere else.
PERSON = "11010519491231002X"
OPERATOR, PHONE, WORDS = "金丝雀小吃店", "13987654321", "执照上就是金丝雀"
PHOTOS = 9
TRIES, PAUSE_S, WIPED_S = 40, 0.25, 30.0
_AGAIN = (429, 503, 504)
# How a story ends.
ENDS = ("refused", "taken back", "passed", "told", "taken back late")


@dataclass
class CasesTold:
    """What must be there: of each page (review, paper, number) the newest picture that was answered for, of each review
    its newest version; and reviews whose answers are gone."""

    pages: dict[tuple[str, str, int], int] = field(default_factory=dict)
    reviews: dict[str, int] = field(default_factory=dict)
    wiped: set[str] = field(default_factory=set)


@dataclass
class CaseMemory:
    """Over several starts of a hall. `of`: page number -> review. `pictures`: of each picture that was answered for
    (review, paper, number, version), its seed. `tokens`: the secret of each review."""

    told: CasesTold = field(default_factory=CasesTold)
    of: dict[int, str] = field(default_factory=dict)
    pictures: dict[tuple[str, str, int, int], int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    stories: int = 0

    def hear(self, review: str, version: int) -> None:
        self.told.reviews[review] = max(version, self.told.reviews.get(review, 0))


@cache
def photo(seed: int) -> bytes:
    """A small paper: lines on white."""
    chance, image = Random(seed), Image.new("L", (420, 300), 250)
    pen = ImageDraw.Draw(image)
    for row in range(20, 280, 12):
        pen.line((20, row, chance.randrange(60, 400), row), fill=20, width=3)
    image.save(file := io.BytesIO(), "JPEG", quality=70)
    return file.getvalue()


@cache
def answers(config: Path) -> dict[str, object]:
    settings = load(config)
    return {**read_cabinet(settings.matters).forms[MATTER].samples(), "operator": OPERATOR, "phone": PHONE}


class Applicants:
    """`with Applicants(hall, memory, chance) as people:` one story after the other, until the hall does not answer any
    more, or there were `most`; `done` counts those that came to their end."""

    def __init__(self, hall: Hall, memory: CaseMemory, chance: Random, most: int = 1 << 30) -> None:
        self._hall = hall
        self._memory = memory
        self._chance = chance
        self._most = most
        self._answers = answers(hall.stand.config)
        self._over = threading.Event()
        self._photos = 0
        self._wrong: Exception | None = None
        self._thread = threading.Thread(target=self._work)
        self.done = 0

    def __enter__(self) -> Applicants:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join(120)
        assert not self._thread.is_alive()
        if self._wrong is not None:
            raise self._wrong

    def _work(self) -> None:
        try:
            self._live()
        except Exception as wrong:  # noqa: BLE001 (raised where it is waited for)
            self._wrong = wrong

    def _live(self) -> None:
        with requests.Session() as self._phone, self._hall.web() as self._desk, suppress(requests.RequestException):
            while not self._over.is_set() and self._memory.stories < self._most:
                self._memory.stories += 1
                number = (self._memory.stories - 1) % STORIES + 1
                self._story(number, ENDS[self._memory.stories % len(ENDS)])
                self.done += 1

    # -- a story ----------------------------------------------------------------------------------

    def _story(self, number: int, ends: str) -> None:
        opened = self._asked("POST", "reviews", 201, json={"matter": MATTER, "id_number": PERSON})
        review = opened["review"]
        self._memory.of[number] = self._memory.of[number + STORIES] = review
        self._memory.tokens[review] = opened["token"]
        kept = self._mine(review, "PUT", "answers", json={"answers": self._answers})
        first, *others = kept["missing"]
        self._photographed(review, first, number)
        if ends == "taken back":
            self._mine(review, "POST", "withdraw", json={})
            self._seen_wiped(review)
            return
        if ends == "told":
            self._photographed(review, first, number)
            self._photographed(review, first, number + STORIES)
            self._mine(review, "DELETE", f"papers/{first}/pages/{number + STORIES}")
        may = self._mine(review, "GET", "")["ways"]
        for paper in set(others) - set(may):
            self._photographed(review, paper, number)
        promised = [paper for paper in others if paper in may]
        self._mine(review, "POST", "send", json={"id_number": PERSON, "promised": promised})
        if ends == "taken back late":
            self._mine(review, "POST", "withdraw", json={})
            return
        self._looked(review)
        if ends == "refused":
            self._at_desk(review, "refuse", {"reason": "not_ours", "words": WORDS})
            return
        self._at_desk(review, "mend", {"defects": [
            {"of": "paper", "id": first, "code": "unreadable", "page": number},
            {"of": "field", "id": "uscc", "code": "other", "words": WORDS},
        ]})
        if ends == "told":
            return
        self._photographed(review, first, number)
        replies = [{"at": 0, "how": "replaced"}, {"at": 1, "how": "not_needed", "words": WORDS}]
        self._mine(review, "POST", "send", json={"replies": replies})
        self._looked(review)
        self._at_desk(review, "pass", {})

    def _photographed(self, review: str, paper: str, number: int) -> None:
        # Never the one before: that would be the same page, and no new one.
        seed = self._photos = (self._photos + self._chance.randrange(1, PHOTOS - 1)) % PHOTOS
        said = self._mine(review, "PUT", f"papers/{paper}/pages/{number}", data=photo(seed))
        (version,) = [each["version"] for each in said["pages"] if each["page"] == number]
        self._memory.pictures[review, paper, number, version] = seed
        if number <= STORIES:  # others are taken back
            self._memory.told.pages[review, paper, number] = version

    def _seen_wiped(self, review: str) -> None:
        """Its dossier goes within a second or two."""
        for _ in range(int(WIPED_S / PAUSE_S)):
            if not self._mine(review, "POST", "answers", json={"id_number": PERSON})["answers"]:
                self._memory.told.wiped.add(review)
                return
            self._over.wait(PAUSE_S)
        raise AssertionError(f"{review} was taken back, and its answers stay")

    def _looked(self, review: str) -> None:
        self._at_desk(review, "look", {})

    # -- over HTTP --------------------------------------------------------------------------------

    def _mine(self, review: str, method: str, path: str, **body: Any) -> dict[str, Any]:
        def headers() -> Mapping[str, str]:
            version = self._memory.told.reviews.get(review, 1)
            return {"Case-Token": self._memory.tokens[review], "If-Match": f'"{version}"', **(
                {"Content-Type": "image/jpeg"} if "data" in body else {}
            )}

        said = self._asked(method, f"reviews/{review}/{path}".rstrip("/"), 200, headers, **body)
        if "version" in said:
            self._memory.hear(review, said["version"])
        elif method != "GET":
            self._mine(review, "GET", "")  # what was answered about a page says no version
        return said

    def _at_desk(self, review: str, what: str, body: Mapping[str, object]) -> None:
        def headers() -> Mapping[str, str]:
            return {"If-Match": f'"{self._memory.told.reviews[review]}"'}

        said = self._asked("POST", f"reviews/{review}/{what}", 200, headers, desk=True, json=body)
        self._memory.hear(review, said["version"])

    def _asked(
        self, method: str, path: str, status: int, headers: Callable[[], Mapping[str, str]] = dict, *,
        desk: bool = False, **body: Any,
    ) -> dict[str, Any]:
        """Until it is answered for good. Raises RequestException when the hall died, or the drill is over."""
        session, base = (self._desk, self._hall.http) if desk else (self._phone, self._hall.public)
        for _ in range(TRIES):
            if self._over.is_set():
                raise requests.RequestException("nobody waits for the rest of this story")
            answer = session.request(method, f"{base}/api/v1/{path}", headers=headers(), timeout=120, **body)
            # A good photo is refused when whoever looked at it was killed.
            if answer.status_code not in _AGAIN and '"paper_refused"' not in answer.text:
                assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
                return dict(answer.json())
            self._over.wait(PAUSE_S)
        raise requests.RequestException(f"{method} {path}: still {answer.status_code}")
