"""What a configuration probably does not mean, in the file and in the certificates and guides that it names."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from hall_daemon.adapters.system import certificate
from hall_daemon.config import ConfigError, Settings, load, warnings
from hall_daemon.config.calendar import missing_years, read_calendar
from hall_daemon.config.platform import misfits
from hall_daemon.config.problem import Problem

_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound


def doubts(path: Path) -> list[ConfigError]:
    """By line. Raises BadConfig."""
    return warnings(path, lambda settings: (*_of_certificates(settings), *misfits(settings), *_of_papers(settings)))


def of_calendars(path: Path) -> list[ConfigError]:
    """Mistakes in the years' holidays, and years that are missing in a hall that looks at papers beforehand."""
    said = load(path)
    folder, errors = Path(said.reviews.calendar), list[ConfigError]()
    calendar = read_calendar(folder, errors)
    if Path(said.matters.forms).is_dir():
        today = datetime.fromtimestamp(time.time(), ZoneInfo(said.plan.timezone)).date()
        errors += missing_years(folder, calendar, today)
    return errors


def _of_certificates(settings: Settings) -> Iterator[Problem]:
    now = datetime.fromtimestamp(time.time(), UTC)
    http, public = settings.http, settings.public
    for name, cert, key, hosts in (
        ("http", http.cert_file, http.key_file, http.hosts or (http.host,)),
        ("public", public.cert_file, public.key_file, (urlsplit(public.url).hostname or public.host,)),
    ):
        named = [host for host in hosts if host not in _ANY]
        for field, what, hint in certificate.doubts(cert, key, named, now):
            yield Problem((name, field), what, hint=hint)


def _of_papers(settings: Settings) -> Iterator[Problem]:
    """What is wiped before the review that it belongs to is over; n working days are less than 2 n days."""
    reviews, papers = settings.reviews, settings.papers
    working = max(reviews.answer_days, reviews.mend_days, reviews.ready_days)
    for name, kept, least in (
        ("draft_days", papers.draft_days, reviews.draft_days), ("review_days", papers.review_days, 2 * working),
    ):
        if kept < least:
            what = "answers and pictures are wiped while [reviews] still promises to go on with them"
            yield Problem(("papers", name), what, str(kept), f"at least {least}")
