"""A touch that was meant once and came twice: a hand that trembles must not choose on the next page. Screen thread.

Keys that are typed with are many and quick, and lose nothing.
"""

from __future__ import annotations

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QAbstractButton, QWidget

from kiosk_ui.widgets.look import TARGET_MM, Look

WITHIN_MS = 300
_TYPED_WITH = ("key-", "erase")


class Twice:
    """The last touch of a window: when, where, on what page. Times are the events' own: a program that is slow drops
    no more."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._at_ms, self._where = 0, QPointF()
        self._page: tuple[object, ...] = ()
        self._dropped = False

    def drops(self, event: QMouseEvent, page: tuple[object, ...], look: Look) -> bool:
        """Whether this touch is the one before once more: as soon, as near as the smallest key. Every widget on its way
        asks for itself."""
        at_ms, where = event.timestamp(), event.globalPosition()
        if at_ms == self._at_ms:
            return self._dropped
        apart = where - self._where
        near = apart.x() ** 2 + apart.y() ** 2 <= look.exact(TARGET_MM) ** 2
        typing = page == self._page and self._key_at(where).startswith(_TYPED_WITH)
        self._dropped = 0 < at_ms - self._at_ms <= WITHIN_MS and near and not typing
        self._at_ms, self._where, self._page = at_ms, where, page
        return self._dropped

    def _key_at(self, where: QPointF) -> str:
        hit = self._window.childAt(self._window.mapFromGlobal(where.toPoint()))
        while hit is not None and not isinstance(hit, QAbstractButton):
            hit = hit.parentWidget()
        return hit.objectName() if hit is not None else ""
