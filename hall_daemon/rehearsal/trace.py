"""Recorded days: one row is one ticket, as CSV or CSV.gz. Reading and checking only; `fit` makes a hall of them.

A row of another day is only counted, so that its mistakes do not matter here. Everything has a bound.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TextIO

COLUMNS = (
    "dataset",
    "day",
    "arrival_ts",
    "service_start_ts",
    "service_end_ts",
    "service_type",
    "server_id",
    "abandoned",
)
OPTIONAL = ("priority", "left_queue_ts")
ROWS_LIMIT = 5_000_000
DAY_LIMIT = 20_000  # ten times a large district hall
FIELD_LIMIT = 200
LISTED = 12


class BadTrace(ValueError):
    """The trace cannot be used; the message names the file, the line where there is one, and what to do."""


class Row(NamedTuple):
    """One ticket, times in seconds since the midnight of its day. `server` "" and `ends_s` None: not recorded."""

    line: int
    arrives_s: float
    starts_s: float | None
    ends_s: float | None
    left_s: float | None
    service: str
    server: str
    priority: bool


class Recording(NamedTuple):
    hall: str
    day: date
    rows: list[Row]  # by arrival


def read_trace(path: Path, hall: str | None = None, day: str | None = None) -> Recording:
    """The rows of one hall and day; without a day the busiest one. Raises BadTrace."""
    counts: Counter[tuple[str, str]] = Counter()
    kept: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    for line, row in _rows(path):
        key = (row["dataset"], row["day"])
        counts[key] += 1
        if hall in (None, key[0]) and day in (None, key[1]):
            kept.setdefault(key, []).append((line, row))
    chosen = _choose(path, counts, hall, day)
    rows = kept[chosen]
    if len(rows) > DAY_LIMIT:
        raise BadTrace(f"{path}: {chosen[0]} on {chosen[1]} has {len(rows)} tickets; at most {DAY_LIMIT} are replayed")
    on = _day(path, rows[0][0], chosen[1])
    checked = [_row(path, line, row, on) for line, row in rows]
    # Where times are whole minutes, people of one minute stand in the order of their calls.
    checked.sort(key=lambda row: (row.arrives_s, row.starts_s or row.left_s or 0.0))
    return Recording(chosen[0], on, checked)


def read_every(path: Path) -> Iterator[tuple[str, date, Row]]:
    """Every ticket of every hall and day, as it stands in the file, with its hall and day. Raises BadTrace."""
    days: dict[str, date] = {}
    for line, row in _rows(path):
        said = row["day"]
        if said not in days:
            days[said] = _day(path, line, said)
        yield row["dataset"], days[said], _row(path, line, row, days[said])


def _choose(path: Path, counts: Counter[tuple[str, str]], hall: str | None, day: str | None) -> tuple[str, str]:
    if not counts:
        raise BadTrace(f"{path}: holds no ticket at all")
    halls = Counter[str]()
    for (name, _), tickets in counts.items():
        halls[name] += tickets
    listed = ", ".join(f"{name} ({tickets} tickets)" for name, tickets in sorted(halls.items())[:50])
    if hall is None and len(halls) > 1:
        raise BadTrace(f"{path}: holds {len(halls)} halls; choose one with --hall: {listed}")
    if hall is not None and hall not in halls:
        raise BadTrace(f"{path}: no hall {hall!r}; there are {listed}")
    name = hall if hall is not None else next(iter(halls))
    days = {key[1]: tickets for key, tickets in counts.items() if key[0] == name}
    if day is not None and day not in days:
        raise BadTrace(f"{path}: {name} has no day {day!r}; there are {_list_of_days(days)}")
    return name, day if day is not None else max(sorted(days), key=days.__getitem__)


def _day(path: Path, line: int, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadTrace(f"{path}, line {line}: day is {said!r}, expected a date as 2020-01-20") from None


def _list_of_days(days: dict[str, int]) -> str:
    names = sorted(days)
    words = [f"{name} ({days[name]} tickets)" for name in names]
    if len(words) <= 2 * LISTED:
        return ", ".join(words)
    return f"{', '.join(words[:LISTED])}, … {len(words) - 2 * LISTED} more …, {', '.join(words[-LISTED:])}"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers and rows, each with every column; missing cells are an error."""
    try:
        with closing(_open(path)) as file:
            lines = csv.reader(file)
            header = next(lines, [])
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                raise BadTrace(f"{path}, line 1: no column {', '.join(missing)}; expected {', '.join(COLUMNS)}")
            for cells in lines:
                if len(cells) != len(header):
                    what = f"{len(cells)} cells, the header has {len(header)}"
                    raise BadTrace(f"{path}, line {lines.line_num}: {what}")
                if lines.line_num > ROWS_LIMIT or max(map(len, cells)) > FIELD_LIMIT:
                    what = f"more than {ROWS_LIMIT} lines, or a cell of more than {FIELD_LIMIT} characters"
                    raise BadTrace(f"{path}, line {lines.line_num}: {what}; this is no trace of a hall")
                yield lines.line_num, dict(zip(header, cells, strict=True))
    except (OSError, EOFError, zlib.error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise BadTrace(f"{path}: cannot be read: {why}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadTrace(f"{path}: is not CSV in UTF-8: {error}") from error


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _row(path: Path, line: int, row: dict[str, str], day: date) -> Row:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local wall clock, as the trace has it

    def fail(what: str) -> BadTrace:
        return BadTrace(f"{path}, line {line}: {what}")

    def seconds(name: str) -> float | None:
        said = row.get(name, "").strip()
        if not said:
            return None
        try:
            at_s = (datetime.fromisoformat(said).replace(tzinfo=None) - midnight).total_seconds()
        except ValueError:
            raise fail(f"{name} is {said!r}, expected a time as 2020-01-20 08:30:00") from None
        if not -3600 <= at_s <= 36 * 3600:
            raise fail(f"{name} is {said}, which is not on {day}")
        return at_s

    def flag(name: str) -> bool:
        said = row.get(name, "").strip()
        if said not in ("", "0", "1"):
            raise fail(f"{name} is {said!r}, expected 0 or 1")
        return said == "1"

    arrives_s, starts_s, ends_s = seconds("arrival_ts"), seconds("service_start_ts"), seconds("service_end_ts")
    if arrives_s is None:
        raise fail("arrival_ts is empty")
    service = row["service_type"].strip()
    if not service:
        raise fail("service_type is empty")
    left_s = seconds("left_queue_ts")
    if starts_s is not None and starts_s < arrives_s:
        raise fail("service_start_ts is before arrival_ts")
    if ends_s is not None and (starts_s is None or ends_s < starts_s):
        raise fail("service_end_ts has no service_start_ts before it")
    left = flag("abandoned") or starts_s is None
    if left and left_s is None:
        raise fail("nobody was called and left_queue_ts does not say when the person left")
    if left and left_s is not None and left_s < arrives_s:
        raise fail("left_queue_ts is before arrival_ts")
    return Row(
        line=line,
        arrives_s=max(0.0, arrives_s),
        starts_s=None if left else starts_s,
        ends_s=None if left else ends_s,
        left_s=left_s if left else None,
        service=service,
        server="" if left else row["server_id"].strip(),
        priority=flag("priority"),
    )
