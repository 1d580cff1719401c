"""A QR code of an address, drawn square by square with its quiet zone. Screen thread; keeps nothing elsewhere."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

_QUIET = 4


class QrCode(QWidget):
    """Black on white whatever the colours around it: phones expect that."""

    def __init__(self, text: str, side: int, spoken: str) -> None:
        import segno  # with a web client and XML behind it: the first page of a kiosk has no code

        super().__init__()
        self.setObjectName("qr")
        self.setAccessibleName(spoken)
        self.setFixedSize(QSize(side, side))
        self.text = text
        self._rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        modules = len(self._rows) + 2 * _QUIET
        side = max(1, self.width() // modules)
        left = (self.width() - side * len(self._rows)) // 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("black"))
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    painter.drawRect(left + x * side, left + y * side, side, side)
        painter.end()
