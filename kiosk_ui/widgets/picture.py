"""A page as a camera took it, to be looked at before it is sent. Screen thread; it is in memory only."""

from __future__ import annotations

from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize, Qt
from PyQt6.QtGui import QImage, QImageReader, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from kiosk_ui.widgets.look import Look

# By their first bytes: nothing else is tried.
_FORMATS = ((b"\xff\xd8\xff", b"jpeg"), (b"\x89PNG\r\n", b"png"))
# A page is shown no larger; more pixels than these no camera has.
_SIDE_PX, _MOST_PIXELS = 1600, 100_000_000


def read_picture(data: bytes) -> QImage:
    """Small enough to be shown; null for what is no picture, or too large for one."""
    kind = next((name for begin, name in _FORMATS if data.startswith(begin)), None)
    if kind is None:
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return QImage()
    if max(size.width(), size.height()) > _SIDE_PX:
        reader.setScaledSize(size.scaled(QSize(_SIDE_PX, _SIDE_PX), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class PagePicture(QWidget):
    """As large as there is room, in its own shape, in a line of its own."""

    def __init__(self, image: QImage, words: str, look: Look) -> None:
        super().__init__()
        self.setObjectName("picture")
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image, self._look = image, look

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        line = round(self._look.line_px)
        room = self.size() - QSize(2 * line, 2 * line)
        size = self._image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        left_top = QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2)
        painter.drawImage(left_top, self._image.scaled(size, transformMode=Qt.TransformationMode.SmoothTransformation))
        painter.setPen(QPen(self._look.colour("line"), line))
        painter.drawRect(left_top.x(), left_top.y(), size.width(), size.height())
        painter.end()
