"""One matter before its number: how long it takes, the day, what stands against it. Flat panels. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from kiosk_ui.presenters.page import Matter, Row
from kiosk_ui.widgets.charts import chart_panel
from kiosk_ui.widgets.displays import card, column, facts, head, note_panel, two_columns
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Figure, Label
from kiosk_ui.widgets.look import Look, Role

_MIDDLE, _RIGHT = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight


def matter(body: Matter, look: Look) -> QWidget:
    """How long it takes until one's turn is the largest; below it the day, and what else there is to know. Where no
    number is to be had, why not is."""
    widget, inside = column(look)
    inside.addLayout(head(body.badge, body.title, look))
    chart = body.chart if not look.dense else None
    if body.rows and not look.upright:
        panel, rows = card(look)
        rows.addLayout(two_columns(body.rows[:2] if look.tight else body.rows, look))
        inside.addWidget(panel, 1)
        if chart is not None:
            inside.addWidget(chart_panel(chart, look), 1)
    elif body.rows:
        waiting, wait, *rest = body.rows  # where words are large, the day goes before the rest
        inside.addWidget(_wait(wait, waiting, body.as_of, look), 5)
        if chart is not None:
            inside.addWidget(chart_panel(chart, look), 5)
        if rest and not (chart is not None and look.assist.large):
            inside.addWidget(facts(rest, look), 2)
    for note in body.notes:
        large = look.upright and not body.rows and not look.dense
        inside.addWidget(note_panel(note, look, large=large), 1 if large else 0)
    return widget


def _wait(wait: Row, waiting: Row, as_of: str, look: Look) -> QWidget:
    panel, inside = card(look, 7, 1)
    inside.addStretch(1)
    inside.addWidget(Label(wait.label, look, "row" if not look.assist.large else "body", colour="soft"))
    word: Role = "row" if look.dense else "title" if not look.assist.large else "key"
    inside.addWidget(Figure(wait.value, look, "title" if look.dense else "big", word, name=f"row-{wait.name}"))
    people = QHBoxLayout()
    people.setSpacing(look.px(3))
    people.addWidget(Sign("people", look.sized(9), look.colour("ink"), look.colour("solid")), 0, _MIDDLE)
    people.addWidget(Label(waiting.label, look, "body", colour="soft", snug=True), 0, _MIDDLE)
    people.addWidget(Label(waiting.value, look, "row", bold=True, name=f"row-{waiting.name}"), 1, _MIDDLE)
    if as_of and not look.dense:
        minute = Label(as_of, look, "fine", colour="soft", align=_RIGHT, snug=True, name="as-of")
        people.addWidget(minute, 0, _MIDDLE)
    inside.addLayout(people)
    inside.addStretch(1)
    return panel
