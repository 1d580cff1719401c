"""A hall that dies between what it wrote into a dossier and its event leaves nothing there for good: what no event
names is wiped an hour later, and what it had taken the place of is back."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hall_daemon.adapters.dossiers.pieces import facts_id
from hall_daemon.adapters.dossiers.service import known_of
from hall_daemon.adapters.dossiers.store import Dossiers, open_dossiers
from hall_daemon.adapters.storage.ciphers import AES
from hall_daemon.cases import commands as k
from tests.hall_daemon.adapters.dossiers.test_docket_keeper import BOUNDS
from tests.hall_daemon.adapters.dossiers.test_dossiers import files
from tests.hall_daemon.cases.books import PlayedBook, defect

JPEG, NEWER = b"\xff\xd8 a page", b"\xff\xd8 another"
PAPER = "licence"

# As the hall writes: into the dossier first, and then it is gone.
_DIES = """
import os, signal, sys
from pathlib import Path
from tests.hall_daemon.adapters.dossiers.test_unnamed import opened, wrote
wrote(opened(Path(sys.argv[1])), sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


def opened(folder: Path) -> Dossiers:
    return open_dossiers(folder, AES, BOUNDS, lambda: 1_800_000_000_000)


def wrote(dossiers: Dossiers, case: str) -> None:
    """What a save, a press of staff and two uploads write before their events."""
    dossiers.put_answers(case, {"name": "later"}, ("1",))
    dossiers.put_text(case, "words", "请核对门牌号")
    dossiers.put_page(case, PAPER, 1, NEWER, named=("1",))
    dossiers.put_text(case, facts_id(PAPER, 1), "of the newer one")
    dossiers.put_page(case, PAPER, 2, NEWER)


class Scene:
    """A review that was sent, whose answers and page have events; and its dossier."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.played = PlayedBook().open()
        self.review = self.played.draft()
        self.played.do(k.KeepAnswers(self.review, 0, "1", ("name",)))
        self.played.do(k.KeepPage(self.review, PAPER, 1, "1"))
        self.played.sent_draft(self.review)
        self.dossiers = opened(folder)
        self.dossiers.open_case(self.review)
        self.dossiers.put_answers(self.review, {"name": "named"})
        self.dossiers.put_page(self.review, PAPER, 1, JPEG)

    def sweep(self) -> int:
        """As the hour's look does it."""
        return self.dossiers.sweep_unnamed(known_of(self.played.book.docket, self.played.book.hall.day).pieces)

    def lies(self) -> tuple[list[str], list[tuple[int, int]]]:
        with self.dossiers.rows.reading() as conn:
            pieces = [row[0] for row in conn.execute("SELECT name FROM pieces ORDER BY name")]
        return pieces, [(page.number, page.version) for page in self.dossiers.pages(self.review)]


def test_a_page_that_comes_again_while_it_is_unnamed_has_its_time_anew(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.dossiers.put_page(scene.review, PAPER, 2, NEWER, upload="once")
    assert scene.sweep() == 0
    scene.dossiers.put_page(scene.review, PAPER, 2, NEWER, upload="once")
    assert scene.sweep() == 0, "its event may be on its way"
    assert scene.sweep() == 1
    scene.dossiers.close()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.dossiers.close()


NAMED = (["answers 1"], [(1, 1)])


def test_what_a_killed_hall_left_is_wiped_and_what_it_replaced_is_back(scene: Scene) -> None:
    assert scene.lies() == NAMED
    scene.dossiers.close()
    died = subprocess.run([sys.executable, "-c", _DIES, str(scene.folder), scene.review], check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL
    scene.dossiers = opened(scene.folder)
    left = (["answers 1", "answers 2", f"text {facts_id(PAPER, 1)}", "text words"], [(1, 2), (2, 1)])
    assert scene.lies() == left
    assert scene.dossiers.page(scene.review, PAPER, 1, "1") == JPEG, "the desk has the one that is named meanwhile"
    assert (scene.sweep(), scene.lies()) == (0, left), "it may be named yet"
    assert (scene.sweep(), scene.lies()) == (4, NAMED)
    assert scene.dossiers.page(scene.review, PAPER, 1) == JPEG
    assert scene.dossiers.answers(scene.review, "1") == {"name": "named"}
    assert len(files(scene.folder)) == 1
    assert scene.dossiers.put_page(scene.review, PAPER, 1, NEWER).version == 3, "no version comes twice"
    assert scene.dossiers.put_page(scene.review, PAPER, 2, NEWER).version == 2


def test_what_is_named_meanwhile_stays(scene: Scene) -> None:
    played, review = scene.played, scene.review
    played.told(defect(PAPER, text="words"), review=played.looked(review))
    wrote(scene.dossiers, review)
    scene.sweep()
    played.do(k.KeepAnswers(review, 0, "2", ("name",)))
    for page, piece in ((1, "2"), (2, "1")):
        played.do(k.KeepPage(review, PAPER, page, piece))
    before = scene.lies()
    assert (scene.sweep(), scene.sweep(), scene.lies()) == (0, 0, before)
    assert scene.dossiers.page(review, PAPER, 1, "1") == JPEG, "as it was sent"
    played.do(k.SendReview(review=review, version=0, replies=(k.Reply(at=0, how="replaced"),)))
    assert (scene.sweep(), scene.sweep()) == (0, 2), "what was sent before goes"
    assert scene.lies() == (["answers 2", *before[0][2:]], before[1])
    assert len(files(scene.folder)) == 2


def test_a_save_that_was_refused_and_came_again_is_another_one(scene: Scene) -> None:
    """It has the same number as the one that was seen an hour before."""
    case = scene.review
    scene.dossiers.put_answers(case, {"name": "refused"}, ("1",))
    scene.sweep()
    scene.dossiers.drop_answers(case, 2)
    scene.dossiers.put_answers(case, {"name": "under way"}, ("1",))
    assert (scene.sweep(), scene.lies()[0]) == (0, ["answers 1", "answers 2"])


def test_a_page_that_a_crash_left_after_it_was_taken_away_goes_and_stays_as_it_was_sent(scene: Scene) -> None:
    played, review = scene.played, scene.review
    played.told(defect(PAPER), review=played.looked(review))
    played.do(k.DropPage(review, PAPER, 1))
    assert (scene.sweep(), scene.sweep(), scene.lies()[1]) == (0, 1, [])
    assert scene.dossiers.page(review, PAPER, 1, "1") == JPEG
    assert (scene.sweep(), scene.sweep()) == (0, 0)


def test_where_the_journal_lost_its_end_the_newest_is_all_there_is(scene: Scene) -> None:
    case = scene.review
    for _ in range(2):
        scene.dossiers.put_page(case, PAPER, 1, NEWER)
        newest = scene.dossiers.put_answers(case, {"name": "newest"}, ("9",))
    assert (scene.sweep(), scene.sweep()) == (0, 0)
    assert scene.dossiers.page(case, PAPER, 1, "1") == NEWER
    assert scene.dossiers.answers(case, "1") == {"name": "newest"}
    assert newest == 3
