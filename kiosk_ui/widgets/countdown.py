"""The sheet over a page that nobody touches: a ring that runs out, and one large key. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Countdown
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look, Role
from kiosk_ui.widgets.panel import Panel
from kiosk_ui.widgets.touch import OnPress, Touch, primary_button

_CENTRE = Qt.AlignmentFlag.AlignHCenter
# The sheet covers so much of the page from below; what shows above it is too dark to be read by whoever comes next.
_SHEET = 0.75
_BUTTON_MM, _BUTTON_WIDE_MM = 60.0, 40.0
_RING_MM, _RING_LARGE_MM, _RING_WIDE_MM = 128.0, 96.0, 56.0
_VEIL_ALPHA = 240
_RADIUS_MM = 6.0
# A longer question is asked in smaller letters where all letters are large.
_SHORT_TITLE = 20


def _ring_mm(look: Look) -> float:
    """Where words are large they have the room."""
    if not look.upright:
        return _RING_WIDE_MM
    return _RING_LARGE_MM if look.assist.large else _RING_MM


class Ring(QWidget):
    """The seconds, and around them the time that is left."""

    def __init__(self, look: Look, label: Label) -> None:
        super().__init__()
        self._look, self._left = look, 1.0
        side = look.px(_ring_mm(look))
        self.setFixedSize(QSize(side, side))
        inside = QVBoxLayout(self)
        inside.addWidget(label, 0, Qt.AlignmentFlag.AlignCenter)

    def tell(self, left: float) -> None:
        self._left = left
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self.width() * 0.08
        where = QRectF(self.rect()).adjusted(wide, wide, -wide, -wide)
        for colour, part in (("hair", 1.0), ("primary", self._left)):
            pen = QPen(self._look.colour(colour), wide)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(where, 90 * 16, round(-part * 360 * 16))
        painter.end()


class CountdownVeil(QWidget):
    """Covers everything, so that only its key can be pressed; the key stays while the seconds run."""

    def __init__(self, look: Look, on_press: OnPress, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("countdown")
        self.look = look
        self._on_press = on_press
        self._labels: tuple[Label, ...] = ()
        self._ring: Ring | None = None
        self.button: Touch | None = None

    def tell(self, countdown: Countdown) -> None:
        if not self._labels:
            self._fill(countdown)
        for label, text in zip(self._labels, _texts(countdown), strict=True):
            label.setText(text)
            label.setAccessibleName(text)
        if self._ring is not None:
            self._ring.tell(countdown.left)

    def _fill(self, countdown: Countdown) -> None:
        look = self.look
        short = len(countdown.title) <= _SHORT_TITLE or not look.assist.large
        above: tuple[Role, Role] = ("figure", "row") if look.upright and short else ("title", "body")
        roles: tuple[Role, ...] = ("number", *above, "body" if look.upright else "fine")
        names = ("countdown-seconds", "countdown-title", "countdown-text", "countdown-hint")
        self._labels = tuple(
            Label(text, look, role, bold=at < 2, align=_CENTRE, lines=1 if at == 0 else 0, name=name, snug=at == 0)
            for at, (text, role, name) in enumerate(zip(_texts(countdown), roles, names, strict=True))
        )
        seconds, *told = self._labels
        seconds.narrow(look.exact(_ring_mm(look)) * 0.58, 1)
        self._ring = Ring(look, seconds)
        sheet = Panel(look, "card", "line", radius_mm=_RADIUS_MM)
        inside = QVBoxLayout(sheet)
        padding = look.px(look.margin_mm)
        inside.setContentsMargins(padding, padding, padding, padding)
        inside.setSpacing(look.px(GAP_MM))
        inside.addStretch(1)
        inside.addWidget(self._ring, 0, _CENTRE)
        inside.addStretch(1)
        for label in told:
            inside.addWidget(label)
        inside.addStretch(1)
        self.button = primary_button(countdown.stay, look, self._on_press, "hero")
        self.button.setMinimumHeight(look.px(_BUTTON_MM if look.upright else _BUTTON_WIDE_MM))
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        inside.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, round(look.height_px * (1 - _SHEET)) if look.upright else look.px(4), 0, 0)
        column.addWidget(sheet)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        veil = self.look.colour("veil")
        veil.setAlpha(_VEIL_ALPHA)
        painter.fillRect(self.rect(), veil)
        corners = self.look.px(_RADIUS_MM)  # the sheet goes on below the screen
        painter.fillRect(0, self.height() - corners, self.width(), corners, self.look.colour("card"))
        painter.end()


def _texts(countdown: Countdown) -> tuple[str, str, str, str]:
    return countdown.seconds, countdown.title, countdown.text, countdown.hint
