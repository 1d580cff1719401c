"""A pre-review from the draft to its end: what each step does, who may not take it, and what is told once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.cases import commands as k
from hall_daemon.cases import events as ke
from hall_daemon.cases.defects import Defect, How, Reply
from hall_daemon.cases.evolve import live
from hall_daemon.cases.life import CLOSED, LIFE, IllegalStep, after, diagram
from tests.hall_daemon.cases.books import PlayedBook, defect, statutes


@pytest.fixture
def played() -> PlayedBook:
    return PlayedBook().open("1", "9")


def test_every_state_is_reached_and_what_is_over_stays_over() -> None:
    reached = {"draft", *LIFE.values()}
    assert reached == {state for state, _ in LIFE} | CLOSED
    assert not any(state in CLOSED for state, _ in LIFE)
    assert all(f"{state} --> {to}: {step}" in diagram() for (state, step), to in LIFE.items())
    with pytest.raises(IllegalStep, match="YS-1 is passed"):
        after("YS-1", "passed", "kept")


def test_from_a_draft_to_a_pass(played: PlayedBook) -> None:
    review = played.passed()
    now = played.review(review)
    assert review == "YS-20261123-000001"
    assert (now.state, now.person, now.days, now.since, now.papers) == (
        "passed", "ann", 15, "2026-11-23", {"licence": {1: "p2"}},
    )
    assert played.replayed() == played.book


def test_ids_go_on_and_a_journal_that_lost_its_end_leaves_a_gap(played: PlayedBook) -> None:
    from hall_daemon.cases.evolve import LOST, evolve
    from hall_daemon.domain.events import EventsLost

    assert [played.draft() for _ in range(2)] == ["YS-20261123-000001", "YS-20261123-000002"]
    evolve(played.book, EventsLost(9, 12, "2026-11-23", {}), played.now)
    assert played.draft() == f"YS-20261123-{3 + LOST:06d}"


def test_a_matter_that_is_stopped_begins_none_and_ends_those_that_run(played: PlayedBook) -> None:
    review, other = played.sent(), played.looked()
    played.statutes = statutes(stopped="2026-11-24")
    later = played.draft()
    played.statutes = statutes(stopped="2026-11-23")
    assert played.review(later).state == "draft", "a stop that is announced holds from its day on"
    assert played.refused(k.OpenReview(matter="food", edition=3, token="x")) == "unknown_matter"
    played.told(defect("licence"), review=played.looked(review))
    played.do(k.PassReview(other, 0, "bo"))
    assert [played.review(each).state for each in (review, other)] == ["mend", "passed"]


def test_who_is_filling_in_an_earlier_edition_begins_with_it(played: PlayedBook) -> None:
    played.statutes = statutes(earlier=frozenset({1, 2}))
    played.do(k.OpenReview(matter="food", edition=2, token="x"))
    assert [each.edition for each in played.book.docket.reviews.values()] == [2]
    assert played.replayed() == played.book
    assert played.refused(k.OpenReview(matter="food", edition=4, token="x")) == "form_changed"


def test_a_second_tab_is_told(played: PlayedBook) -> None:
    review = played.draft()
    seen = played.review(review).version
    played.do(k.KeepAnswers(review, seen, "a1", ("name",)))
    assert played.refused(k.KeepAnswers(review, seen, "a2", ("area",))) == "review_changed"
    assert played.refused(k.SendReview(review=review, version=seen)) == "review_changed"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (k.OpenReview(matter="none", edition=1, token="x"), "unknown_matter"),
        (k.OpenReview(matter="food", edition=2, token="x"), "form_changed"),
        (k.KeepPage("YS-20261123-000001", "passport", 1, "p"), "unknown_paper"),
        (k.KeepPage("YS-20261123-000001", "licence", 61, "p"), "bad_page"),
        (k.SendReview(review="YS-20261123-000001", version=1), "review_empty"),
        (k.LookAt("YS-20261123-000001", "bo"), "review_not_now"),
        (k.KeepAnswers("YS-20261123-000001", 1, "a", ("x",) * 401), "bad_answers"),
        (k.LookAt("YS-nobody", "bo"), "unknown_review"),
    ],
)
def test_what_a_draft_is_refused(played: PlayedBook, command: k.CaseCommand, code: str) -> None:
    played.draft()
    assert played.refused(command) == code


def test_a_review_belongs_to_whoever_looks(played: PlayedBook) -> None:
    review = played.looked(staff="bo")
    assert played.refused(k.PassReview(review, 0, "cy")) == "review_taken"
    assert played.refused(k.LookAt(review, "cy")) == "review_taken"
    (taken,) = played.do(k.LookAt(review, "cy", take_over=True))
    assert taken == ke.ReviewTaken(review, "cy", "bo")
    assert played.refused(k.PassReview(review, 0, "bo")) == "review_taken"
    played.do(k.PassReview(review, 0, "cy"))


def test_four_eyes() -> None:
    played = PlayedBook(statutes=statutes(four_eyes=True)).open()
    review = played.looked(staff="bo")
    played.do(k.PassReview(review, 0, "bo"))
    assert played.review(review).state == "sent"
    for take_over in (False, True):
        assert played.refused(k.LookAt(review, "bo", take_over)) == "second_person_needed"
    played.do(k.LookAt(review, "cy"))
    played.do(k.PassReview(review, 0, "cy"))
    assert played.review(review).state == "passed"


def test_four_eyes_of_an_earlier_version_are_four_all_the_same() -> None:
    """There whoever looked first could take it up again."""
    played = PlayedBook(statutes=statutes(four_eyes=True)).open()
    review = played.looked(staff="bo")
    played.do(k.PassReview(review, 0, "bo"))
    live(played.book.docket, ke.ReviewTaken(review, "bo", ""), played.now)
    assert played.refused(k.PassReview(review, 0, "bo")) == "second_person_needed"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ((), "bad_list"),
        ((defect("passport"),), "unknown_place"),
        ((defect("colour", of="field"),), "unknown_place"),
        ((defect("licence", "not_matching", field="colour"),), "unknown_place"),
        ((defect("licence", "other"),), "words_needed"),
        ((defect("licence"), defect("licence")), "defect_twice"),
        ((Defect(of="paper", id="licence", code="ugly"),), "unknown_defect"),  # type: ignore[arg-type]
    ],
)
def test_a_list_that_says_nothing_is_refused(played: PlayedBook, wrong: tuple[Defect, ...], code: str) -> None:
    review = played.looked()
    assert played.refused(k.TellDefects(review=review, version=0, staff="bo", defects=wrong)) == code


def test_every_entry_is_answered_by_what_is_so(played: PlayedBook) -> None:
    review = played.told(defect("licence"), defect("layout", "missing"), defect("name", "not_matching", of="field"))

    def send(*replies: Reply) -> str:
        return played.refused(k.SendReview(review=review, version=played.review(review).version, replies=replies))

    promise, again = Reply(at=1, how="promise"), Reply(at=0, how="replaced")
    assert send() == "replies_missing"
    assert send(again, promise, Reply(at=2, how="not_needed", text="w1"), Reply(at=3, how="promise")) == "bad_reply"
    assert send(again, promise, Reply(at=2, how="not_needed", text="w1")) == "reply_unfit", "no new picture yet"
    played.page(review)
    assert send(again, promise, Reply(at=2, how="not_needed")) == "reply_unfit", "why is not said"
    assert send(Reply(at=0, how="promise"), promise, Reply(at=2, how="not_needed", text="w")) == "reply_unfit"
    played.fill(review, "name")
    replies = (again, promise, Reply(at=2, how="replaced"))
    played.do(k.SendReview(review=review, version=played.review(review).version, replies=replies))
    assert played.review(review).lists[0].replies == replies


def _mended(played: PlayedBook, review: str, paper: str = "licence") -> str:
    played.page(review, paper)
    replies = (Reply(at=0, how="replaced"),)
    played.do(k.SendReview(review=review, version=played.review(review).version, replies=replies))
    return played.looked(review)


def test_what_an_earlier_look_passed_over_needs_a_reason_and_is_an_alarm(played: PlayedBook) -> None:
    review = _mended(played, played.told(defect("licence")))
    late = k.TellDefects(review=review, version=0, staff="bo", defects=(defect("name", of="field"), defect("licence")))
    assert played.refused(late) == "late_reason_needed"
    told, alarm = played.do(
        k.TellDefects(review=review, version=0, staff="bo", defects=late.defects, why_late="overlooked")
    )
    assert isinstance(told, ke.DefectsTold)
    assert (told.late, told.why_late) == (1, "overlooked")
    assert alarm == ke.AlarmRaised(review, "late_defects")


def test_the_alarm_of_a_second_list_stays_until_it_was_seen(played: PlayedBook) -> None:
    review = _mended(played, played.told(defect("licence")))
    played.told(defect("name", of="field"), review=review, why_late="overlooked")
    played.fill(review, "name")
    played.do(k.SendReview(review=review, version=0, replies=(Reply(at=0, how="replaced"),)))
    assert played.review(review).alarms == ("late_defects",)
    assert played.do(k.SeeAlarm(review, "cy")) == (ke.AlarmSeen(review, "cy", "late_defects"),)
    assert played.review(review).alarms == ()
    assert played.do(k.SeeAlarm(review, "cy")) == ()
    assert played.replayed() == played.book


def test_a_page_is_not_changed_by_another_page_of_its_paper(played: PlayedBook) -> None:
    review = played.sent_draft(_two_pages(played))
    _mended(played, played.told(defect("licence", "unreadable", page=1), review=played.looked(review)))
    late = k.TellDefects(review=review, version=0, staff="bo", defects=(defect("licence", "not_signed", page=2),))
    assert played.refused(late) == "late_reason_needed", "it lay there, unchanged"
    told, alarm = played.do(replace(late, why_late="overlooked"))
    assert isinstance(told, ke.DefectsTold)
    assert (told.late, alarm) == (1, ke.AlarmRaised(review, "late_defects"))


def test_what_a_new_page_lacks_is_not_late(played: PlayedBook) -> None:
    review = played.sent_draft(_two_pages(played))
    _mended(played, played.told(defect("licence", "unreadable", page=1), review=played.looked(review)))
    (told,) = played.do(
        k.TellDefects(review=review, version=0, staff="bo", defects=(defect("licence", "expired", page=1),))
    )
    assert isinstance(told, ke.DefectsTold)
    assert told.late == 0


def _two_pages(played: PlayedBook) -> str:
    review = played.fill(played.draft(), "name")
    for page in (1, 2):
        played.page(review, page=page)
    return review


def test_who_takes_a_paper_away_has_replaced_nothing(played: PlayedBook) -> None:
    review = played.told(defect("licence"))
    played.do(k.DropPage(review, "licence", 1))
    again = k.SendReview(review=review, version=0, replies=(Reply(at=0, how="replaced"),))
    assert played.refused(again) == "reply_unfit"
    played.page(review)
    played.do(again)


def test_each_page_that_was_told_is_mended_by_itself(played: PlayedBook) -> None:
    wrong = (defect("licence", "unreadable", page=1), defect("licence", "expired", page=2))
    review = played.told(*wrong, review=played.looked(played.sent_draft(_two_pages(played))))
    both = k.SendReview(review=review, version=0, replies=tuple(Reply(at=at, how="replaced") for at in (0, 1)))
    played.page(review, page=1)
    assert [played.review(review).mends(each) for each in wrong] == [True, False]
    assert played.refused(both) == "reply_unfit"
    played.page(review, page=2)
    played.do(both)


def test_what_is_handed_in_is_not_promised_whatever_is_said(played: PlayedBook) -> None:
    review = played.fill(played.draft(), "name")
    played.page(review)
    played.page(review, "layout")
    played.do(k.SendReview(review=review, version=0, promised=("layout",)))
    assert played.review(review).promised == ()


def test_what_was_one_too_many_is_mended_by_taking_it_away(played: PlayedBook) -> None:
    review = played.fill(played.draft(), "name")
    played.page(review)
    played.page(review, "layout")
    played.told(defect("layout", "not_needed"), review=played.looked(played.sent_draft(review)))
    played.do(k.DropPage(review, "layout", 1))
    played.do(k.SendReview(review=review, version=0, replies=(Reply(at=0, how="replaced"),)))


def test_a_promise_holds_until_the_paper_is_there_or_is_not_needed(played: PlayedBook) -> None:
    review = played.fill(played.draft(), "name")
    played.page(review)
    played.do(k.SendReview(review=review, version=0, promised=("layout",)))

    def sent_again(wrong: Defect, how: How, *, page: str = "licence") -> tuple[str, ...]:
        played.told(wrong, review=played.looked(review), why_late="overlooked")
        played.page(review, page)
        played.do(k.SendReview(review=review, version=0, replies=(Reply(at=0, how=how, text="w"),)))
        return played.review(review).promised

    assert sent_again(defect("licence"), "replaced") == ("layout",), "nobody has to say it twice"
    assert sent_again(defect("layout", "missing"), "promise") == ("layout",)
    assert sent_again(defect("layout", "missing"), "replaced", page="layout") == ()


def test_a_promise_is_given_up_by_saying_that_it_is_not_needed(played: PlayedBook) -> None:
    review = played.fill(played.draft(), "name")
    played.page(review)
    played.do(k.SendReview(review=review, version=0, promised=("layout",)))
    played.told(defect("layout", "missing"), review=played.looked(review))
    played.do(k.SendReview(review=review, version=0, replies=(Reply(at=0, how="not_needed", text="w"),)))
    assert played.review(review).promised == ()


def test_what_is_new_or_was_never_mended_may_be_told_again(played: PlayedBook) -> None:
    review = played.told(defect("licence"))
    played.page(review, "layout")
    review = _mended(played, review)
    events = played.do(
        k.TellDefects(review=review, version=0, staff="bo", defects=(defect("licence"), defect("layout")))
    )
    assert len(events) == 1, "both changed since the list"
    words = (Reply(at=0, how="not_needed", text="w"), Reply(at=1, how="not_needed", text="w"))
    played.do(k.SendReview(review=review, version=played.review(review).version, replies=words))
    played.looked(review)
    other = k.TellDefects(review=review, version=0, staff="bo", defects=(defect("licence", "expired"),))
    assert played.refused(other) == "late_reason_needed", "that was never told"
    again = k.TellDefects(review=review, version=0, staff="bo", defects=(defect("layout"),))
    assert len(played.do(again)) == 1, "every list since has had it"
    words = (Reply(at=0, how="not_needed", text="w"),)
    played.do(k.SendReview(review=review, version=played.review(review).version, replies=words))
    played.looked(review)
    let_go = k.TellDefects(review=review, version=0, staff="bo", defects=(defect("licence"),))
    assert played.refused(let_go) == "late_reason_needed", "the list before had passed it over"


def test_a_refusal_has_a_reason(played: PlayedBook) -> None:
    review = played.looked()
    bad = k.RefuseReview(review=review, version=0, staff="bo", reason="dislike")
    assert played.refused(bad) == "refuse_reason_needed"
    played.do(k.RefuseReview(review=review, version=0, staff="bo", reason="not_ours", text="w"))
    assert played.refused(k.LookAt(review, "bo")) == "review_over"


def test_bounds_of_the_docket() -> None:
    rules = replace(statutes(), most_open=3, most_each=2)
    played = PlayedBook(statutes=rules).open()
    empty = played.draft("ann")
    played.sent("ann"), played.sent("ann")
    *gone, opened = played.do(k.OpenReview(matter="food", edition=3, token="y"))
    assert gone == [ke.ReviewLapsed(empty, "2026-11-23"), ke.ReviewPutAway(empty)], "who filled nothing makes room"
    assert len(played.book.docket.reviews) == 3, "and is not kept beside it"
    assert isinstance(opened, ke.ReviewOpened)
    played.fill(opened.review)
    assert played.refused(k.OpenReview(matter="food", edition=3, token="x")) == "reviews_full"
    third = k.SendReview(review=opened.review, version=0, person="ann")
    assert played.refused(third) == "reviews_each"
    played.do(k.SendReview(review=opened.review, version=0, person="bo"))


def test_a_stranger_with_my_number_keeps_me_out_from_afar_at_most() -> None:
    played = PlayedBook(statutes=replace(statutes(), most_each=1)).open()

    def begun(source: str) -> str:
        (opened,) = played.do(k.OpenReview(matter="food", edition=3, token=f"t{next(played.count)}", source=source))
        assert isinstance(opened, ke.ReviewOpened)
        played.fill(opened.review)
        return opened.review

    played.do(k.SendReview(review=begun("stranger"), version=0, person="ann"))
    assert played.refused(k.SendReview(review=begun("mine"), version=0, person="ann")) == "reviews_each"
    played.do(k.SendReview(review=begun(""), version=0, person="ann"))
    assert played.refused(k.SendReview(review=begun(""), version=0, person="ann")) == "reviews_each"


def test_one_address_keeps_nobody_out() -> None:
    played = PlayedBook(statutes=replace(statutes(), most_open=8)).open()

    def begun(source: str) -> list[str]:
        open_ = k.OpenReview(matter="food", edition=3, token=f"t{next(played.count)}", source=source)
        return [event.review for event in played.do(open_) if isinstance(event, ke.ReviewOpened | ke.ReviewLapsed)]

    (first,), (second,) = begun("loud"), begun("loud")
    assert begun("loud")[0] == first, "its own oldest goes, while there is room for all"
    (quiet,), (at_kiosk,) = begun("quiet"), begun("")
    kept = [begun(source)[0] for source in ("b", "b", "c")]
    assert begun("d")[0] == second, "of whoever has most, the oldest"
    begun("")
    assert begun("")[0] == kept[0], "also for who is here, once there is no room at all"
    for id_ in [each.id for each in played.book.docket.reviews.values() if not each.closed]:
        played.fill(id_)
    assert played.refused(k.OpenReview(matter="food", edition=3, token="x", source="e")) == "reviews_full"
    assert {quiet, at_kiosk} <= {each.id for each in played.book.docket.reviews.values() if not each.closed}
    played.looked(played.sent_draft(quiet))
    assert "quiet" not in played.book.docket.unseen, "staff has it before them"
    assert played.replayed().docket.unseen == played.book.docket.unseen


def test_all_addresses_together_leave_room_for_who_comes_to_the_hall() -> None:
    played = PlayedBook(statutes=replace(statutes(), most_open=10)).open()

    def begin(source: str) -> k.OpenReview:
        return k.OpenReview(matter="food", edition=3, token=f"t{next(played.count)}", source=source)

    for at in range(8):
        (opened,) = played.do(begin(f"phone {at}"))
        assert isinstance(opened, ke.ReviewOpened)
        played.fill(opened.review)
    assert played.refused(begin("phone 8")) == "reviews_full"
    (at_kiosk,) = played.do(begin(""))
    assert played.refused(begin("phone 8")) == "reviews_full", "an empty draft of who is here makes room for no phone"
    assert isinstance(at_kiosk, ke.ReviewOpened)
    played.do(begin(""))


def test_a_source_that_filled_its_share_is_full_alone() -> None:
    played = PlayedBook(statutes=replace(statutes(), most_open=8)).open()
    for _ in range(2):
        (opened,) = played.do(k.OpenReview(matter="food", edition=3, token=f"t{next(played.count)}", source="loud"))
        assert isinstance(opened, ke.ReviewOpened)
        played.fill(opened.review)
    assert played.refused(k.OpenReview(matter="food", edition=3, token="x", source="loud")) == "reviews_full"
    played.do(k.OpenReview(matter="food", edition=3, token="y", source="quiet"))
