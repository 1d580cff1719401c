"""Turns against the rule itself: any hall, any skills, any mixture of slots, locks, returners and clerks to go back
to; call after call both name the same ticket."""

from __future__ import annotations

import random
from typing import get_args

import pytest

from hall_daemon.domain.dispatch import choose
from hall_daemon.domain.events import TicketCalled, TicketCancelled
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall, WindowState
from hall_daemon.domain.plan import ClassRule, Moment, Plan, Policy, Skill
from hall_daemon.domain.ticket import Place, Ticket
from hall_daemon.prediction.simulate.fast_dispatch import NOBODY, FastDispatch, Floor, rank
from tests.hall_daemon.prediction import scenes

SERVICES = ("a", "b", "c", "d")
CLASSES = ("ordinary", "ordinary", "ordinary", "priority", "appointment")
COMING = tuple((service, class_) for service in SERVICES for class_ in set(CLASSES))


def random_plan(dice: random.Random) -> Plan:
    skills = get_args(Skill)
    windows = {str(w): {service: dice.choice(skills) for service in SERVICES if dice.random() < 0.8} for w in range(4)}
    windows["0"] = dict.fromkeys(SERVICES, "yes")
    weights = [dice.randint(1, 3) for _ in range(3)]
    ids = ["priority", "appointment", "ordinary"]
    dice.shuffle(ids)
    return scenes.plan(
        windows,
        policy=Policy(
            classes=tuple(ClassRule(id_, scenes.same(id_), weight) for id_, weight in zip(ids, weights, strict=True)),
            longest_wait_s=dice.choice([0, 600, 3000]),
            longest_wait_every=dice.randint(1, 4),
        ),
    )


def random_ticket(dice: random.Random, n: int, now: Moment) -> Ticket:
    since = now.tick - dice.randrange(0, 5_000_000, 1000)
    more: dict[str, object] = {}
    kind = dice.random()
    if kind < 0.1:
        more["after_calls"] = dice.randint(1, 12)
    elif kind < 0.2:
        more["not_before"] = now.tick + dice.randrange(-50_000, 200_000)
    elif kind < 0.25:
        since = now.tick + dice.randrange(1000, 900_000, 1000)
    elif kind < 0.3:
        more["only_window"] = str(dice.randrange(4))
        more["not_before"] = dice.choice([0, now.tick + dice.randrange(-50_000, 2_000_000)])
    service = dice.choice(SERVICES)
    return scenes.ticket(n, service, dice.choice(CLASSES), place=Place(since, n), **more)


def random_hall(dice: random.Random, plan: Plan) -> Hall:
    hall = scenes.hall()
    for window in plan.windows:
        credit = {class_: dice.randint(-4, 4) for class_ in set(CLASSES) if dice.random() < 0.5}
        hall.windows[window] = WindowState(window, "open", window, calls_since_guard=dice.randrange(5), credit=credit)
    for n in range(dice.choice([0, 1, 5, 40])):
        hall.put(random_ticket(dice, n, scenes.NOW))
    return hall


@pytest.mark.parametrize("seed", range(150))
def test_turns_name_the_tickets_that_choose_names(seed: int) -> None:
    dice = random.Random(seed)
    plan = random_plan(dice)
    hall = random_hall(dice, plan)
    now = scenes.NOW
    floor = Floor(plan=plan, hall=hall, tick=now.tick, windows=list(plan.windows), coming=COMING)
    dispatch = FastDispatch(floor)
    ids = list(floor.ids)
    calls = 0
    for step in range(90):
        now = Moment(now.tick + dice.randrange(0, 40_000), now.wall)
        what = dice.random()
        if what < 0.2:
            drawn = scenes.ticket(1000 + step, dice.choice(SERVICES), dice.choice(CLASSES))
            hall.put(drawn._replace(place=Place(now.tick, 1000 + step)))
            assert dispatch.enter(floor.services[drawn.service], floor.classes[drawn.class_], now.tick) == len(ids)
            ids.append(drawn.id)
        elif what < 0.25:
            place = Place(now.tick - dice.randrange(9_000_000), 2000 + step)
            moved = scenes.ticket(2000 + step, dice.choice(SERVICES), dice.choice(CLASSES), place=place)
            hall.put(moved)
            dispatch.stand(
                floor.services[moved.service], floor.classes[moved.class_], (place.since << 40) | place.serial
            )
            ids.append(moved.id)
        elif what < 0.3 and (waiting := [t.id for t in hall.tickets.values() if t.state == "waiting"]):
            gone = dice.choice(waiting)
            evolve(hall, TicketCancelled(gone), now)
            dispatch.pass_over(ids.index(gone))
        else:
            w = dice.randrange(len(plan.windows))
            window = list(plan.windows.values())[w]
            choice = choose(hall, window, now, plan.policy)
            i = dispatch.next(w, now.tick)
            assert (ids[i] if i != NOBODY else None) == (choice.ticket.id if choice else None)
            if choice is not None:
                credit = choice.credit if choice.credit != hall.window(window.id).credit else {}
                evolve(hall, TicketCalled(window.id, choice.ticket.id, choice.reason, credit), now)
                hall.windows[window.id] = hall.window(window.id)._replace(ticket="")
                dispatch.take(w, i)
                calls += 1
    assert calls or not ids


def test_a_look_changes_nothing() -> None:
    dice = random.Random(5)
    plan = random_plan(dice)
    hall = random_hall(dice, plan)
    dispatch = FastDispatch(Floor(plan=plan, hall=hall, tick=scenes.NOW.tick, windows=list(plan.windows)))
    first = [dispatch.next(w, scenes.NOW.tick) for w in range(4)]
    assert [dispatch.next(w, scenes.NOW.tick) for w in range(4)] == first


def test_who_goes_on_stands_in_line_as_the_only_one_of_a_class() -> None:
    """Nobody in line is of that class, and nobody of it is expected."""
    plan = scenes.one_window()
    hall = scenes.hall()
    person = scenes.ticket(1, class_="priority", services=("card", "card"))
    scenes.at_window(hall, "1", person, 60)
    hall.put(scenes.ticket(2))
    floor = Floor(plan=plan, hall=hall, tick=scenes.NOW.tick, windows=["1"])
    dispatch = FastDispatch(floor)
    i = dispatch.stand(floor.services["card"], floor.classes["priority"], rank(person.place))
    assert dispatch.next(0, scenes.NOW.tick) == i


@pytest.mark.parametrize("after_calls", [0, 2])
def test_who_comes_back_is_called_when_due_and_where_the_place_says(after_calls: int) -> None:
    """Locked for a minute and, maybe, for two calls; then first, for the place was drawn first."""
    hall = scenes.hall()
    locked = scenes.NOW.tick + 60_000
    hall.put(scenes.ticket(0, not_before=locked, after_calls=after_calls))
    for n in range(1, 6):
        hall.put(scenes.ticket(n))
    dispatch = FastDispatch(Floor(plan=scenes.one_window(), hall=hall, tick=scenes.NOW.tick, windows=["1"]))
    called = []
    for minute in range(6):
        called.append(dispatch.next(0, scenes.NOW.tick + minute * 60_000))
        dispatch.take(0, called[-1])
    assert called == ([1, 2, 0, 3, 4, 5] if after_calls else [1, 0, 2, 3, 4, 5])
