"""A matter as its guide says, and what is typed to find one. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Choice, Guide, Paper, Part, Search
from kiosk_ui.presenters.reading import Chart
from kiosk_ui.widgets.bars import rule
from kiosk_ui.widgets.charts import add_day
from kiosk_ui.widgets.displays import card, column, head
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Figure, Label
from kiosk_ui.widgets.look import GAP_MM, Look, Role
from kiosk_ui.widgets.panel import TONES, Panel

_MIDDLE, _RIGHT = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
# Papers that a page has room for.
_FEW = 3
_FOUND, _FOUND_LARGE, _FOUND_LEAST = 3, 2, 1
_PAPERS, _PAPERS_DENSE, _PAPERS_LARGE, _PAPERS_TIGHT = 6, 4, 4, 2


def guide(body: Guide, look: Look) -> QWidget:
    widget, inside = column(look, 4)
    if not look.dense and not look.assist.large:
        inside.addWidget(Label(body.department, look, "body", colour="soft"))
    inside.addLayout(head(body.badge, body.title, look))
    figures = QHBoxLayout()
    figures.setSpacing(look.px(GAP_MM))
    for at, part in enumerate(body.figures):
        figures.addWidget(_figure(part, look), 4 if at == 0 else 3)
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.setSpacing(look.air(GAP_MM))
    both.addWidget(_papers(body, look), 3)
    if body.wait is not None:
        day = body.chart if not look.dense and not look.assist.large else None
        both.addWidget(_wait(body.wait, day, look), 2 if day else 1)
    inside.addLayout(figures)
    inside.addLayout(both, 1)
    if body.wrong is not None and not look.dense and not look.elder:
        inside.addWidget(_wrong(body.wrong, look))
    return widget


def _figure(part: Part, look: Look) -> QWidget:
    panel, inside = card(look, 4.5, 0.5)
    large: Role = "row" if look.assist.large else "title"
    inside.addWidget(Figure(part.head, look, large, "body" if look.assist.large else "row"))
    inside.addWidget(Label(part.text or part.label, look, "fine", colour="soft"))
    inside.addStretch(1)
    return panel


def _papers(body: Guide, look: Look) -> QWidget:
    panel, inside = card(look, 6, 3)
    inside.addWidget(Label(body.papers_title, look, "row", bold=True))
    most = _room_for(look)
    for paper in body.papers[:most]:
        inside.addWidget(rule(look))
        inside.addLayout(_paper(paper, look), 1)
    left = len(body.papers) - most
    if left > 0:
        inside.addWidget(rule(look))
        inside.addWidget(Label(body.more.format(n=left), look, "fine", colour="soft"))
    if body.cases and not (look.tight and left > 0):
        inside.addWidget(rule(look))
        inside.addWidget(Label(body.cases, look, "fine", colour="soft", name="cases"))
    if len(body.papers) < _FEW:
        inside.addStretch(1)
    return panel


def _room_for(look: Look) -> int:
    if look.tight:
        return _PAPERS_TIGHT
    if look.dense:
        return _PAPERS_DENSE
    return _PAPERS_LARGE if look.assist.large else _PAPERS


def _paper(paper: Paper, look: Look) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(3.5))
    row.addWidget(Sign(paper.icon, look.sized(9), look.colour("ink_tint"), look.colour("solid")), 0, _MIDDLE)
    row.addWidget(Label(paper.name, look, "body"), 1)
    if paper.tag and not (look.assist.large and look.upright):
        row.addWidget(_tag(paper, look), 0, _MIDDLE)
    return row


def _tag(paper: Paper, look: Look) -> QWidget:
    fill, ink, line = TONES[paper.tone]
    tag = Panel(look, fill, line, radius_mm=2)
    row = QHBoxLayout(tag)
    row.setContentsMargins(look.px(3), look.px(1), look.px(3), look.px(1))
    row.setSpacing(look.px(1.5))
    if paper.tone == "warn":
        row.addWidget(Sign("hourglass", look.px(6), look.colour(ink)), 0, _MIDDLE)
    row.addWidget(Label(paper.tag, look, "fine", colour=ink, bold=True, snug=True))
    return tag


def _wait(part: Part, day: Chart | None, look: Look) -> QWidget:
    """How long it takes now; below it the day, where there is room for it."""
    panel, inside = card(look, 5, 1)
    if day is None:
        inside.addStretch(1)
    row: QBoxLayout = QHBoxLayout() if look.upright and not look.assist.large else QVBoxLayout()
    row.setSpacing(look.px(3))
    row.addWidget(Label(part.label, look, "body", bold=True), 0, _MIDDLE)
    row.addWidget(Figure(part.head, look, "title", "row"), 1, _MIDDLE)
    if part.text and not look.dense:
        about = Label(part.text, look, "fine", colour="soft")
        if isinstance(row, QHBoxLayout):
            about.align(_RIGHT)
        row.addWidget(about, 1, _MIDDLE)
    inside.addLayout(row)
    if day is not None:
        add_day(inside, day, look)
    else:
        inside.addStretch(1)
    return panel


def _wrong(part: Part, look: Look) -> QWidget:
    panel = Panel(look, "warn_bg", "warn_line", hazard=True)
    inside = QVBoxLayout(panel)
    padding = look.air(4.5)
    inside.setContentsMargins(look.px(11.5), padding, look.px(5), padding)
    inside.setSpacing(look.px(0.5))
    inside.addWidget(Label(part.label, look, "body", colour="warn", bold=True))
    inside.addWidget(Label(part.head, look, "fine", colour="warn", lines=0))
    return panel


def search(body: Search, look: Look) -> QWidget:
    widget, inside = column(look, 3)
    low = reads_found(look)
    if look.upright:
        inside.addWidget(Label(body.title, look, "title", bold=True, name="title"))
    if low:
        inside.addStretch(1)
    field = Panel(look, "card", "primary", always=True, name="field")
    row = QHBoxLayout(field)
    above = look.air(6 if low else 2.5)
    row.setContentsMargins(look.px(6), above, look.px(6), above)
    row.setSpacing(look.px(5))
    row.addWidget(Sign("search", look.sized(11), look.colour("ink")), 0, _MIDDLE)
    role: Role = "title" if look.upright else "key"
    typed = Label(body.typed or " ", look, role, colour="ink_tint", bold=True, lines=1, name="typed")
    typed.narrow(look.width_px * 0.74, look.font("fine").pixelSize())
    row.addWidget(typed, 1)
    inside.addWidget(field)
    if not (is_empty(body) and has_room(look)):
        hint: Role = "row" if low and is_empty(body) else "fine" if look.assist.large else "body"
        inside.addWidget(Label(body.hint, look, hint, bold=True, name="hint"))
    if low:
        inside.addWidget(_found_lines(found(body, look)[0], look))
        inside.addStretch(1)
    return widget


def _found_lines(choices: Sequence[Choice], look: Look) -> QWidget:
    """What was found, by the numbers on its keys."""
    panel, inside = card(look, 6, 4)
    for at, choice in enumerate(choices):
        if at:
            inside.addWidget(rule(look))
        row = QHBoxLayout()
        row.setSpacing(look.px(5))
        row.addWidget(Label(str(at + 1), look, "title", colour="ink_tint", bold=True, snug=True), 0, _MIDDLE)
        words = QVBoxLayout()
        words.setSpacing(look.px(0.5))
        words.addWidget(Label(choice.title, look, "row", bold=True))
        if choice.detail and not look.dense:
            words.addWidget(Label(choice.detail, look, "fine", colour="soft"))
        row.addLayout(words, 1)
        inside.addLayout(row)
    panel.setVisible(bool(choices))
    return panel


def reads_found(look: Look) -> bool:
    """Where all keys are in the lower half, what was found is read in the upper one."""
    return look.assist.low and look.upright


def found(body: Search, look: Look) -> tuple[tuple[Choice, ...], int]:
    """What of it is shown, and how many leaves there are: fewer at a time where there is little height."""
    large, low = look.assist.large, look.assist.low
    few = large or not look.upright
    shown = _FOUND_LEAST if not look.upright and (low or large) else _FOUND_LARGE if few else _FOUND
    leaves = max(1, -(-len(body.choices) // shown))
    first = body.leaf % leaves * shown
    return body.choices[first : first + shown], leaves


def is_empty(body: Search) -> bool:
    """Something was looked for, and there is nothing."""
    return body.empty


def has_room(look: Look) -> bool:
    """For more than what was typed and what was found."""
    return look.upright and not (look.dense or look.assist.large or look.assist.low)
