"""Letters of kept pages, read in the background: begun by events, once for the same answers, sealed beside the page,
and on the desk beside the field; dropped without a trace when the hall ends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from hall_daemon.adapters.documents.children import Children
from hall_daemon.adapters.documents.pictures import as_jpeg
from hall_daemon.adapters.documents.recogniser import Letters, Recogniser
from hall_daemon.adapters.http.page_facts import put_facts, put_seen, read_of_pages
from hall_daemon.adapters.http.page_letters import MOST_WAITING, PageLetters
from hall_daemon.matters.facts import Fact
from hall_daemon.matters.printed import Seen, Wanted, mark_of
from tests.hall_daemon.adapters.http.review_halls import JPEG, Case, ReviewHall, review_hall
from tests.made_papers import made

PAPER = "biz_licence"
# What its letters are looked through for.
PRINTED = ("operator", "rep_name", "premises_addr", "licence_addr")
NUMBER = Fact("id_number", "11010519491231002X")


@dataclass
class Scripted:
    """A recogniser that finds everything, or what a test says."""

    missing: str = ""
    answer: Callable[[Collection[Wanted]], Letters | None] = field(
        default=lambda wanted: Letters((NUMBER,), tuple(Seen(each.field, "agrees") for each in wanted))
    )
    asked: list[tuple[bytes, tuple[str, ...]]] = field(default_factory=list)
    stopped: bool = False

    def read(self, jpeg: bytes, wanted: Collection[Wanted], today: int) -> Letters | None:
        self.asked.append((jpeg, tuple(each.field for each in wanted)))
        return self.answer(wanted)

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("letters"), papers=True) as rig:
        yield rig


@contextmanager
def reading(rig: ReviewHall, recogniser: Any) -> Iterator[PageLetters]:
    letters = PageLetters(recogniser, lambda: rig.room, rig.hall.follower.read_book, time.monotonic)
    rig.hall.follower.subscribe(letters)
    rig.room.want_letters = letters.want
    letters.start()
    try:
        yield letters
    finally:
        letters.stop()
        rig.room.want_letters = str


def until(holds: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def handed_in(rig: ReviewHall) -> Case:
    """Sent, with a licence that nobody had to hand in."""
    case = Case(rig)
    case.keep()
    case.page(PAPER)
    return case.sent()


def seen(rig: ReviewHall, case: Case) -> dict[tuple[str, int], Any]:
    return read_of_pages(rig.dossiers, case.id, rig.dossiers.pages(case.id))


def sheet(rig: ReviewHall, case: Case) -> list[tuple[str, str, bool, str]]:
    said = rig.staff.get(f"{case.path}/sheet").json()["compared"]
    return [(each["kind"], each["field"], each["agrees"], each["value"]) for each in said]


def test_a_kept_page_is_read_and_the_desk_sees_what_agrees(rig: ReviewHall) -> None:
    recogniser = Scripted()
    with reading(rig, recogniser):
        case = Case(rig)
        case.keep()
        case.page(PAPER)
        until(lambda: seen(rig, case))
        assert recogniser.asked == [(JPEG, PRINTED)]
        case.sent()
        until(lambda: {paper for paper, _ in seen(rig, case)} == set(case.seen["papers"]))
    found = sheet(rig, case)
    assert ("printed", "rep_name", True, "") in found
    assert ("printed", "operator", True, "") in found
    assert all(each.of for each in seen(rig, case).values())


def test_a_difference_is_shown_and_what_was_not_found_is_not(rig: ReviewHall) -> None:
    said = {"rep_name": Seen("rep_name", "differs", "高雨静")}

    def found(wanted: Collection[Wanted]) -> Letters:
        return Letters((), tuple(said.get(each.field, Seen(each.field, "not_found")) for each in wanted))

    with reading(rig, Scripted(answer=found)):
        case = handed_in(rig)
        until(lambda: {paper for paper, _ in seen(rig, case)} == set(case.seen["papers"]))
    assert sheet(rig, case) == [("printed", "rep_name", False, "高雨静")]


def test_what_agrees_on_one_page_outdoes_another_page_of_that_paper(rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    for number in (1, 2):
        case.page(PAPER, number)
    case.sent()
    page, case_page = (each for each in rig.dossiers.pages(case.id) if each.paper == PAPER)
    context = rig.room.views
    review = rig.hall.follower.read_book(lambda book: book.docket.reviews[case.id])
    of = mark_of(context.wanted(context.checker(review).form, rig.samples, PAPER))
    for one, verdict in ((page, Seen("rep_name", "differs", "高雨静")), (case_page, Seen("rep_name", "agrees"))):
        put_seen(rig.dossiers, case.id, one, facts=(), seen=(verdict,), of=of)
    assert sheet(rig, case) == [("printed", "rep_name", True, "")]


def test_answers_that_have_changed_are_looked_for_again(rig: ReviewHall) -> None:
    recogniser = Scripted()
    with reading(rig, recogniser):
        case = Case(rig)
        rig.dossiers.open_case(case.id)
        case.page(PAPER)
        until(lambda: seen(rig, case))
        assert recogniser.asked == [(JPEG, ())], "nothing was filled in yet"
        case.sent()  # with all it needs
        until(lambda: (JPEG, PRINTED) in recogniser.asked)
        until(lambda: {paper for paper, _ in seen(rig, case)} == set(case.seen["papers"]))
        count = len(recogniser.asked)
        assert count == 1 + len(case.seen["papers"])
        sheet(rig, case)
        other = Case(rig)
        other.keep()
        other.page(PAPER)
        until(lambda: seen(rig, other))
        assert len(recogniser.asked) == count + 1, "of the same answers it was read already"


def test_earlier_answers_say_nothing_of_these(rig: ReviewHall) -> None:
    case = handed_in(rig)
    (page,) = (each for each in rig.dossiers.pages(case.id) if each.paper == PAPER)
    put_seen(rig.dossiers, case.id, page, facts=(), seen=(Seen("rep_name", "differs", "高雨静"),), of="of others")
    assert sheet(rig, case) == []


def test_what_letters_say_stands_beside_what_codes_did_and_goes_with_its_page(rig: ReviewHall) -> None:
    case = handed_in(rig)
    (page,) = (each for each in rig.dossiers.pages(case.id) if each.paper == PAPER)
    known = Fact("uscc", str(rig.samples["uscc"]))
    put_facts(rig.dossiers, case.id, page, (known,))
    put_seen(rig.dossiers, case.id, page, facts=(NUMBER, known), seen=(), of="x")
    assert seen(rig, case)[PAPER, 1].facts == (known, NUMBER)
    newer = rig.dossiers.put_page(case.id, PAPER, 1, JPEG + b"2")
    put_seen(rig.dossiers, case.id, page, facts=(NUMBER,), seen=(), of="late")
    assert seen(rig, case) == {}, "another picture: what was read of the one before says nothing"
    rig.dossiers.drop_page(case.id, PAPER, 1)
    before = rig.dossiers.text(case.id, f"facts.1.{PAPER}")
    put_seen(rig.dossiers, case.id, newer, facts=(NUMBER,), seen=(), of="late")
    assert rig.dossiers.text(case.id, f"facts.1.{PAPER}") == before, "nothing is put beside a page that has gone"


def test_a_page_that_was_given_up_is_not_tried_for_ever(rig: ReviewHall) -> None:
    recogniser = Scripted(answer=lambda wanted: Letters(failed=True))
    with reading(rig, recogniser) as letters:
        case = Case(rig)
        case.keep()
        case.page(PAPER)
        until(lambda: seen(rig, case))
        letters.want(case.id)
        case.page("layout")
        until(lambda: ("layout", 1) in seen(rig, case))
    assert len(recogniser.asked) == 2


def test_a_case_that_was_wiped_meanwhile_costs_nothing(rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()

    def wiped(wanted: Collection[Wanted]) -> Letters:
        rig.dossiers.wipe(case.id)
        return Letters((NUMBER,))

    with reading(rig, Scripted(answer=wiped)) as letters:
        case.page(PAPER)
        until(lambda: not rig.dossiers.has(case.id))
        letters.want("nobody's")
        other = Case(rig)
        other.keep()
        letters._recogniser.answer = lambda wanted: Letters()  # type: ignore[attr-defined]
        other.page(PAPER)
        until(lambda: seen(rig, other))
        assert letters.health() == {"letters": "ok"}


def test_nobody_who_hands_in_waits_for_letters(rig: ReviewHall) -> None:
    """The recogniser stands still; pages are taken, a review is sent, the desk opens it."""
    go_on = threading.Event()
    recogniser = Scripted(answer=lambda wanted: Letters() if go_on.wait(60) else None)
    with reading(rig, recogniser):
        case = handed_in(rig)
        assert sheet(rig, case) == []
        assert len(recogniser.asked) <= 1
        go_on.set()
        until(lambda: {paper for paper, _ in seen(rig, case)} == set(case.seen["papers"]))


def test_what_waits_is_bounded_and_asked_once(rig: ReviewHall) -> None:
    letters = PageLetters(Scripted(), lambda: rig.room, rig.hall.follower.read_book, time.monotonic)  # type: ignore[arg-type]
    for at in range(MOST_WAITING + 100):
        letters.want(f"YS-{at}")
        letters.want(f"YS-{at}")
    assert len(letters._waiting) == MOST_WAITING
    letters.stop()


def test_without_the_program_nothing_waits(rig: ReviewHall) -> None:
    recogniser = Scripted(missing="tesseract-ocr")
    with reading(rig, recogniser) as letters:
        case = handed_in(rig)
        assert letters.health() == {"letters": "ok: none are read of pictures, tesseract-ocr is not installed"}
        assert letters._waiting == {}
    assert recogniser.asked == []
    assert seen(rig, case) == {}


def test_a_page_under_way_is_dropped_when_the_hall_ends(rig: ReviewHall) -> None:
    asked = threading.Event()
    recogniser = Scripted()

    def hangs(wanted: Collection[Wanted]) -> Letters | None:
        asked.set()
        until(lambda: recogniser.stopped)
        return None

    recogniser.answer = hangs
    with reading(rig, recogniser):
        case = Case(rig)
        case.keep()
        case.page(PAPER)
        assert asked.wait(60)
    assert seen(rig, case) == {}


def test_a_real_page_goes_all_the_way(rig: ReviewHall) -> None:
    """Kept, read by the program, sealed, compared with the form, shown."""
    paper = made("licence", 2)
    children = rig.room.documents._children
    assert isinstance(children, Children)
    with reading(rig, Recogniser(children)):
        case = Case(rig)
        there = dict.fromkeys(("premises_addr", "licence_addr"), paper.said["premises"])
        answers = {**rig.samples, **there, "rep_name": paper.said["name"], "operator": "武侯区天元水果店"}
        case.keep(answers)
        case.page(PAPER, jpeg=as_jpeg(paper.image))
        until(lambda: seen(rig, case))
    read = seen(rig, case)[PAPER, 1]
    assert read.facts == (Fact("uscc", paper.said["uscc"]),)
    assert read.seen == (
        Seen("operator", "differs", paper.said["title"]), Seen("rep_name", "agrees"), Seen("premises_addr", "agrees"),
        Seen("licence_addr", "agrees"),
    )
