"""`hall test-device NAME`: one device of the configuration apart from the hall, tried, and what came back in words."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import random
import time
from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from device_drivers.errors import DeviceError
from device_drivers.kind import Kind
from device_drivers.lines.conditions import LINE_CONDITIONS
from device_drivers.lines.holders import holders
from device_drivers.options import DeviceSpec, Environment, read_options
from device_drivers.ports import Driver, Health
from device_drivers.registry import KINDS, build_device
from device_drivers.words import filled as said_with
from hall_daemon.cli.errors import Failure, tell
from hall_daemon.cli.places import add_data, data_dir, settings
from hall_daemon.cli.trials import TRIALS, Outcome, Trial, tried
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text, text

_OPENS_WITHIN_S = 6.0
_LOOK_EVERY_S = 0.02


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="of a device in the configuration, as printer-1")
    parser.add_argument("--wait", type=float, default=20.0, metavar="S", help="for an answer or a press (default: 20)")
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    hall = settings(args)
    spec = next((each for each in hall.devices if each.id == args.name), None)
    if spec is None:
        raise Failure(2, f"no device {args.name!r}; there are {', '.join(each.id for each in hall.devices) or 'none'}")
    if not 0 < args.wait <= 600:
        raise Failure(2, "--wait takes seconds, more than 0 and up to 600")
    _must_be_free(data_dir(args), spec)
    kind = KINDS[spec.kind]
    told: SimpleQueue[object] = SimpleQueue()
    env = Environment(time.monotonic, random.Random(), told.put)  # noqa: S311 (back-off, no secret)
    driver = build_device(spec, env)
    driver.start()
    try:
        health = _opened(driver)
        out = _out(kind, health)
        found = [] if out is not None else _all(driver, kind, spec, told, args.wait)
        health = driver.health()
    finally:
        driver.stop()
    return _tell(args, kind, health, out, found)


def _must_be_free(folder: Path, spec: DeviceSpec) -> None:
    """Two programs on one line steal each other's bytes. Raises Failure."""
    lock = folder / "lock"
    try:
        with lock.open(encoding="ascii", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        pass
    except BlockingIOError:
        holder = lock.read_text(encoding="ascii", errors="replace").strip()
        raise Failure(
            3, f"the hall that runs (process {holder}) has {spec.id}: systemctl stop hall-daemon, then try again"
        ) from None
    except OSError as error:
        raise Failure(5, f"{lock}: {error.strerror}; run this as the hall's user: sudo -u hall hall …") from error
    for path in (str(value) for value in (spec.line.options.values() if spec.line is not None else ())):
        others = holders(path) if path.startswith("/") and os.path.exists(path) else ()
        for other in others:
            if other.pid != os.getpid():
                raise Failure(3, f"process {other.pid} ({other.command}) has {path} of {spec.id}: stop it first")


def _opened(driver: Driver) -> Health:
    give_up_at = time.monotonic() + _OPENS_WITHIN_S
    while (health := driver.health()).state != "ready" and time.monotonic() < give_up_at:
        time.sleep(_LOOK_EVERY_S)
    return health


def _all(
    driver: Driver, kind: Kind[Any], spec: DeviceSpec, told: SimpleQueue[object], wait_s: float
) -> list[tuple[str, Outcome]]:
    """(role, outcome) of each part, role after role."""
    found: list[tuple[str, Outcome]] = []
    for role, parts in kind.part_ids(spec.id, read_options(kind.options, spec.options, spec.id)).items():
        for language in ("zh", "en"):
            tell(tables().text(f"trial.{_table(role)}.ask", {"parts": ", ".join(parts)})[language])
        try:
            trial = Trial(driver=driver, role=role, parts=parts, wait_s=wait_s, told=told)
            found += [(role, outcome) for outcome in tried(trial)]
        except DeviceError as error:
            raise Failure(1, f"{spec.id}: {error}") from error
    return found


def _table(role: str) -> str:
    return role if role in TRIALS else "others"


def _out(kind: Kind[Any], health: Health) -> tuple[Text, Text] | None:
    """Why it cannot be tried at all: what is the matter, what to do."""
    words = _condition(kind, health.code, health.facts)
    if health.state in ("ready", "alert") and (words is None or health.code not in LINE_CONDITIONS):
        return None
    if words is not None:
        return words
    return text(health.detail or health.state, health.detail or health.state), tables().text("trial.out_do")


def _condition(kind: Kind[Any], code: str, facts: Mapping[str, str]) -> tuple[Text, Text] | None:
    words = {**LINE_CONDITIONS, **kind.conditions}.get(code)
    if words is None:
        return None
    means, todo = (text(*(said_with(each, facts) for each in pair)) for pair in (words.means, words.do))
    return means, todo


def _tell(
    args: argparse.Namespace, kind: Kind[Any], health: Health, out: tuple[Text, Text] | None,
    found: list[tuple[str, Outcome]],
) -> int:
    well = out is None and all(outcome.good for _, outcome in found)
    rows = [(args.name, False, *out)] if out is not None else [
        (outcome.part, outcome.good, *_words(kind, role, outcome)) for role, outcome in found
    ]
    if args.json:
        parts = [{"part": part, "ok": good, "found": what, "do": todo} for part, good, what, todo in rows]
        state = {"state": health.state, "code": health.code, "detail": health.detail, "counters": health.counters}
        print(json.dumps({"ok": well, "device": args.name, "kind": kind.name, **state, "parts": parts},
                         ensure_ascii=False))
        return 0 if well else 1
    for part, good, what, todo in rows:
        for language in ("zh", "en"):
            print(f"{part}: {'ok' if good else '--'}  {what[language]} → {todo[language]}")
    counted = ", ".join(f"{name} {count}" for name, count in health.counters.items() if count)
    last = f"{kind.words.zh} {kind.words.en}: {health.state} {health.detail}".rstrip()
    print(f"{last} ({counted})" if counted else last)
    return 0 if well else 1


def _words(kind: Kind[Any], role: str, outcome: Outcome) -> tuple[Text, Text]:
    """What came back, and what to check: of a condition of its kind where it named one."""
    key, said = f"trial.{_table(role)}.{outcome.code}", tables()
    # What hangs on no pair of wires has neither A and B nor a baud rate.
    far = said.find(f"{key}_far", outcome.facts) if "serial" not in kind.lines else None
    what, todo = said.text(key, outcome.facts), far or said.text(f"{key}_do", outcome.facts)
    condition = None if outcome.good else _condition(kind, outcome.why, {})
    if condition is not None:
        return {name: f"{words}：{condition[0][name]}" if name == "zh" else f"{words}: {condition[0][name]}"
                for name, words in what.items() if name in condition[0]}, condition[1]
    if outcome.why and not outcome.good:
        what = {name: f"{words} ({outcome.why})" for name, words in what.items()}
    return what, todo
