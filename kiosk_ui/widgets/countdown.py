"""The veil over a page that nobody touches: seconds that run out, and one large button. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Countdown
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look
from kiosk_ui.widgets.panel import Panel
from kiosk_ui.widgets.touch import OnPress, Touch, primary_button

_CENTRE = Qt.AlignmentFlag.AlignHCenter
_WIDTH = 0.8
_BUTTON_MM = 44.0
# What lies below still shows, too dark to be read by whoever comes next.
_VEIL_ALPHA = 240


class CountdownVeil(QWidget):
    """Covers everything, so that only its button can be pressed; the button stays while the seconds run."""

    def __init__(self, look: Look, on_press: OnPress, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("countdown")
        self.look = look
        self._on_press = on_press
        self._labels: tuple[Label, Label, Label] | None = None
        self._button: Touch | None = None

    def tell(self, countdown: Countdown) -> None:
        if self._labels is None:
            self._fill(countdown)
            return
        for label, text in zip(self._labels, (countdown.title, countdown.seconds, countdown.text), strict=True):
            label.setText(text)
            label.setAccessibleName(text)

    def _fill(self, countdown: Countdown) -> None:
        look = self.look
        self._labels = (
            Label(countdown.title, look, "title", bold=True, align=_CENTRE, name="countdown-title"),
            Label(countdown.seconds, look, "number", bold=True, align=_CENTRE, lines=1, name="countdown-seconds"),
            Label(countdown.text, look, align=_CENTRE, name="countdown-text"),
        )
        panel = Panel(look, "card", "line", radius_mm=4)
        panel.setFixedWidth(int(look.width_px * _WIDTH))
        inside = QVBoxLayout(panel)
        padding = look.px(10)
        inside.setContentsMargins(padding, padding, padding, padding)
        inside.setSpacing(look.px(GAP_MM))
        for label in self._labels:
            inside.addWidget(label)
        self._button = primary_button(countdown.stay, look, self._on_press)
        self._button.setMinimumHeight(look.px(_BUTTON_MM))
        inside.addWidget(self._button)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(panel)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(middle)
        column.addStretch(0 if look.assist.low else 1)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        veil = self.look.colour("veil")
        veil.setAlpha(_VEIL_ALPHA)
        painter.fillRect(self.rect(), veil)
        painter.end()
