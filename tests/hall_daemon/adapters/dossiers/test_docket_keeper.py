"""What happens to a review happens to its dossier: kept on with each step, wiped when nobody will ask for it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from hall_daemon.adapters.dossiers.docket_keeper import DocketKeeper
from hall_daemon.adapters.dossiers.service import known_of
from hall_daemon.adapters.dossiers.store import Dossiers, open_dossiers
from hall_daemon.adapters.dossiers.values import DAY_MS, Bounds, DossierError
from hall_daemon.adapters.storage.ciphers import AES
from hall_daemon.app.record import Recorded
from hall_daemon.cases import commands as k
from hall_daemon.domain import commands as c
from hall_daemon.domain.plan import Moment
from tests.hall_daemon.cases.books import PlayedBook, defect
from tests.hall_daemon.domain.halls import DAY

BOUNDS = Bounds({"draft": 7, "review": 30, "visited": 90})


class Scene:
    """A docket whose events a keeper hears of, and its dossiers, which may be `away`."""

    def __init__(self, folder: Path) -> None:
        self.played = PlayedBook().open()
        self.away = False
        self.dossiers = open_dossiers(folder, AES, BOUNDS, lambda: self.played.now.wall)
        self.keeper = DocketKeeper(self.played.book.docket, self._store)
        self._heard = 0

    def _store(self) -> Dossiers:
        if self.away:
            raise DossierError("dossiers_away", "gone for a while")
        return self.dossiers

    def filled(self, review: str) -> str:
        self.dossiers.open_case(review)
        self.dossiers.put_answers(review, {"name": "欧阳样例"})
        return review

    def look(self) -> None:
        """The follower tells what is new, and somebody looks."""
        log = self.played.log
        rows = [Recorded(at, when.tick, when.wall, "", "", event) for at, (when, event) in enumerate(log, 1)]
        self.keeper(self.played.book.hall, rows[self._heard :], self.played.now)
        self._heard = len(rows)
        self.keeper.look()

    def sweep(self) -> None:
        """As the hour's look does it."""
        known = known_of(self.played.book.docket, self.played.book.hall.day)
        self.dossiers.sweep(known.named, alive=known.alive, gone=known.gone, sure=known.sure)
        self.dossiers.sweep_unnamed(known.pieces)

    def until(self, review: str) -> int:
        with self.dossiers.rows.reading() as conn:
            found: int = conn.execute("SELECT keep_until FROM cases WHERE id = ?", (review,)).fetchone()[0]
        return found


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.dossiers.close()


def test_its_time_begins_anew_with_each_step(scene: Scene) -> None:
    played = scene.played
    review = scene.filled(played.sent())
    scene.look()
    assert scene.until(review) == played.now.wall + 30 * DAY_MS
    for step in (
        lambda: played.told(defect("licence"), review=played.looked(review)),
        lambda: (played.page(review), played.do(_answered(review))),
        lambda: played.do(k.RefuseReview(review=played.looked(review), version=0, staff="bo", reason="not_ours")),
    ):
        played.morning()
        step()
        scene.look()
        assert scene.until(review) == played.now.wall + 30 * DAY_MS


def _answered(review: str) -> k.SendReview:
    return k.SendReview(review=review, version=0, replies=(k.Reply(at=0, how="replaced"),))


def test_a_draft_that_is_taken_back_is_wiped_and_what_was_sent_stays(scene: Scene) -> None:
    played = scene.played
    draft, sent = scene.filled(played.fill(played.draft())), scene.filled(played.sent())
    for review in (draft, sent):
        played.do(k.WithdrawReview(review))
    scene.look()
    assert (scene.dossiers.has(draft), scene.dossiers.has(sent)) == (False, True)
    played.morning(31)
    scene.look()
    assert not scene.dossiers.has(sent), "put away"


def test_what_cannot_be_wiped_now_is_wiped_later(scene: Scene) -> None:
    drafts = [scene.filled(scene.played.fill(scene.played.draft())) for _ in range(2)]
    for draft in drafts:
        scene.played.do(k.WithdrawReview(draft))
    scene.away = True
    scene.look()
    scene.away = False
    scene.look()
    assert not any(map(scene.dossiers.has, drafts))


def test_what_a_crash_left_of_one_that_was_taken_back_is_swept(scene: Scene) -> None:
    draft = scene.filled(scene.played.fill(scene.played.draft()))
    scene.dossiers.name(draft)
    scene.played.do(k.WithdrawReview(draft))
    scene.sweep()
    assert not scene.dossiers.has(draft)


