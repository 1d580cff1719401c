"""The efficiency report for others: as a message, and as rows for a spreadsheet. Pure."""

from __future__ import annotations

import csv
import io

from hall_daemon.domain.plan import Plan
from hall_daemon.prediction.reports.efficiency import Efficiency, Figures
from hall_daemon.wire.figures import EfficiencyView, MatterTimes, OutlierView, PeriodTimes, Times
from hall_daemon.wire.messages import VERSION
from hall_daemon.words.text import CHINESE, Text, same

COLUMNS = (
    "row", "service", "name", "begins", "window", "n", "mean_s", "p10_s", "p50_s", "p90_s",
    "best", "best_s", "usual_s", "sigmas",
)


def efficiency_view(plan: Plan, report: Efficiency) -> EfficiencyView:
    return EfficiencyView(
        version=VERSION,
        begins=report.begins,
        ends=report.ends,
        by=report.by,
        days=report.days,
        n=report.n,
        unmeasured=report.unmeasured,
        trend=round(report.trend, 4),
        load=round(report.load, 4),
        sigma=round(report.sigma, 3),
        matters=tuple(
            MatterTimes(
                service=matter.service,
                name=_name(plan, matter.service),
                expected_s=plan.services[matter.service].expected_s if matter.service in plan.services else None,
                times=_times(matter.figures),
                best=matter.best,
                best_s=matter.best_s,
                trend=None if matter.trend is None else round(matter.trend, 4),
            )
            for matter in report.matters
        ),
        periods=tuple(
            PeriodTimes(period.service, period.begins, _times(period.figures), period.best_window, period.best_s)
            for period in report.periods
        ),
        outliers=tuple(OutlierView(**outlier._asdict()) for outlier in report.outliers),
    )


def _name(plan: Plan, service: str) -> Text:
    """A service that the plan has forgotten is called by its id."""
    known = plan.services.get(service)
    return known.name if known else same(service)


def _times(figures: Figures) -> Times:
    return Times(*figures)


def efficiency_csv(view: EfficiencyView) -> str:
    """One table: `total` rows of the whole span, `period` rows, `outlier` rows. With a mark that tells spreadsheets
    it is UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    names = {matter.service: matter.name[CHINESE] for matter in view.matters}
    for matter in view.matters:
        times = matter.times
        rows.writerow(
            ("total", matter.service, matter.name[CHINESE], view.begins, "", *_plain(times), matter.best,
             _cell(matter.best_s), "", "")
        )
    for period in view.periods:
        rows.writerow(
            ("period", period.service, names[period.service], period.begins, "", *_plain(period.times),
             period.best_window, _cell(period.best_s), "", "")
        )
    for outlier in view.outliers:
        rows.writerow(
            ("outlier", outlier.service, names[outlier.service], outlier.day or view.begins, outlier.window, outlier.n,
             "", "", _cell(outlier.median_s), "", "", "", _cell(outlier.usual_s), outlier.sigmas)
        )
    return out.getvalue()


def _plain(times: Times) -> tuple[str | int, ...]:
    return times.n, _cell(times.mean_s), _cell(times.p10_s), _cell(times.p50_s), _cell(times.p90_s)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
