"""What `hall report` says of the waits that were shown: from the promise ledger beside the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import msgspec

from hall_daemon.adapters.storage.data_folder import PROMISES
from hall_daemon.adapters.storage.sqlite import read_only
from hall_daemon.adapters.waits.ledger_reader import cells
from hall_daemon.app.promises import exact
from hall_daemon.cli.errors import Failure
from hall_daemon.prediction.waits.accuracy import ENOUGH, Accuracy, Figures, accuracy


def promises_of(folder: Path, day: str) -> Accuracy | None:
    """How the promises of a business day were kept, or None when nobody kept a ledger then."""
    path = folder / PROMISES
    if not path.is_file():
        return None
    try:
        with closing(read_only(path)) as ledger:
            found = cells(ledger, day, day)
    except sqlite3.Error as error:
        raise Failure(5, f"cannot read the promise ledger {path}: {error}; move it away to go on without it") from error
    return accuracy(found) if found else None


def as_json(kept: Accuracy | None) -> dict[str, object] | None:
    """Exact figures, also of few: who asks on the command line may read the journal too."""
    if kept is None:
        return None
    return {
        "total": msgspec.to_builtins(exact(kept.total)),
        "services": {service: msgspec.to_builtins(exact(figures)) for service, figures in kept.services.items()},
        "hours": {str(hour): msgspec.to_builtins(exact(figures)) for hour, figures in kept.hours.items()},
    }


def section(kept: Accuracy | None) -> list[str]:
    """Lines for people."""
    if kept is None:
        return ["waits shown: not recorded on this day"]
    total = kept.total
    lines = [
        f"{'waits shown':<20}{'n':>6}{'held':>7}{'bias':>7}{'error':>7}{'width':>7}   minutes (under {ENOUGH}: chance)",
        _row("all", total),
        *(_row(service, figures) for service, figures in kept.services.items()),
        *(_row(f"{hour:02d}:00-{hour:02d}:59", figures) for hour, figures in kept.hours.items()),
    ]
    lines.append(f"no range at the draw: {_counts(total.unknown) or 'nobody'}")
    lines.append(f"ranges changed {total.moves} times, {total.later} of them to later; ends: {_counts(total.outcomes)}")
    return lines


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _row(name: str, f: Figures) -> str:
    if f.share_held is None or f.bias_s is None or f.mean_error_s is None or f.mean_width_s is None:
        return f"{name:<20}{f.scored:>6}{'-':>7}{'-':>7}{'-':>7}{'-':>7}"
    minutes = "".join(f"{value / 60:>7.1f}" for value in (f.bias_s, f.mean_error_s, f.mean_width_s))
    return f"{name:<20}{f.scored:>6}{100 * f.share_held:>6.0f}%{minutes}"