def test_a_draft_that_a_wrong_clock_let_lapse_has_its_answers_when_the_turn_is_taken_back(scene: Scene) -> None:
    played = scene.played
    draft = scene.filled(played.fill(played.draft()))
    scene.dossiers.name(draft)
    before, midnight = played.now, played.book.hall.midnight_wall + 12 * DAY_MS
    played.now = Moment(before.tick, midnight + DAY_MS // 3)
    played.do(c.OpenDay((date.fromisoformat(DAY) + timedelta(days=12)).isoformat(), midnight))
    played.turn()
    assert played.review(draft).state == "lapsed"
    scene.look()
    played.morning()
    scene.sweep()
    played.now = before
    while played.book.hall.day > DAY:
        played.do(c.ReopenDay())
    assert played.review(draft).state == "draft"
    assert scene.dossiers.answers(draft, "1") == {"name": "欧阳样例"}
    played.morning(4)
    scene.sweep()
    assert (played.review(draft).state, scene.dossiers.has(draft)) == ("lapsed", True)
    played.morning(3)
    scene.sweep()
    assert not scene.dossiers.has(draft)


def _with_a_wrong_clock(played: PlayedBook, days: int) -> None:
    """The day turns so much too far, and its morning is done."""
    midnight = played.book.hall.midnight_wall + days * DAY_MS
    played.now = Moment(played.now.tick + 3_600_000, midnight + DAY_MS // 3)
    played.do(c.OpenDay((date.fromisoformat(played.book.hall.day) + timedelta(days=days)).isoformat(), midnight))
    played.turn()


def test_a_wrong_clock_wipes_nothing_that_was_over(scene: Scene) -> None:
    """Somebody has until the next morning to set it right."""
    played = scene.played
    refused, visited = (scene.filled(each) for each in (played.looked(played.sent("bo")), played.passed()))
    played.do(k.RefuseReview(review=refused, version=0, staff="bo", reason="not_ours"))
    played.do(c.OpenWindow("9", "staff-1"))
    played.do(played.taken(visited))
    played.called("9")
    played.do(c.Finish("9"))
    scene.look()
    played.morning(2)
    right = played.now
    _with_a_wrong_clock(played, 100)
    scene.look()
    scene.sweep()
    assert all(map(scene.dossiers.has, (refused, visited)))
    played.now = right
    played.do(c.ReopenDay())
    played.turn()
    assert [played.review(each).state for each in (refused, visited)] == ["refused", "passed"]
    played.morning()
    scene.look()
    scene.sweep()
    assert all(map(scene.dossiers.has, (refused, visited)))
    assert played.replayed() == played.book


def test_a_morning_that_comes_again_as_far_away_is_believed(scene: Scene) -> None:
    played = scene.played
    review = scene.filled(played.looked())
    played.do(k.RefuseReview(review=review, version=0, staff="bo", reason="not_ours"))
    scene.look()
    _with_a_wrong_clock(played, 100)
    played.morning()
    assert review not in played.book.docket.reviews
    scene.look()
    assert not scene.dossiers.has(review)


def test_what_was_refused_is_kept_from_then_on(scene: Scene) -> None:
    played = scene.played
    review = scene.filled(played.sent())
    scene.look()
    played.morning(20)
    played.do(k.RefuseReview(review=played.looked(review), version=0, staff="bo", reason="not_ours"))
    scene.look()
    played.morning(29)
    scene.sweep()
    assert scene.dossiers.has(review)
    played.morning(2)
    scene.look()
    assert not scene.dossiers.has(review)


def test_a_review_that_is_open_outlasts_its_papers_time(scene: Scene) -> None:
    """The hall owes an answer, however late it is."""
    review = scene.filled(scene.played.sent())
    scene.look()
    scene.played.morning(40)
    scene.sweep()
    assert scene.dossiers.answers(review, "1") == {"name": "欧阳样例"}


def test_papers_that_somebody_came_with_stay_for_the_days_of_a_visit(scene: Scene) -> None:
    played = scene.played
    review = scene.filled(played.passed())
    played.do(c.OpenWindow("9", "staff-1"))
    played.do(played.taken(review))
    played.called("9")
    played.do(c.Start("9"))
    played.do(c.Finish("9"))
    assert played.review(review).used
    scene.look()
    assert scene.until(review) == played.now.wall + 90 * DAY_MS
    played.morning(60)
    scene.look()
    scene.sweep()
    assert scene.dossiers.has(review)
    played.morning(31)
    scene.look()
    assert not scene.dossiers.has(review), "put away"
