"""The daily comparison: what differs is told, what the hall can mend it says again, its own truth never moves."""

from __future__ import annotations

from hall_daemon.cases import commands as k
from hall_daemon.exchange.compare import Difference, Report
from hall_daemon.rehearsal.city_platform import Case
from tests.hall_daemon.adapters.platform.rig import WORDS, Rig
from tests.hall_daemon.cases.books import defect

DAY_S = 86_400.0


def report(rig: Rig) -> Report:
    box = rig.service()._opened()
    found = box.report()
    box.close()
    assert found is not None
    return found


def test_a_platform_that_lost_cases_gets_them_again_and_nobody_is_asked(rig: Rig) -> None:
    passed, told = rig.played.passed(), rig.played.told(defect("licence"))
    rig.drain(service := rig.service())
    rig.forward(60)
    del rig.platform.cases[passed]
    rig.platform.cases[told] = rig.platform.cases[told]._replace(state=WORDS.states["looking"].code)
    service.compare()
    rig.drain(service)
    assert report(rig).differences == (
        Difference(passed, "missing", "passed"), Difference(told, "back", "mend", "looking"),
    )
    assert service.health()["platform"].startswith("ok")
    assert rig.states() == rig.ours() == {passed: "passed", told: "mend"}
    assert rig.platform.complaints == []
    service.stop()


def test_what_only_the_platform_knows_or_nobody_understands_needs_a_person(rig: Rig) -> None:
    review = rig.played.sent()
    rig.drain(service := rig.service())
    rig.platform.cases["YS-20200101-000001"] = Case(("", 1), "104", "")
    rig.platform.cases[review] = Case(("", 1), "777", "")
    service.compare()
    service.step()
    assert report(rig).differences == (
        Difference("YS-20200101-000001", "unknown", "", "passed"), Difference(review, "strange", "sent", "777"),
    )
    assert "2 differences need a person" in service.health()["platform"]
    assert rig.ours() == {review: "sent"}
    service.stop()


def test_it_is_done_once_a_day_after_its_hour_and_forgets_what_the_hall_put_away(rig: Rig) -> None:
    review = rig.played.sent()
    rig.played.do(k.WithdrawReview(review))
    rig.drain(service := rig.service())
    first = report(rig).at
    for _ in range(5):
        rig.forward(60)
        service.step()
    assert report(rig).at == first
    rig.played.morning(40)
    rig.played.book.docket.forget(review) if review in rig.played.book.docket.reviews else None
    service.step()
    later = report(rig)
    assert later.at > first
    assert later.differences == ()
    assert later.day == rig.played.book.hall.day
    service.stop()


def test_a_first_start_says_what_is_there_already(rig: Rig) -> None:
    passed = rig.played.passed()
    draft = rig.played.draft()
    rig.drain(service := rig.service(seq=rig.seq))
    rig.drain(service)
    assert rig.states() == {passed: "passed"}
    assert draft not in rig.platform.cases
    service.stop()


def test_many_cases_come_in_pages(rig: Rig) -> None:
    for _ in range(5):
        rig.played.sent(f"person-{_}")
    rig.drain(service := rig.service())
    rig.platform.cases.update({f"YS-{n:06d}": Case(("", n), "104", "") for n in range(650)})
    service.compare()
    service.step()
    found = report(rig)
    assert (found.same, len(found.differences), found.more) == (5, 500, 150)
    service.stop()


def test_a_journal_that_came_back_shorter_is_read_from_its_end(rig: Rig) -> None:
    rig.played.passed()
    rig.drain(service := rig.service(seq=rig.seq))
    service.stop()
    lost = rig.seq
    rig.played = type(rig.played)().open()
    rig.played.book.docket.serial = 1000  # what was lost is not given again
    again = rig.service(seq=rig.seq)
    assert rig.seq < lost
    review = rig.played.sent()
    rig.drain(again)
    assert rig.states()[review] == rig.ours()[review]
    again.stop()


def test_what_happens_while_it_is_asked_is_on_its_way(rig: Rig) -> None:
    service = rig.service()
    late: list[str] = []
    rig.platform.fault = lambda path: late.append(rig.played.sent()) if path == WORDS.paths.cases and not late else None
    rig.drain(service)
    assert report(rig).differences == ()
    rig.drain(service)
    assert rig.states() == {late[0]: "sent"}
    assert len(rig.platform.taken) == 1
    service.stop()
