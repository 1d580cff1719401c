"""Waits: what a refresh, a year and a running forecaster cost, and how near the truth roll-outs come.

The simulated traces (windows known, true law known) lie in ../shared/waitdata where there is one; elsewhere that row
says so. Times are processor seconds of one core.
"""

from __future__ import annotations

import csv
import gzip
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan
from hall_daemon.domain.ticket import Place
from hall_daemon.evaluation.known_hall import read_hall
from hall_daemon.evaluation.score import MOMENT_MIN, crps
from hall_daemon.evaluation.story import story
from hall_daemon.evaluation.trial import Rows, Trial
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import quantile
from hall_daemon.rehearsal.trace import Row, read_every
from tests.bench.client import drive, percentile
from tests.bench.daemon import WINDOWS, Daemon, write_config
from tests.bench.table import Figure
from tests.bench.tickets import draws
from tests.hall_daemon.prediction import scenes

TRACES = Path(__file__).resolve().parents[3] / "shared" / "waitdata"
SERVICES = tuple(f"service-{n}" for n in range(6))
DAY_MS = 86_400_000
DAYS, TICKETS_A_DAY, CLERKS = 250, 1200, 20
# (waiting, of these with an appointment ahead, limit in ms)
REFRESHES = ((300, 0, "<= 200"), (300, 100, "<= 200"), (1000, 0, "<= 1000"), (10_000, 0, ""))
TRIAL_DAYS, TRIAL_LAST = 40, 0.2
SHARES = ("05", "10", "50", "90", "95")
IN_LINE, DRAWS, ROUNDS = 300, 100, 60


def run(folder: Path) -> list[Figure]:
    return [
        *(refresh(waiting, ahead, limit) for waiting, ahead, limit in REFRESHES),
        *year(),
        core_beside(folder),
        *(figure for name in ("sim_hall", "sim_mm4") for figure in against_oracle(name)),
    ]


# -- what it costs -------------------------------------------------------------------------------


def _plan() -> Plan:
    skills = {
        str(w): dict.fromkeys((SERVICES[w % 6], SERVICES[(w + 1) % 6], SERVICES[(w + 3) % 6]), "yes")
        for w in range(CLERKS)
    }
    return scenes.plan(skills)  # type: ignore[arg-type]


