"""How good the forecast of arrivals is on recorded days: `python -m tests.bench.arrivals TRACE...`.

Every day of the last half is forecast from the days before it, each hall by itself; people by half hour are compared
with what came. Beside it: the same as yesterday, the same as a week ago, and the mean of all days before. Windows
and hours are not known, so half hours in which nobody ever came are left out.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from hall_daemon.domain.plan import Plan, Queue, Service, Window
from hall_daemon.prediction.learn.day_profile import Habits, day_expected, rest_of_day
from hall_daemon.prediction.learn.day_summary import SLOTS, Came, DayTable
from hall_daemon.rehearsal.trace import read_every
from hall_daemon.words.text import text

LEAST_DAYS = 5
HALVES = 2
NOON_SLOT = 24


class Score(NamedTuple):
    """Mean absolute error in people of a half hour, and in per cent of a day's people; `inside` is the share of half
    hours in the 80 % range."""

    predictor: str
    n_days: int
    mae: float
    wape: float
    day_ape: float
    inside: float | None


def tables_of(path: Path) -> dict[str, list[DayTable]]:
    """The days of each hall of a trace, in order."""
    counts: dict[str, dict[date, dict[str, list[int]]]] = defaultdict(lambda: defaultdict(dict))
    for hall, day, row in read_every(path):
        slots = counts[hall][day].setdefault(row.service, [0] * SLOTS)
        slots[min(SLOTS - 1, max(0, int(row.arrives_s // 1800)))] += 1
    return {
        hall: [
            DayTable(
                day=day.isoformat(), came=tuple(Came(s, "ordinary", tuple(n)) for s, n in sorted(services.items()))
            )
            for day, services in sorted(days.items())
        ]
        for hall, days in counts.items()
    }


def plan_of(tables: Sequence[DayTable]) -> Plan:
    """A hall that is always open: the days that are in the trace are those on which it was."""
    services = sorted({came.service for table in tables for came in table.came})
    name = text("trace", "trace")
    return Plan(
        id="trace", name=name, timezone="UTC", queues={"all": Queue("all", name, "A")},
        services={service: Service(id=service, name=name, queue="all") for service in services},
        windows={"1": Window("1", "1", {services[0]: "yes"})},
    )


def per_slot(table: DayTable) -> list[float]:
    return [float(sum(slot)) for slot in zip(*(came.counts for came in table.came), strict=True)]


def yesterday(past: Sequence[DayTable], day: str) -> list[float]:
    return per_slot(past[-1])


def week_ago(past: Sequence[DayTable], day: str) -> list[float]:
    wanted = (date.fromisoformat(day) - timedelta(days=7)).isoformat()
    return next((per_slot(table) for table in past if table.day == wanted), yesterday(past, day))


def mean(past: Sequence[DayTable], day: str) -> list[float]:
    return [sum(slot) / len(past) for slot in zip(*map(per_slot, past), strict=True)]


BASELINES: dict[str, Callable[[Sequence[DayTable], str], list[float]]] = {
    "same as yesterday": yesterday,
    "same as a week ago": week_ago,
    "mean of all days": mean,
}


def asked(tables: Sequence[DayTable]) -> Iterator[tuple[Sequence[DayTable], DayTable]]:
    """(what was before, the day) for each day of the last half."""
    for at in range(max(LEAST_DAYS, len(tables) // HALVES), len(tables)):
        yield tables[:at], tables[at]


def scores(halls: dict[str, list[DayTable]], habits: Habits) -> list[Score]:
    off: dict[str, list[tuple[float, float, float, float, float]]] = defaultdict(list)
    inside: list[bool] = []
    for tables in halls.values():
        plan = plan_of(tables)
        used = [slot for slot in range(SLOTS) if any(per_slot(table)[slot] for table in tables)]
        for past, table in asked(tables):
            came = per_slot(table)
            expected = day_expected(plan, past, table.day, habits)
            assert expected is not None
            rates = expected.per_slot()
            said = {"hall": list(rates), **{name: guess(past, table.day) for name, guess in BASELINES.items()}}
            noon = rest_of_day(expected, [int(n) for n in came[:NOON_SLOT]], NOON_SLOT * 30.0)
            said["hall, at noon"] = [*came[:NOON_SLOT], *noon.per_slot()[NOON_SLOT:]]
            for name, guess in said.items():
                slots = [slot for slot in used if slot >= NOON_SLOT] if name == "hall, at noon" else used
                errors = [abs(guess[slot] - came[slot]) for slot in slots]
                people = sum(came[slot] for slot in slots)
                day_off = abs(sum(guess) - sum(came)) / max(1.0, sum(came))
                off[name].append((sum(errors), float(len(slots)), people, day_off, 1.0))
            for slot in used:
                low, _, high = expected.slot_count(rates[slot])
                inside.append(low <= came[slot] <= high)
    return [_score(name, rows, sum(inside) / len(inside) if name == "hall" else None) for name, rows in off.items()]


def _score(name: str, rows: Sequence[tuple[float, float, float, float, float]], inside: float | None) -> Score:
    errors, slots, people, day_off, days = map(sum, zip(*rows, strict=True))
    return Score(name, int(days), errors / slots, errors / people, day_off / days, inside)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.arrivals", description="Arrivals by half hour.")
    parser.add_argument("traces", nargs="+", type=Path, metavar="TRACE")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    for path in args.traces:
        found = scores(tables_of(path), Habits(LEAST_DAYS))
        if args.json:
            print(json.dumps({"trace": path.name, "rows": [score._asdict() for score in found]}))
            continue
        print(f"{path.name}\n{'predictor':<22}{'days':>6}{'MAE':>8}{'of people':>11}{'day off':>9}{'in 80 %':>9}")
        for score in sorted(found, key=lambda score: score.mae):
            inside = "-" if score.inside is None else f"{score.inside:.3f}"
            print(f"{score.predictor:<22}{score.n_days:>6}{score.mae:>8.2f}{score.wape:>11.1%}{score.day_ape:>9.1%}{inside:>9}")


if __name__ == "__main__":
    main()
