"""The efficiency report as a picture (SVG): a panel for each service, its periods in order. Pure.

A bar reaches from the 10th to the 90th percentile, the dot is the median, the line the trend through the medians
(Theil-Sen); the best period is green with a star, a day that stands out red with a cross: never by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from hall_daemon.prediction.learn.robust_regression import theil_sen
from hall_daemon.wire.figures import EfficiencyView, MatterTimes, PeriodTimes
from hall_daemon.words.text import CHINESE

WIDTH, PANEL_H, COLUMNS, GAP, HEAD = 1080, 236, 3, 16, 66
LEFT, RIGHT, TOP, BOTTOM = 40, 10, 52, 30
INK, QUIET, EDGE, BAR, DOT, LINE = "#16202e", "#566274", "#cfd6e0", "#a9c8e8", "#0b5cad", "#8a5200"
BEST, BAD = "#14713d", "#b3261e"
_FONT = '"Noto Sans CJK SC", "Microsoft YaHei", sans-serif'
# More bars than this are drawn thin and only some of them are dated.
DATES = 6
MOST_PANELS = 60
_Scale = Callable[[float], float]
BY_ZH = {"day": "按日", "week": "按周", "month": "按月"}


def efficiency_svg(view: EfficiencyView) -> str:
    matters = view.matters[:MOST_PANELS]
    columns = min(COLUMNS, max(1, len(matters)))
    rows = max(1, math.ceil(len(matters) / columns))
    height = HEAD + rows * (PANEL_H + GAP)
    panel_w = (WIDTH - GAP * (columns + 1)) / columns
    parts = [
        (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="办理时长 Handling times" font-family="{escape(_FONT)}">'),
        f'<rect width="{WIDTH}" height="{height}" fill="#e9ecf1"/>',
        _text(GAP, 26, f"办理时长（{BY_ZH[view.by]}） Handling times by {view.by}", 18, weight=700),
        _text(GAP, 50, f"{view.begins} – {view.ends}，{view.n} 件 done", 14, QUIET),
        *_legend(),
    ]
    if not matters:
        parts.append(_text(WIDTH / 2, HEAD + PANEL_H / 2, "没有数据 Nothing was measured", 18, QUIET, "middle"))
    for at, matter in enumerate(matters):
        x = GAP + (at % columns) * (panel_w + GAP)
        y = HEAD + (at // columns) * (PANEL_H + GAP)
        parts += _panel(view, matter, x, y, panel_w)
    return "\n".join([*parts, "</svg>"])


def _legend() -> list[str]:
    x, y = 372.0, 45.0
    return [
        f'<rect x="{x}" y="{y - 12}" width="7" height="14" rx="2" fill="{BAR}"/>',
        _text(x + 13, y, "十件中八件 eight of ten", 13, QUIET),
        _dot(x + 182, y - 5), _text(x + 192, y, "中位 median", 13, QUIET),
        f'<path d="M{x + 288} {y - 5} h24" stroke="{LINE}" stroke-width="2" stroke-dasharray="5 3"/>',
        _text(x + 318, y, "趋势 trend", 13, QUIET),
        _star(x + 410, y - 5), _text(x + 421, y, "同期最佳 best", 13, QUIET),
        _cross(x + 530, y - 5), _text(x + 541, y, "异常 stands out", 13, QUIET),
    ]


def _panel(view: EfficiencyView, matter: MatterTimes, x: float, y: float, width: float) -> list[str]:
    periods = [period for period in view.periods if period.service == matter.service and period.times.n]
    off_days = {outlier.day for outlier in view.outliers if outlier.service == matter.service and outlier.day}
    high = max((period.times.p90_s or 0.0 for period in periods), default=0.0) / 60.0
    top, step = _scale(high)
    inner_w, inner_h = width - LEFT - RIGHT, PANEL_H - TOP - BOTTOM

    def at_x(index: float) -> float:
        return x + LEFT + (index + 0.5) * inner_w / max(1, len(periods))

    def at_y(seconds: float) -> float:
        return y + TOP + inner_h * (1.0 - seconds / 60.0 / top)

    parts = [
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{PANEL_H}" rx="10" fill="#fff" stroke="{EDGE}"/>',
        _text(x + 12, y + 21, matter.name[CHINESE], 15, weight=700),
        _text(x + width - 12, y + 21, _headline(matter), 12, QUIET, "end"),
        _text(x + 12, y + 38, "分钟 min", 11, QUIET),
    ]
    for line in range(int(top / step + 0.5) + 1):
        level = at_y(line * step * 60.0)
        parts.append(f'<path d="M{x + LEFT:.1f} {level:.1f} h{inner_w:.1f}" stroke="#e6eaf0"/>')
        parts.append(_text(x + LEFT - 6, level + 4, f"{line * step:g}", 11, QUIET, "end"))
    bar = max(2.0, min(12.0, inner_w / max(1, len(periods)) * 0.6))
    dated = max(1, math.ceil(len(periods) / DATES))
    for index, period in enumerate(periods):
        parts += _one(period, at_x(index), at_y, bar)
        if index % dated == 0:
            when = period.begins[:7] if view.by == "month" else period.begins[5:]
            parts.append(_text(at_x(index), y + PANEL_H - 10, when, 11, QUIET, "middle"))
    parts += _trend(periods, at_x, at_y)
    for index, period in enumerate(periods):
        middle = period.times.p50_s or 0.0
        if _holds(view.by, period.begins, off_days):
            parts.append(_cross(at_x(index), at_y(middle)))
        elif period.begins == matter.best:
            parts.append(_star(at_x(index), at_y(middle)))
        else:
            parts.append(_dot(at_x(index), at_y(middle), 2.2 if len(periods) > 40 else 3.4))
    return parts


def _headline(matter: MatterTimes) -> str:
    middle = _minutes(matter.times.p50_s)
    trend = "" if matter.trend is None else f" · {matter.trend:+.0%}/30d"
    return f"{middle} min{trend} · {matter.times.n} 件"


def _one(period: PeriodTimes, x: float, at_y: _Scale, bar: float) -> list[str]:
    high, low = at_y(period.times.p90_s or 0.0), at_y(period.times.p10_s or 0.0)
    return [
        (f'<rect x="{x - bar / 2:.1f}" y="{high:.1f}" width="{bar:.1f}" height="{max(1.0, low - high):.1f}" '
        f'rx="2" fill="{BAR}"><title>{escape(_words(period))}</title></rect>')
    ]


def _words(period: PeriodTimes) -> str:
    times = period.times
    eight_of_ten = f"{_minutes(times.p10_s)}–{_minutes(times.p90_s)}"
    return f"{period.begins}: {times.n} 件, {eight_of_ten} min, 中位 median {_minutes(times.p50_s)} min"


def _minutes(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds / 60:.1f}"


def _trend(periods: Sequence[PeriodTimes], at_x: _Scale, at_y: _Scale) -> list[str]:
    line = theil_sen([(float(index), period.times.p50_s or 0.0) for index, period in enumerate(periods)])
    if line is None or len(periods) < 3:
        return []
    slope, height = line
    last = len(periods) - 1
    return [
        (f'<path d="M{at_x(0):.1f} {at_y(max(0.0, height)):.1f} L{at_x(last):.1f} '
        f'{at_y(max(0.0, height + slope * last)):.1f}" stroke="{LINE}" stroke-width="2" stroke-dasharray="5 3"/>')
    ]


def _holds(by: str, begins: str, days: set[str]) -> bool:
    """Whether a day that stands out is this period; weeks and months are not blamed for one of their days."""
    return by == "day" and begins in days


def _scale(high: float) -> tuple[float, float]:
    """The top of an axis that holds `high`, and the step of its lines."""
    for step in (0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120):
        if high <= step * 5:
            return step * max(1, math.ceil(high / step)), step
    return math.ceil(high / 240) * 240, 240


def _dot(x: float, y: float, radius: float = 3.4) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{DOT}"/>'


def _star(x: float, y: float) -> str:
    points = []
    for corner in range(10):
        radius, angle = (7.0, 3.0)[corner % 2], math.pi * (corner / 5 - 0.5)
        points.append(f"{x + radius * math.cos(angle):.1f},{y + radius * math.sin(angle):.1f}")
    return f'<polygon points="{" ".join(points)}" fill="{BEST}" stroke="#fff" stroke-width="0.8"/>'


def _cross(x: float, y: float) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6.5" fill="#fff" stroke="{BAD}" stroke-width="1.6"/>'
        f'<path d="M{x - 3:.1f} {y - 3:.1f} l6 6 m0 -6 l-6 6" stroke="{BAD}" stroke-width="1.8"/>'
    )


def _text(
    x: float, y: float, words: str, size: int, fill: str = INK, anchor: str = "start", weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )
