"""Surfaces: flat panels that are read, and the edge that only what can be touched has. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from kiosk_ui.presenters.page import Tone
from kiosk_ui.widgets.look import RADIUS_MM, Look

# Tone -> colours of ground and text; the line is drawn in high contrast only, where grounds are all black.
TONES: dict[Tone, tuple[str, str, str]] = {
    "plain": ("sunk", "ink", "line"),
    "good": ("ok_bg", "ok", "ok_line"),
    "warn": ("warn_bg", "warn", "warn_line"),
    "bad": ("bad_bg", "bad", "bad_line"),
}
_STRIPE_MM, _HAZARD_MM = 3.0, 7.0
_HAZARD = QColor("#ffb000")


class Panel(QWidget):
    """A flat surface; `line` is its border in high contrast, `always` in every mode, `bold` twice as wide.
    `hazard`: its left edge warns."""

    def __init__(
        self,
        look: Look,
        fill: str,
        line: str = "",
        *,
        radius_mm: float = RADIUS_MM,
        always: bool = False,
        hazard: bool = False,
        bold: bool = False,
        name: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._wide = look.line_px * (2 if bold else 1)
        self._look = look
        self._fill = look.colour(fill)
        self._border = look.colour(line) if line and (always or look.assist.contrast) else None
        self._radius = look.exact(radius_mm)
        self._hazard = hazard

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = self._wide / 2 if self._border is not None else 0.0
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), self._radius, self._radius)
        painter.fillPath(shape, self._fill)
        if self._hazard:
            self._stripes(painter, shape)
        if self._border is not None:
            painter.strokePath(shape, QPen(self._border, self._wide))
        painter.end()

    def _stripes(self, painter: QPainter, shape: QPainterPath) -> None:
        wide, stripe = self._look.exact(_HAZARD_MM), self._look.exact(_STRIPE_MM)
        painter.save()
        painter.setClipPath(shape)
        painter.setClipRect(QRectF(0, 0, wide, self.height()), Qt.ClipOperation.IntersectClip)
        painter.fillRect(self.rect(), _HAZARD)
        painter.setPen(QPen(QColor("#16202a"), stripe))
        at = -wide
        while at < self.height() + wide:
            painter.drawLine(round(-stripe), round(at + wide), round(wide + stripe), round(at - stripe))
            at += 2.4 * stripe
        painter.restore()


class Plate(QWidget):
    """The letters of a queue, white on its colour; as a `disc` the number of a point."""

    def __init__(self, letters: str, look: Look, fill: QColor, side_px: int, *, disc: bool = False) -> None:
        super().__init__()
        self._letters, self._look, self._ground = letters, look, fill
        self._disc = disc
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._font = look.font("nav" if side_px > look.px(11) else "fine", bold=True)
        self.setFixedSize(max(side_px, round(side_px * (0.5 + 0.5 * len(letters)))), side_px)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        contrast = self._look.assist.contrast
        half = self._look.line_px / 2 if contrast else 0.0
        painter.setPen(QPen(QColor("white"), self._look.line_px) if contrast else Qt.PenStyle.NoPen)
        painter.setBrush(QColor("black") if contrast else self._ground)
        radius = self.height() / 2 if self._disc else self._look.exact(2.0)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)
        painter.setPen(QColor("white"))
        painter.setFont(self._font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)
        painter.end()


class Dots(QWidget):
    """How crowded a queue is: so many of five dots are full."""

    def __init__(self, full: int, look: Look, ink: QColor) -> None:
        super().__init__()
        self._full, self._ink = full, ink
        self._side = look.px(3.9)
        self._line = max(1.5, look.exact(0.55))
        self.setFixedSize(round(self._side * 6.2), self._side)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink, self._line))
        half = self._line / 2
        for at in range(5):
            painter.setBrush(self._ink if at < self._full else Qt.BrushStyle.NoBrush)
            wide = self._side - 2 * half
            painter.drawEllipse(QRectF(at * self._side * 1.28 + half, half, wide, wide))
        painter.end()


class Steps(QWidget):
    """How far along: so many of the segments are full."""

    def __init__(self, at: int, of: int, look: Look) -> None:
        super().__init__()
        self._at, self._of, self._look = at, of, look
        self.setFixedHeight(look.px(2.5))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, line = self._look, max(1.0, self._look.exact(0.4))
        gap = look.exact(1.6)
        wide = (self.width() - gap * (self._of - 1)) / self._of
        for at in range(self._of):
            painter.setPen(QPen(look.colour("primary" if at < self._at else "line"), line))
            painter.setBrush(look.colour("primary") if at < self._at else Qt.BrushStyle.NoBrush)
            shape = QRectF(at * (wide + gap) + line / 2, line / 2, wide - line, self.height() - line)
            painter.drawRoundedRect(shape, self.height() / 2, self.height() / 2)
        painter.end()


class Square(QWidget):
    """An icon in a tinted square: outlined in high contrast."""

    def __init__(self, icon: QWidget, look: Look, side_px: int, fill: str = "tint") -> None:
        super().__init__()
        self.setFixedSize(side_px, side_px)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ground = Panel(look, fill, "line", radius_mm=2.5)
        self._ground.setParent(self)
        self._ground.setFixedSize(side_px, side_px)
        icon.setParent(self)
        icon.move((side_px - icon.width()) // 2, (side_px - icon.height()) // 2)
