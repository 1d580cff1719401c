"""`hall replay`: a recorded or generated day through a live hall, by its outer doors, and what came of it."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import threading
from pathlib import Path

from device_drivers.signals import on_stop_signal
from hall_daemon.adapters.mqtt.session import BrokerAway
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.cli.errors import Failure, tell
from hall_daemon.config import BadConfig
from hall_daemon.rehearsal.day import Day
from hall_daemon.rehearsal.fit import fit
from hall_daemon.rehearsal.hall_client import HallUnreachable
from hall_daemon.rehearsal.launch import StartFailed
from hall_daemon.rehearsal.people import CrowdStuck
from hall_daemon.rehearsal.replay import Outcome, replay
from hall_daemon.rehearsal.trace import BadTrace, read_trace
from hall_daemon.rehearsal.tuesday import SEED, tuesday

SPEED = 600.0


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "trace", nargs="?", type=Path, metavar="TRACE", help="CSV or CSV.gz (default: a generated Tuesday)"
    )
    parser.add_argument("--hall", metavar="NAME", help="which hall of the trace (its column `dataset`)")
    parser.add_argument("--day", metavar="DATE", help="which day, as 2020-01-20 (default: the busiest)")
    parser.add_argument("--speed", type=float, default=SPEED, metavar="N", help=f"times real time (default {SPEED:g})")
    parser.add_argument("--data", type=Path, metavar="DIR", help="play it there and keep it; a new or empty folder")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder, and say where it is")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help=f"of the generated day (default {SEED})")
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="only the first N people of the day")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    if not 1 <= args.speed <= 100_000:
        raise Failure(2, "--speed is a factor from 1 to 100000")
    if args.limit is not None and args.limit < 1:
        raise Failure(2, "--limit is at least 1")
    day = _day(args)
    stopping = threading.Event()
    on_stop_signal(stopping.set)
    folder = _folder(args)
    keep = args.keep or args.data is not None
    try:
        tell(f"{day.name}, {day.date}: {_scale(day, args.limit)}, {'; '.join(day.notes)}")
        outcome = replay(day, folder, speed=args.speed, limit=args.limit, stopping=stopping, tell=tell)
    except (StartFailed, CrowdStuck, HallUnreachable, BrokerAway, JournalError, OSError) as error:
        keep = True
        raise Failure(5, f"{error}\nThe folder is kept: {folder}") from error
    except BadConfig as error:
        raise Failure(2, str(error)) from error
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if keep:
        tell(f"kept in {folder}; try: hall report --data {folder / 'data'} --config {folder / 'hall.toml'}")
    print(json.dumps(figures(outcome), ensure_ascii=False) if args.json else table(outcome))
    return 1 if outcome.problems else 130 if outcome.stopped else 0


def _day(args: argparse.Namespace) -> Day:
    if args.trace is None:
        if args.hall is not None or args.day is not None:
            raise Failure(2, "--hall and --day choose from a trace; name its file, or leave them out")
        return tuesday(SEED if args.seed is None else args.seed)
    try:
        return fit(read_trace(args.trace, args.hall, args.day))
    except BadTrace as error:
        raise Failure(2 if args.trace.is_file() else 5, str(error)) from error


def _folder(args: argparse.Namespace) -> Path:
    if args.data is None:
        return Path(tempfile.mkdtemp(prefix="hall-replay-"))
    folder = Path(args.data)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failure(2, f"--data {folder}: there is something in it already; name a new folder")
    return folder


def _scale(day: Day, limit: int | None) -> str:
    people = len(day.visits) if limit is None else min(limit, len(day.visits))
    return f"{people} people, {len(day.plan.services)} services, {len(day.plan.windows)} windows"


def figures(outcome: Outcome) -> dict[str, object]:
    """One flat object for programs."""
    report, kept = outcome.books.report, outcome.books
    return {
        "hall": outcome.day.name,
        "day": outcome.day.date.isoformat(),
        "tickets": report.tickets,
        "served": report.served,
        "missed": report.missed,
        "left": report.left,
        "open": report.open,
        "refused": sum(outcome.refused.values()),
        "lost": len(kept.lost),
        "duplicates": len(kept.duplicates),
        "wait_mean_s": report.wait.mean_s,
        "wait_median_s": report.wait.median_s,
        "wait_p90_s": report.wait.p90_s,
        "recorded_wait_mean_s": None if outcome.day.wait_mean_s is None else round(outcome.day.wait_mean_s, 1),
        "calls": report.calls,
        "recalls": report.recalls,
        "announced": report.announced,
        "presses": outcome.presses,
        "presses_refused": outcome.beeped,
        "frames_sent": sum(outcome.frames.values()),
        "slips": outcome.slips,
        "screens": outcome.screens,
        "screens_wrong": len(outcome.screens_wrong),
        "mqtt_messages": outcome.mqtt_messages,
        "mqtt_wrong": len(outcome.topics_wrong),
        "events": kept.events,
        "journal_ok": kept.journal_ok,
        "speed_asked": outcome.speed_asked,
        "speed_reached": round(outcome.speed_reached, 1),
        "late_max_s": round(outcome.latest_s, 1),
        "day_s": round(outcome.day_s, 1),
        "wall_s": round(outcome.wall_s, 2),
        "stopped": outcome.stopped,
        "problems": outcome.problems,
    }


def _minutes(seconds: object) -> str:
    return f"{seconds / 60:.1f} min" if isinstance(seconds, int | float) else "-"


def table(outcome: Outcome) -> str:
    """For people."""
    f = figures(outcome)
    recorded = f["recorded_wait_mean_s"]
    speed = f"{outcome.speed_asked:g}×"
    if outcome.speed_reached < 0.98 * outcome.speed_asked:
        speed = (
            f"{outcome.speed_reached:.0f}× of {outcome.speed_asked:g}× asked: the hall's time waited for this machine"
        )
    rows = [
        ("tickets", f"{f['tickets']}" + (f"   and refused: {outcome.refused}" if outcome.refused else "")),
        ("served", f["served"]),
        ("missed", f["missed"]),
        ("left", f["left"]),
        ("open", f["open"]),
        ("lost", f["lost"]),
        ("duplicates", f["duplicates"]),
        ("", ""),
        ("wait, mean", _minutes(f["wait_mean_s"]) + (f"   (recorded: {_minutes(recorded)})" if recorded else "")),
        ("wait, median", _minutes(f["wait_median_s"])),
        ("wait, p90", _minutes(f["wait_p90_s"])),
        ("", ""),
        ("calls", f"{f['calls']}, and {f['recalls']} recalls; {f['announced']} announced"),
        ("pad presses", f"{f['presses']}, {f['presses_refused']} of them refused"),
        ("frames sent", f"{f['frames_sent']}   ({', '.join(f'{kind} {n}' for kind, n in outcome.frames.items())})"),
        ("slips", f["slips"]),
        ("MQTT messages", f"{f['mqtt_messages']}, {f['mqtt_wrong']} retained states wrong"),
        ("screens", f"{f['screens']}, {f['screens_wrong']} wrong"),
        ("events", f"{f['events']}, the chain {'holds' if f['journal_ok'] else 'is BROKEN'}"),
        ("", ""),
        ("speed", speed),
        ("time", f"{_clock(outcome.day_s)} of the hall in {outcome.wall_s:.1f} s"),
    ]
    lines = [f"{name:<14} {value}".rstrip() for name, value in rows]
    wrong = [*outcome.screens_wrong, *outcome.topics_wrong]
    lines += [f"wrong: {one.where} says {one.is_!r}, the journal {one.should!r}" for one in wrong[:20]]
    lines += [f"WRONG: {problem}" for problem in outcome.problems]
    if outcome.stopped:
        lines.append("stopped before the day was over")
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600} h {int(seconds) % 3600 // 60:02d} min"
