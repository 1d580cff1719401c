"""Records on their way out: what leaves, what never does, and that every fault of a platform costs time only."""

from __future__ import annotations

import itertools
from random import Random

import pytest

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.cases import commands as k
from hall_daemon.cases.defects import Reply
from hall_daemon.rehearsal.city_platform import FAULTS, Fault
from hall_daemon.rehearsal.city_server import by_dice
from tests.hall_daemon.adapters.platform.rig import PERSON, TASK, WORDS, Rig, first
from tests.hall_daemon.cases.books import defect


def a_whole_review(rig: Rig) -> str:
    """Sent, returned with two defects, mended, passed; and beside it one that stays a draft and is taken back."""
    played = rig.played
    review = played.told(defect("licence"), defect("area", "not_matching", "field"))
    draft = played.fill(played.draft())
    played.page(review)
    played.fill(review, "area")
    replies = tuple(Reply(at=at, how="replaced") for at in range(2))
    played.do(k.SendReview(review=review, version=played.review(review).version, person="ann", replies=replies))
    played.looked(review)
    played.do(k.PassReview(review, 0, "bo"))
    played.do(k.WithdrawReview(draft))
    return review


def test_each_step_arrives_in_order_in_the_words_of_the_platform(rig: Rig) -> None:
    review = a_whole_review(rig)
    service = rig.service()
    rig.drain(service)
    assert set(rig.said("case")) == {review}
    assert rig.said("record") == ["WSYSL", "WSYSL", "BZGZ", "BZSL", "WSYSL", "WSYSL"]
    assert rig.said("state_word") == ["待预审", "预审中", "待补正", "待预审", "预审中", "预审通过"]
    assert rig.said("action")[-1] == "通过"
    assert rig.said("step_state")[-1] == "2"
    told = rig.said("defects")[2]
    assert [(each["id"], each["code"]) for each in told] == [("licence", "unreadable"), ("area", "not_matching")]  # type: ignore[index,attr-defined]
    assert set(rig.said("task")) == {TASK}
    assert set(rig.said("kind")) == {"2"}
    assert rig.platform.complaints == []
    assert service.health()["platform"].startswith("ok: answered 0 min ago, 0")
    service.stop()
    # Nobody starts anew: what was taken is not said again.
    taken = len(rig.platform.taken)
    rig.drain(again := rig.service(seq=rig.seq))
    again.stop()
    assert len(rig.platform.taken) == taken
    # A journal that came back from an older copy: what is read once more is known.
    asked: list[str] = []
    rig.platform.fault = asked.append
    rig.drain(older := rig.service(seq=0))
    older.stop()
    assert WORDS.paths.records not in asked


def test_nothing_personal_leaves_but_what_the_configuration_names(rig: Rig) -> None:
    rig.dossier = PERSON
    rig.played.sent()
    rig.drain(service := rig.service())
    service.stop()
    assert rig.said("form") == [None]
    for text in ("欧阳", "92110101", "ann"):
        assert text not in str(rig.platform.taken)
        assert text.encode() not in rig.on_disk()

    rig.lets_out("org.name", "org.uscc")
    rig.played.sent()
    rig.drain(service := rig.service())
    service.stop()
    assert rig.said("form")[-1] == {"org_name": "样例区欧阳小吃店", "org_uscc": "92110101MAKKKKKK67"}
    assert "欧阳样例" not in str(rig.platform.taken)
    assert "欧阳".encode() not in rig.on_disk()


def test_answers_that_are_not_those_that_were_sent_stay(rig: Rig) -> None:
    rig.dossier = PERSON
    rig.lets_out("org.name")
    rig.played.told(defect("licence"))  # the person may have changed them since
    rig.drain(rig.service())
    assert rig.said("form") == [None, None, None]


def test_dossiers_that_are_away_hold_their_own_records_only_until_they_are_back(rig: Rig) -> None:
    rig.dossier = DossierError("dossiers_away", "no key")
    rig.lets_out("org.name")
    rig.played.sent()
    rig.played.told(defect("licence"))
    looked_at = rig.played.looked()
    service = rig.service()
    for _ in range(3):
        service.step()
        rig.forward(660)
    assert [each for each in rig.said("state_word") if each == "待补正"] == ["待补正"]
    assert looked_at not in rig.states(), "its second record waits behind its first"
    assert "dossiers_away" in service.health()["platform"]
    rig.dossier = PERSON
    rig.drain(service)
    assert rig.states() == rig.ours()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_time_and_nothing_else(rig: Rig, fault: Fault) -> None:
    a_whole_review(rig)
    rig.platform.fault = first(3, fault)
    service = rig.service()
    rig.drain(service)
    assert rig.states() == rig.ours()
    assert len(rig.platform.taken) == 6
    assert rig.platform.complaints == []
    assert service.health()["platform"].startswith("ok")
    service.stop()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm_of_faults_loses_nothing_and_says_nothing_twice(rig: Rig, seed: int) -> None:
    dice, play = Random(seed), rig.played
    rig.platform.fault = by_dice(dice, 0.5)
    service = rig.service()
    for _ in range(8):
        dice.choice((play.sent, play.passed, play.looked, lambda: play.told(defect("licence"))))()
        service.step()
        rig.forward(dice.uniform(1, 400))
    rig.platform.fault = lambda path: None
    rig.drain(service)
    assert rig.states() == rig.ours()
    assert rig.platform.complaints == []
    assert len(set(rig.said("key"))) == len(rig.platform.taken)
    service.stop()


def test_what_the_platform_refuses_stays_for_a_person_and_holds_nobody_up(rig: Rig) -> None:
    rig.platform.guides.clear()
    review = rig.played.looked()
    service = rig.service()
    service.step()
    assert "2 were refused" in service.health()["platform"]
    rig.use_guides()
    service.once_more()
    rig.drain(service)
    assert rig.states() == {review: "looking"}
    service.stop()


def test_pauses_grow_and_differ(rig: Rig) -> None:
    rig.played.sent()
    rig.platform.fault = lambda path: "stranger"
    service, asked = rig.service(), []
    for second in range(2000):
        before = rig.platform.count
        service.step()
        if rig.platform.count != before:
            asked.append(second)
        rig.forward(1)
    gaps = [after - before for before, after in itertools.pairwise(asked)]
    assert gaps == sorted(gaps) or max(gaps) <= 600
    assert gaps[0] <= 4
    assert 150 <= gaps[-1] <= 601
    assert len(asked) < 20
    assert "credential_refused" in service.health()["platform"]
    service.stop()
