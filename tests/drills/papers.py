"""Hostile files sent as papers to a hall that runs: each gets a right answer, and the hall draws numbers on.

Bombs, polyglots, scripts, 500 pages, cut and flipped files, random bytes: tests/hostile_papers.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from hall_daemon.words.tables import tables
from tests.drills.harness import Drill, Run
from tests.hall_daemon.adapters.http.review_halls import Case, review_hall
from tests.hostile_papers import ACCEPTED, hostile

FILES = 200
# Of one review, so that no rate is in the way.
EACH = 12


def attack(run: Run, files: int = FILES) -> Mapping[str, int | str]:
    counted: Counter[str] = Counter()
    with review_hall(run.folder / "hall") as rig:
        for at in range(files):
            if at % EACH == 0:
                case = Case(rig)
            file = hostile(run.seed * 1_000_003 + at)
            answer = case.client.session.put(
                f"{case.client.base}{case.path}/papers/layout/pages/1", data=file.data, headers=case.headers(),
                timeout=120,
            )
            said = answer.json()
            if answer.status_code == 200:
                why = ACCEPTED
            else:
                assert said["code"] in ("paper_refused", "too_large"), f"{file.family}: {said}"
                why = next((why for why in file.answers if _says(said, why)), f"{said['code']} {said['detail']}")
            assert why in file.answers, f"{file.family} (seed {run.seed}, file {at}): {why!r}, not {file.answers}"
            counted[why or "accepted"] += 1
            if at % 20 == 0:
                drawn = rig.staff.post("/api/v1/tickets", {"service": "idcard"})
                assert drawn.status_code == 201, f"after file {at} no number is drawn: {drawn.text}"
            if run.over and at >= EACH:
                break
    return {"files": sum(counted.values()), **counted}


def _says(said: dict[str, str], why: str) -> bool:
    if said["code"] == "too_large":
        return why == "too_large"
    return bool(why) and tables().under("document")[why]["en"] in said["detail"]


DRILL = Drill(
    name="papers",
    does="hostile files handed in as papers",
    faults=(),
    share=0.5,
    attack=attack,
)
