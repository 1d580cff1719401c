"""The generated day: the same for everybody, and like a day in a district hall."""

from __future__ import annotations

from statistics import fmean

from hall_daemon.domain.plan import Moment
from hall_daemon.rehearsal.district import MATTERS
from hall_daemon.rehearsal.tuesday import TICKETS, TUESDAY, tuesday


def test_the_same_seed_gives_the_same_day_and_another_one_another() -> None:
    assert tuesday() == tuesday()
    assert tuesday(1).visits != tuesday(2).visits
    first = tuesday().visits[0]
    # Pinned: a generator that changes would quietly change every figure that was ever measured with it.
    assert (first.at_s, first.services, first.service_s) == PINNED


PINNED = (30621.5, ("collection",), (46.5,))


def test_a_hall_of_its_size() -> None:
    day = tuesday()

    assert day.date == TUESDAY
    assert day.date.weekday() == 1
    assert (len(day.visits), len(day.plan.services), len(day.plan.queues), len(day.plan.windows)) == (
        TICKETS,
        12,
        5,
        18,
    )
    assert set(day.shifts) == set(day.plan.windows)
    assert round(sum(matter.share for matter in MATTERS.values()), 9) == 1.0


def test_people_come_in_two_waves_while_numbers_are_given() -> None:
    day = tuesday()
    per_hour = [sum(1 for visit in day.visits if visit.at_s // 3600 == hour) for hour in range(24)]

    assert per_hour[9] > 1.5 * per_hour[11]
    assert per_hour[12] == 0
    assert per_hour[14] > 1.5 * per_hour[16]
    stop_s = day.plan.hours.stop_issuing_min * 60
    for visit in day.visits:
        assert any(b * 60 <= visit.at_s < e * 60 - stop_s for b, e in day.plan.sessions(day.date.isoformat()))
    assert [visit.at_s for visit in day.visits] == sorted(visit.at_s for visit in day.visits)


def test_what_people_do() -> None:
    visits = tuesday(5, tickets=20_000).visits
    share = {
        "priority": fmean(visit.class_ == "priority" for visit in visits),
        "no_show": fmean(visit.deaf_to > 1 for visit in visits),
        "recalled": fmean(visit.deaf_to == 1 for visit in visits),
        "cancels": fmean(visit.leaves_s is not None for visit in visits),
        "two": fmean(len(visit.services) == 2 for visit in visits),
    }

    assert 0.07 < share["priority"] < 0.09
    assert 0.035 < share["no_show"] < 0.045
    assert 0.05 < share["recalled"] < 0.07
    assert 0.02 < share["cancels"] < 0.04
    assert 0.04 < share["two"] < 0.06
    returners = fmean(visit.returns_s is not None for visit in visits if visit.deaf_to > 1)
    assert 0.4 < returners < 0.6
    assert all(len(set(visit.services)) == len(visit.services) == len(visit.service_s) for visit in visits)
    reasons = tuesday().plan.priority_reasons
    assert all((visit.class_reason in reasons) == (visit.class_ == "priority") for visit in visits)


def test_service_times_are_as_long_as_the_plan_says_and_skewed() -> None:
    day = tuesday(5, tickets=20_000)
    for id_, matter in MATTERS.items():
        times = sorted(visit.service_s[0] for visit in day.visits if visit.services[0] == id_)
        assert 0.9 * matter.mean_s < fmean(times) < 1.1 * matter.mean_s
        assert times[len(times) // 2] < fmean(times)


def test_midnight_is_local() -> None:
    day = tuesday()

    assert Moment(0, int(day.midnight * 1000)).wall == 1_795_449_600_000  # 2026-11-23T16:00Z
    assert day.begins_s == day.visits[0].at_s - 120
