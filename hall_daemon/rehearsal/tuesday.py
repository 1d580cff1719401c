"""A Tuesday in a district hall, made up by dice: 1,300 people in two waves, and what people do. Pure.

The same seed gives the same day on every machine. `one_visit` fills any plan this way; the demo fills its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from random import Random

from hall_daemon.domain.plan import Plan
from hall_daemon.rehearsal.day import Day, Shift, Visit
from hall_daemon.rehearsal.district import MATTERS, district_hall

TUESDAY = date(2026, 11, 24)
SEED = 20261124
TICKETS = 1300

# Two waves: share of the people, middle and spread in minutes of the day, and the doors between which they come.
# No number is given in the last quarter of an hour before lunch and close.
WAVES = ((0.56, 590.0, 60.0, 510.0, 704.0), (0.44, 885.0, 60.0, 810.0, 1034.0))
SPREAD = 0.5  # of log-normal service times: the middle two thirds lie within a factor of 1.65
PRIORITY = 0.08
NO_SHOW = 0.04
RETURNS = 0.5  # of those who were missed
HARD_OF_HEARING = 0.06  # come at the recall
SECOND_MATTER = 0.05
CANCELS = 0.03  # from the phone, when it takes too long
LUNCHES = ((705 * 60.0, 750 * 60.0), (750 * 60.0, 795 * 60.0))
CLOSE_S = 17.5 * 3600.0


def tuesday(seed: int = SEED, tickets: int = TICKETS) -> Day:
    plan = district_hall()
    shares = {id_: matter.share for id_, matter in MATTERS.items()}
    dice = Random(seed)  # noqa: S311 - a repeatable day, no secret
    visits = sorted(
        (one_visit(plan, shares, dice, _arrival(dice)) for _ in range(tickets)), key=lambda visit: visit.at_s
    )
    shifts = {window: Shift(8.5 * 3600.0, CLOSE_S, (LUNCHES[at % 2],)) for at, window in enumerate(plan.windows)}
    notes = (f"generated: seed {seed}, {tickets} people, two waves",)
    return Day(
        name="a Tuesday in a district hall",
        date=TUESDAY,
        plan=plan,
        visits=tuple(visits),
        shifts=shifts,
        wait_mean_s=None,
        notes=notes,
    )


def one_visit(plan: Plan, shares: Mapping[str, float], dice: Random, at_s: float, haste: float = 1.0) -> Visit:
    """Somebody who comes at `at_s`. `haste` shortens everything they do."""
    services = [_pick(shares, dice)]
    if dice.random() < SECOND_MATTER and len(shares) > 1:
        services.append(_pick({id_: share for id_, share in shares.items() if id_ != services[0]}, dice))
    class_, reason = "ordinary", ""
    if plan.priority_reasons and dice.random() < PRIORITY:
        class_, reason = "priority", dice.choice(list(plan.priority_reasons))
    deaf_to, returns_s, leaves_s = 0, None, None
    kind = dice.random()
    if kind < NO_SHOW:
        deaf_to = 2
        if dice.random() < RETURNS:
            returns_s = dice.uniform(180.0, 1200.0) / haste
    elif kind < NO_SHOW + HARD_OF_HEARING:
        deaf_to = 1
    elif kind < NO_SHOW + HARD_OF_HEARING + CANCELS:
        leaves_s = at_s + dice.uniform(300.0, 1800.0) / haste
    times = tuple(max(20.0, _log_normal(plan.services[id_].expected_s, dice)) / haste for id_ in services)
    return Visit(
        at_s=at_s,
        services=tuple(services),
        service_s=times,
        class_=class_,
        class_reason=reason,
        leaves_s=leaves_s,
        deaf_to=deaf_to,
        returns_s=returns_s,
    )


def _arrival(dice: Random) -> float:
    _, middle, spread, opens, stops = WAVES[0] if dice.random() < WAVES[0][0] else WAVES[1]
    while True:
        minute = dice.gauss(middle, spread)
        if opens <= minute < stops:
            return round(minute * 60.0, 1)


def _log_normal(mean_s: float, dice: Random) -> float:
    return round(dice.lognormvariate(math.log(mean_s) - SPREAD**2 / 2, SPREAD), 1)


def _pick(shares: Mapping[str, float], dice: Random) -> str:
    return dice.choices(list(shares), weights=list(shares.values()))[0]
