"""From the file's tables to the domain's Plan: references, hours, skills, each mistake at its key. Pure."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec.structs import asdict

from hall_daemon.config.devices import parse_key, refer
from hall_daemon.config.problem import KeyPath, Problem, did_you_mean, read_date, shown
from hall_daemon.config.schema import HallFile, HoursTable, PolicyTable, WindowTable
from hall_daemon.domain.plan import (
    ALWAYS,
    SKILLS,
    ClassRule,
    Hours,
    Plan,
    PlanError,
    Policy,
    Queue,
    Service,
    Skill,
    Window,
)

Sessions = tuple[tuple[int, int], ...]


def read_plan(file: HallFile, tables: Mapping[str, Any], problems: list[Problem]) -> Plan | None:
    """The plan, or None when anything is wrong so far, here or before. `tables` is the file as it was written:
    what refers to an entry that has a mistake of its own is not wrong itself."""
    _check_timezone(file.hall.timezone, problems)
    prefixes = {id_: queue.prefix for id_, queue in file.queues.items()}
    _check_alone("queues", "prefix", prefixes, "numbers would be given twice", problems)
    labels = {id_: window.label for id_, window in file.windows.items()}
    _check_alone("windows", "label", labels, "people would not know where to go", problems)
    for service_id, service in file.services.items():
        refer(("services", service_id, "queue"), service.queue, tables["queues"], "queue", problems)
        if service.when_ready:
            refer(("services", service_id, "when_ready"), service.when_ready, tables["services"], "service", problems)
    windows = {
        window_id: Window(
            window_id,
            window.label,
            _skills(window_id, window, tables, problems),
            window.zone,
            _sessions(("windows", window_id, "shifts"), window.shifts, problems),
        )
        for window_id, window in file.windows.items()
    }
    _check_served(file, windows, problems)
    hours = ALWAYS if file.hours is None else _hours(file.hours, problems)
    if problems:
        return None
    try:
        return Plan(
            id=file.hall.id,
            name=file.hall.name,
            timezone=file.hall.timezone,
            queues={id_: Queue(id=id_, **asdict(queue)) for id_, queue in file.queues.items()},
            services={id_: Service(id=id_, **asdict(service)) for id_, service in file.services.items()},
            windows=windows,
            hours=hours,
            policy=_policy(file.policy),
            daily_cap=file.hall.daily_cap,
            priority_reasons=file.priority_reasons,
            pick_reasons=file.pick_reasons,
            pause_reasons=file.pause_reasons,
        )
    except PlanError as error:
        problems.append(Problem(parse_key(error.where), error.message))
        return None


def _policy(table: PolicyTable) -> Policy:
    plain = asdict(table)
    if table.classes is None:
        del plain["classes"]
    else:
        plain["classes"] = tuple(ClassRule(id=id_, **asdict(rule)) for id_, rule in table.classes.items())
    return Policy(**plain)


def _check_timezone(name: str, problems: list[Problem]) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(name, zoneinfo.available_timezones())
        expected = 'a name of the tz database as "Asia/Shanghai"'
        problems.append(Problem(("hall", "timezone"), "no such time zone", shown(name), expected, hint))


def _check_alone(section: str, key: str, values: Mapping[str, str], why: str, problems: list[Problem]) -> None:
    """`values`: entry -> what it has under `key`; no two may have the same, in upper or lower case."""
    owners: dict[str, str] = {}
    for entry, value in values.items():
        owner = owners.setdefault(value.upper(), entry)
        if owner != entry:
            message = f"{section[:-1]} {owner} has this {key} already; {why}"
            problems.append(Problem((section, entry, key), message, shown(value), f"a {key} of its own"))


def _skills(
    window_id: str, window: WindowTable, tables: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Skill]:
    skills: dict[str, Skill] = {}
    for level in SKILLS:
        for at, service_id in enumerate(getattr(window, level)):
            path: KeyPath = ("windows", window_id, level, at)
            if not refer(path, service_id, tables["services"], "service", problems):
                continue
            if service_id in skills:
                message = f"this window lists the service already, under {skills[service_id]}"
                problems.append(Problem(path, message, shown(service_id), hint="keep it in one list"))
                continue
            skills[service_id] = level
    return skills


def _check_served(file: HallFile, windows: Mapping[str, Window], problems: list[Problem]) -> None:
    """A service that no window takes would give numbers that nobody calls; a window that takes none calls nobody."""
    if any(problem.path[:1] == ("windows",) for problem in problems):
        return  # the window that was meant may be the one with the mistake
    served = {service for window in windows.values() for service in window.services}
    problems += [
        Problem(
            ("windows", window_id),
            "this window takes no service, it could call nobody",
            hint="list what it does under first, yes or idle, or remove it",
        )
        for window_id, window in windows.items()
        if not window.services
    ]
    problems += [
        Problem(
            ("services", service_id),
            "no window takes this service, its numbers would never be called",
            hint="add it to first, yes or idle of a window, or remove it",
        )
        for service_id in file.services
        if service_id not in served
    ]


def _hours(table: HoursTable, problems: list[Problem]) -> Hours:
    weekly = tuple(_sessions(("hours", day), texts, problems) for day, texts in table.weekly.items())
    days: dict[date, Sessions] = {}
    for text, sessions in table.days.items():
        path: KeyPath = ("hours", "days", text)
        day = read_date(text, path, problems)
        if day is not None:
            days[day] = _sessions(path, sessions, problems)
    return Hours(weekly, days, table.stop_issuing_min, table.serve_out)


def _sessions(path: KeyPath, texts: tuple[str, ...], problems: list[Problem]) -> Sessions:
    sessions: list[tuple[int, int]] = []
    for at, text in enumerate(texts):
        begins, ends = (_minute(clock) for clock in text.split("-"))
        if begins >= ends:
            problems.append(Problem((*path, at), "ends before it begins", shown(text), "from-to, earlier first"))
        elif sessions and begins < sessions[-1][1]:
            problems.append(
                Problem(
                    (*path, at),
                    "begins before the session in front of it ends",
                    shown(text),
                    "sessions in order that do not overlap",
                )
            )
        else:
            sessions.append((begins, ends))
    return tuple(sessions)


def _minute(clock: str) -> int:
    hour, minute = clock.strip().split(":")
    return int(hour) * 60 + int(minute)
