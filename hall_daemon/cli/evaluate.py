"""`hall evaluate TRACE`: how good the waits would have been on recorded days, beside what others say."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from hall_daemon.cli.errors import Failure, tell
from hall_daemon.domain.plan import Plan
from hall_daemon.evaluation.known_hall import BadHall, read_hall
from hall_daemon.evaluation.trial import OURS, Outcome, Rows, Trial
from hall_daemon.prediction.waits.predictor import SEED
from hall_daemon.rehearsal.trace import BadTrace, read_every

LAST = 0.3
_HEADS = ("MAE", "RMSE", "p90", "CRPS", "in 80", "over", "width", "in 90", "over", "width")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("trace", type=Path, metavar="TRACE", help="recorded tickets, CSV or CSV.gz")
    parser.add_argument("--hall", type=Path, metavar="FILE", help="JSON: windows with skills, shifts and lunch, hours")
    parser.add_argument(
        "--last", type=_share, default=LAST, metavar="SHARE", help=f"share of days to test on (default {LAST})"
    )
    parser.add_argument("--until", type=_day, metavar="DAY", help="only days up to this one, as 2026-11-22")
    parser.add_argument("--limit-days", type=_days, metavar="N", help="of these only the last N days")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="of the roll-outs' random numbers")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _share(text: str) -> float:
    share = float(text)
    if not 0.0 < share < 1.0:
        raise argparse.ArgumentTypeError(f"{text} is not a share between 0 and 1")
    return share


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day as 2026-11-22") from None


def _days(text: str) -> int:
    days = int(text)
    if days < 2:
        raise argparse.ArgumentTypeError(f"{text} is fewer than two days: one to learn from, one to test on")
    return days


def run(args: argparse.Namespace) -> int:
    plan = None if args.hall is None else _plan(args.hall)
    try:
        rows = _rows(args.trace, args.until, args.limit_days)
    except BadTrace as error:
        raise Failure(2 if args.trace.is_file() else 5, str(error)) from error
    try:
        outcome = Trial(rows, plan, args.last, args.seed, tell).run()
    except (BadHall, ValueError) as error:
        raise Failure(2, f"{args.trace}: {error}") from error
    if args.json:
        print(json.dumps(_object(args.trace.name, outcome), ensure_ascii=False))
    else:
        print(_table(args.trace.name, outcome))
    return 0


def _plan(path: Path) -> Plan:
    try:
        return read_hall(path)
    except BadHall as error:
        raise Failure(2 if path.is_file() else 5, str(error)) from error


def _rows(path: Path, until: date | None, limit: int | None) -> Rows:
    rows: Rows = {}
    days: set[date] = set()
    for hall, day, row in read_every(path):
        if until is None or day <= until:
            rows.setdefault(hall, []).append((day, row))
            days.add(day)
    if not rows:
        raise BadTrace(f"{path}: holds no ticket at all" + (f" up to {until}" if until else ""))
    if limit is not None:
        kept = set(sorted(days)[-limit:])
        rows = {hall: [at for at in people if at[0] in kept] for hall, people in rows.items()}
    return rows


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _object(name: str, outcome: Outcome) -> dict[str, object]:
    """For programs. The parts are ours alone and say more of it."""
    rows = [row._asdict() for row in outcome.rows]
    for row in rows:
        del row["over80"], row["over90"]
    ours = (*(row for row in outcome.rows if row.predictor == OURS), *outcome.parts)
    return {"trace": name, "rows": rows, "parts": [row._asdict() for row in ours]}


def _table(name: str, outcome: Outcome) -> str:
    """For people; every time in minutes."""
    lines = [
        f"{name}: {outcome.days} days, tested on the last {outcome.test_days}; minutes",
        f"{'predictor':<26}{'scope':<13}{'n':>7}" + "".join(f"{head:>8}" for head in _HEADS),
    ]
    lines += [
        f"{row.predictor:<26}{row.scope:<13}{row.n:>7}{row.mae_min:>8.2f}{row.rmse_min:>8.2f}{row.p90_min:>8.2f}"
        f"{row.crps_min:>8.2f}{_figure(row.cover80, 3):>8}{_figure(row.over80, 3):>8}{_figure(row.width80_min, 1):>8}"
        f"{_figure(row.cover90, 3):>8}{_figure(row.over90, 3):>8}{_figure(row.width90_min, 1):>8}"
        for row in (*outcome.rows, *outcome.parts)
    ]
    if outcome.unasked:
        lines.append(f"{outcome.unasked} people were called of whom ours said that nobody serves them")
    return "\n".join(lines)
