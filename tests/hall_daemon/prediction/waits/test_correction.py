"""What roll-outs keep getting wrong is learnt; where they are right, nothing is."""

from __future__ import annotations

import math
import random

import pytest

from hall_daemon.prediction.waits.correction import ADDED_MS, LEAST_DAYS, MOST, Case, Correction, guess
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort
from tests.hall_daemon.prediction import scenes
from tests.hall_daemon.prediction.days import Life, Visitor, score

CASE = Case("card", 5, 10.0, 2.0)
FEW = Effort(steps=400, least=16, most=16)


def told(dice: random.Random, off: float, days: int, case: Case = CASE, days_vary: float = 0.0) -> Correction:
    """Every day 60 tickets whose wait is `off` (a logarithm) longer than the roll-out said, give and take."""
    correction = Correction()
    for _ in range(days):
        todays = off + dice.gauss(0.0, days_vary)
        for _ in range(60):
            said = guess(case, [1000.0 * math.exp(dice.gauss(6.0, 0.5)) for _ in range(40)])
            assert said is not None
            correction.see(said, math.exp(said.centre + todays + dice.gauss(0.0, 0.5)) - ADDED_MS)
        correction.new_day()
    return correction


def test_what_is_always_off_is_corrected() -> None:
    assert told(random.Random(1), math.log(1.5), 10).factor(CASE) == pytest.approx(1.5, rel=0.1)


def test_nothing_is_learnt_before_some_days_agree() -> None:
    assert told(random.Random(1), math.log(1.5), LEAST_DAYS - 1).factor(CASE) == 1.0
    # Days that are off by much, to either side.
    off = [math.log(told(random.Random(seed), 0.0, 20, days_vary=0.3).factor(CASE)) for seed in range(20)]
    assert sum(abs(one) > 0.1 for one in off) <= 3


def test_where_roll_outs_are_right_nothing_moves() -> None:
    off = [abs(math.log(told(random.Random(seed), 0.0, 20).factor(CASE))) for seed in range(20)]
    assert sum(off) / len(off) < 0.01


def test_what_is_off_in_one_service_stays_there() -> None:
    correction, dice = Correction(), random.Random(2)
    permit = CASE._replace(service="permit")
    for _ in range(15):
        for case, off in ((CASE, 0.0), (permit, 0.5)):
            for _ in range(40):
                said = guess(case, [600_000.0])
                assert said is not None
                correction.see(said, math.exp(said.centre + off + dice.gauss(0.0, 0.3)) - ADDED_MS)
        correction.new_day()
    assert math.log(correction.factor(permit)) == pytest.approx(0.5, abs=0.1)
    assert abs(math.log(correction.factor(CASE))) < 0.1
    assert correction.factor(permit._replace(ahead=0)) == 1.0


def test_a_correction_has_a_bound_and_nobody_ahead_teaches_nothing() -> None:
    assert told(random.Random(3), 9.0, 10).factor(CASE) == pytest.approx(math.exp(MOST))
    assert guess(CASE._replace(ahead=0), [1.0, 2.0]) is None
    assert guess(CASE, []) is None


# -- halls that are not what the plan says -------------------------------------------------------


def lived(seed: int, told_skills: dict[str, dict[str, scenes.Skill]], *, corrected: bool) -> float:
    """Mean error, in minutes, of days 6 to 8 in a hall where all three windows take cards and permits."""
    truth = {w: dict.fromkeys(("card", "permit"), "yes") for w in "123"}
    policy = scenes.of_classes("ordinary")
    plan, said = scenes.plan(truth, policy=policy), scenes.plan(told_skills, policy=policy)
    predictor = Predictor(said, FEW)
    if not corrected:
        predictor.correction.new_day = lambda: None  # type: ignore[method-assign]

    def come(dice: random.Random) -> Visitor:
        return Visitor("card" if dice.random() < 0.7 else "permit", "ordinary", dice.lognormvariate(6.2, 0.5))

    life = Life(plan, random.Random(seed), come, 215.0, predictor)
    for _ in range(5):
        life.day(ask=True)
    life.kept.clear()
    for _ in range(3):
        life.day(ask=True)
    return score(life.kept).error_min


def test_a_skill_that_nobody_wrote_down_is_made_up_for() -> None:
    """Told: window 3 takes permits only. Cards are called half as soon again as a roll-out thinks."""
    skills: dict[str, dict[str, scenes.Skill]] = {
        "1": {"card": "yes", "permit": "yes"}, "2": {"card": "yes", "permit": "yes"}, "3": {"permit": "yes"},
    }
    plain, corrected = (lived(1, skills, corrected=corrected) for corrected in (False, True))
    print(plain, corrected)
    assert corrected < 0.9 * plain


def test_in_a_hall_that_is_what_the_plan_says_a_correction_costs_next_to_nothing() -> None:
    truth: dict[str, dict[str, scenes.Skill]] = {w: {"card": "yes", "permit": "yes"} for w in "123"}
    plain, corrected = (lived(1, truth, corrected=corrected) for corrected in (False, True))
    print(plain, corrected)
    assert corrected < 1.01 * plain