def _crowd(waiting: int, ahead: int = 0) -> tuple[Predictor, Hall]:
    """Everybody at a window, so many in line, 120 more an hour, one in seven of a higher class; `ahead` of those in
    line came early for an appointment in the next three hours."""
    dice, plan = random.Random(1), _plan()
    hall, predictor = scenes.hall(list(plan.windows)), Predictor(plan)
    for w in range(CLERKS):
        scenes.at_window(hall, str(w), scenes.ticket(90_000 + w, SERVICES[w % 6]), dice.uniform(10, 500))
    for n in range(waiting):
        place = Place(scenes.NOW.tick - 3_600_000 + n * 3_600_000 // waiting, n)
        person = scenes.ticket(n, dice.choice(SERVICES), "priority" if n % 7 == 0 else "ordinary", place=place)
        if n < ahead:
            slot = scenes.NOW.tick + (n + 1) * 10_800_000 // ahead
            early = slot - plan.policy.appointment_early_s * 1000
            person = person._replace(class_="appointment", place=Place(slot, n), not_before=early)
        hall.put(person)
    for n in range(3000):
        predictor.times.cycle(SERVICES[n % 6], f"clerk-{n % CLERKS}", int(dice.lognormvariate(13.0, 0.6)))
    for n in range(120):
        class_ = "priority" if n % 7 == 0 else "ordinary"
        predictor.arrivals.see(dice.choice(SERVICES), class_, scenes.NOW.tick - 3_600_000 + n * 30_000)
    return predictor, hall


def refresh(waiting: int, ahead: int, limit: str) -> Figure:
    predictor, hall = _crowd(waiting, ahead)
    taken = []
    for _ in range(5 if waiting <= 1000 else 1):
        begun = time.process_time()
        waits = predictor.estimate_waits(hall, scenes.NOW)
        taken.append(time.process_time() - begun)
    note = f"{waits.runs} runs, {waits.steps:,} steps"
    who = f"{waiting:,} waiting" + (f", {ahead} for an appointment ahead" if ahead else "")
    what = f"refresh of all waits, {who}, {CLERKS} windows"
    return Figure(what, min(taken) * 1000, "ms", "", None, limit, note)


def _year(pipe: Any) -> None:
    predictor, dice, serial = Predictor(_plan()), random.Random(2), 0
    begun = time.process_time()
    for day in range(DAYS):
        midnight = day * DAY_MS
        predictor.see(e.DayOpened(f"{day}", midnight), midnight, midnight)
        for w in range(CLERKS):
            predictor.see(e.WindowOpened(str(w), f"clerk-{w}"), midnight, midnight)
        free = [midnight + 8 * 3_600_000] * CLERKS
        for n in range(TICKETS_A_DAY):
            serial += 1
            ticket, service, at = f"{day}-{n}", dice.choice(SERVICES), midnight + 8 * 3_600_000 + n * 24_000
            predictor.see(
                e.TicketIssued(
                    ticket=ticket,
                    number="",
                    day="",
                    queue=service,
                    count=n,
                    services=(service,),
                    token="",
                    serial=serial,
                    since=at,
                    ahead=0,
                ),
                at,
                at,
            )
            w = min(range(CLERKS), key=free.__getitem__)
            called = max(at, free[w])
            predictor.see(e.TicketCalled(str(w), ticket, e.Reason("only")), called, called)
            free[w] = called + int(dice.lognormvariate(12.8, 0.6))
            predictor.see(e.ServiceFinished(str(w), ticket, service), free[w], free[w])
    predictor.estimate_waits(scenes.hall(), scenes.NOW)
    took_s = time.process_time() - begun
    pipe.send((took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    pipe.close()


def year() -> list[Figure]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_year, args=(there,))
    child.start()
    took_s, memory_mb = here.recv()
    child.join()
    what = f"learning from a year of {DAYS * TICKETS_A_DAY:,} tickets"
    return [
        Figure(what, took_s, "s", "", None, "<= 120"),
        Figure(f"{what}, memory", memory_mb, "MB", "", None, "<= 500"),
    ]


def core_beside(folder: Path) -> Figure:
    """Tickets over HTTP while the forecaster's child rolls, and while it is stopped, in many short turns: a machine
    that others use too is now quick and now slow."""
    config = folder / "hall.toml"
    write_config(config)
    seen: dict[bool, list[float]] = {True: [], False: []}
    with Daemon(config, folder / "data") as hall:
        drive(hall, lambda: [_opened(n) for n in range(1, WINDOWS + 1)])
        drive(hall, lambda: [draws(IN_LINE)])
        child = _waits_child(hall.process.pid)
        for turn in range(2 * ROUNDS):
            rolling = turn % 2 == 0
            os.kill(child, signal.SIGCONT if rolling else signal.SIGSTOP)
            try:
                seen[rolling] += drive(hall, lambda: [_come_and_go(DRAWS)]).latencies
            finally:
                os.kill(child, signal.SIGCONT)
    ours, alone = (percentile(seen[rolling], 0.99) * 1000 for rolling in (True, False))
    return Figure(
        "a ticket over HTTP while the forecaster rolls, p99", ours, "ms", f"{alone:.2f} ms while it is stopped",
        ours / alone, "<= 1.25", f"{IN_LINE} waiting; each draws and gives it back",
    )


def _opened(window: int) -> Iterator[Any]:
    yield f"/api/v1/windows/{window}/open", f'{{"staff":"clerk-{window}"}}'.encode()


def _come_and_go(times: int) -> Iterator[Any]:
    """Draws a number and gives it back, so that the line stays as long as it is."""
    for _ in range(times):
        _, body = yield "/api/v1/tickets", b'{"service":"one"}'
        yield f"/api/v1/tickets/{json.loads(body)['ticket']}/cancel", b"{}"


def _waits_child(daemon: int) -> int:
    """The child's process id, found by its parent and its command line."""
    give_up_at = time.monotonic() + 20.0
    while time.monotonic() < give_up_at:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == daemon and b"hall_daemon.adapters.waits.worker" in (process / "cmdline").read_bytes():
                    return int(process.name)
            except OSError:
                continue
        time.sleep(0.1)
    raise RuntimeError("the daemon has no child that estimates waits")


# -- how good it is ------------------------------------------------------------------------------


def against_oracle(name: str) -> list[Figure]:
    """Of the last days: errors of those who found a queue, and how often ranges held over everybody, ours over those of
    who knows the true laws. Within 3 % is asked for."""
    trace, oracle = TRACES / f"{name}.csv.gz", TRACES / f"{name}_rollout.csv.gz"
    if not (trace.is_file() and oracle.is_file()):
        print(f"  {name}: no {TRACES.name} beside the project, left out", file=sys.stderr)
        return []
    people = [(day, row) for _, day, row in read_every(trace)]
    with gzip.open(oracle, "rt", encoding="utf-8", newline="") as file:
        truths = dict(zip((row.line for _, row in people), csv.DictReader(file), strict=True))
    last = sorted({day for day, _ in people})[-TRIAL_DAYS]
    people = [(day, row) for day, row in people if day >= last]
    rows: Rows = {name: people}
    answers = Trial(rows, read_hall(TRACES / f"{name}.hall.json"), TRIAL_LAST).run().said
    drawn = sorted(people, key=lambda at: (at[0], at[1].arrives_s, at[1].starts_s or at[1].left_s or 0.0))
    off, its_off, score, its_score, n = 0.0, 0.0, 0.0, 0.0, 0
    queued, held, its_held, everybody = _queued(people), 0, 0, 0
    for (_, ticket), said in answers.items():
        row = drawn[ticket][1]
        if row.starts_s is None:
            continue
        waited, truth = (row.starts_s - row.arrives_s) / 60.0, truths[row.line]
        assert said.range80 is not None
        held += _holds(said.range80, waited)
        its_held += _holds((float(truth["oracle_q10"]), float(truth["oracle_q90"])), waited)
        everybody += 1
        if ticket in queued:
            distribution = _distribution(truth)
            off, its_off = (
                off + abs(said.point - waited),
                its_off + abs(quantile(distribution, len(distribution), 0.5) - waited),
            )
            score, its_score = score + crps(said.sample, waited), its_score + crps(distribution, waited)
            n += 1
    note = f"{n} tickets of {TRIAL_DAYS * TRIAL_LAST:.0f} days"
    return [
        Figure(f"{name}: mean error, queued", off / n, "min", f"{its_off / n:.2f} min the truth", off / its_off,
               "<= 1.03", note),
        Figure(f"{name}: CRPS, queued", score / n, "min", f"{its_score / n:.2f} min the truth", score / its_score,
               "<= 1.03", note),
        Figure(f"{name}: 80 % ranges that held, everybody", 100 * held / everybody, "%",
               f"{100 * its_held / everybody:.1f} % the truth", held / its_held, "<= 1.03", f"{everybody} tickets"),
    ]


def _holds(said: tuple[float, float], waited: float) -> bool:
    return said[0] - MOMENT_MIN <= waited <= said[1] + MOMENT_MIN


def _queued(people: list[tuple[Any, Row]]) -> set[int]:
    """Who found somebody waiting for the own service."""
    line: dict[str, int] = {}
    found = set()
    for fact in story(people):
        if fact.what == "came":
            if line.get(fact.service):
                found.add(fact.ticket)
            line[fact.service] = line.get(fact.service, 0) + 1
        elif fact.what in ("called", "left"):
            line[fact.service] -= 1
    return found


def _distribution(truth: dict[str, str], size: int = 200) -> list[float]:
    """The published quantiles as a sample; between two of them in proportion, beyond the last ones those."""
    known = [int(share) / 100.0 for share in SHARES]
    distribution: list[float] = np.interp(
        (np.arange(size) + 0.5) / size, known, [float(truth[f"oracle_q{share}"]) for share in SHARES]
    ).tolist()
    return distribution
