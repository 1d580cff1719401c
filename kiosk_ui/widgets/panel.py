"""Coloured grounds with round corners: the one way a surface is drawn here. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from kiosk_ui.presenters.page import Tone
from kiosk_ui.widgets.look import Look

# Tone -> colours of ground, text and border.
TONES: dict[Tone, tuple[str, str, str]] = {
    "plain": ("card", "text", "line"),
    "good": ("good", "on_good", "good_line"),
    "warn": ("warn", "on_warn", "warn_line"),
}


def draw_ground(
    widget: QWidget, fill: QColor, border: QColor | None, radius: float, outline: float, inset: float = 0.0
) -> None:
    """The whole widget as one rounded surface, its border inside."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = outline / 2 + inset
    painter.setPen(QPen(border, outline) if border is not None else Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(edge, edge, -edge, -edge), radius, radius)
    painter.end()


class Panel(QWidget):
    """A surface; `border` "" for none."""

    def __init__(self, look: Look, fill: str, border: str = "", radius_mm: float = 2.5, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self._fill = look.colour(fill)
        self._border = look.colour(border) if border else None
        self._radius = look.exact(radius_mm)
        self._outline = look.outline_px

    def paintEvent(self, event: QPaintEvent | None) -> None:
        draw_ground(self, self._fill, self._border, self._radius, self._outline)
