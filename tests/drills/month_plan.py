"""The hall of a month: its windows, matters, hours and devices, by chance."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from hall_daemon.config import Settings
from hall_daemon.config.settings import Bindings, Data, Mqtt, none_of_any_role
from hall_daemon.domain.plan import Hours, Plan, Policy, Queue, Service, Sessions, Window
from hall_daemon.words.text import same
from tests.drills.month_cases import PAPERS, matters_of, reviews_of

ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Europe/Berlin", "America/New_York")
FULL: Sessions = ((510, 710), (810, 1050))
HALF: Sessions = ((510, 710),)
SERVICES = ("licence", "permit", "card", "pension", "tax", "deed")


def month_plan(chance: Random, first: date, days: int) -> Plan:
    """A hall of six windows, with a weekly half day and days off of its own."""
    skills = [
        {service: chance.choice(("first", "yes", "yes", "idle")) for service in chance.sample(SERVICES, 4)}
        for _ in range(5)
    ]
    skills.append(dict.fromkeys(SERVICES, "yes"))
    off = {first + timedelta(chance.randrange(days)): chance.choice(((), (), HALF)) for _ in range(4)}
    policy = Policy(
        recall_lock_s=chance.choice((0, 3)), missed_lock_s=chance.choice((0, 30)), no_show_s=chance.choice((0, 180)),
        longest_wait_s=chance.choice((600, 2700)), return_after_calls=chance.choice((0, 3)),
        misses_before_void=chance.choice((1, 3)), call_next_finishes=chance.random() < 0.8,
    )
    return Plan(
        id="months", name=same("hall"), timezone=chance.choice(ZONES),
        queues={q: Queue(q, same(q), q, 3, chance.choice((1, 1, 500))) for q in ("A", "B", "C")},
        services={
            id_: Service(id=id_, name=same(id_), queue="ABC"[n // 2], daily_cap=chance.choice((None, None, 60)))
            for n, id_ in enumerate(SERVICES)
        },
        windows={str(n): Window(str(n), str(n), each) for n, each in enumerate(skills, 1)},  # type: ignore[arg-type]
        hours=Hours(weekly=(FULL,) * 5 + (HALF, ()), days=off, serve_out=chance.random() < 0.5),
        policy=policy,
        priority_reasons={"elderly": same("elderly")},
        pick_reasons={"documents": same("documents")},
        pause_reasons={"lunch": same("lunch")},
    )


def settings_of(plan: Plan, folder: Path, chance: Random) -> Settings:
    windows = plan.windows
    devices, places = dict(none_of_any_role()), dict(none_of_any_role())
    devices["screens"] = {f"strip-{window}": "strips" for window in windows}
    devices["pads"] = {f"pad-{window}": "pads" for window in windows}
    devices["printers"] = {"printer-1": "printer-1", "printer-2": "printer-2"}
    devices["zones"] = {"hall": "voice"}
    places["screens"] = {f"strip-{window}": window for window in windows}
    places["pads"] = {f"pad-{window}": window for window in windows}
    return Settings(
        path=folder / "hall.toml", plan=plan, mqtt=Mqtt(mode="external"), bindings=Bindings(devices, places),
        matters=matters_of(folder / "matter"), reviews=reviews_of(folder / "matter"), papers=PAPERS,
        data=Data(dir=str(folder), min_free_mb=1, snapshot_every=chance.choice((300, 5000, 20_000))),
    )
