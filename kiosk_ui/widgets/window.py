"""The kiosk's window: shows a Page, part by part, and says what was pressed. Screen thread.

A part is built anew when what it says has changed, never while a finger is on the glass: a press that began on a
button ends on the same one. Nothing of an earlier page is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QEvent, QObject, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QApplication, QBoxLayout, QLayout, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Body, Page
from kiosk_ui.presenters.reading import Shown
from kiosk_ui.widgets.bars import build_actions, build_footer, build_header, swap
from kiosk_ui.widgets.bodies import BODIES, Parts
from kiosk_ui.widgets.choices import Listed
from kiosk_ui.widgets.controls import Room
from kiosk_ui.widgets.countdown import CountdownVeil
from kiosk_ui.widgets.displays import note_panel
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look, fit
from kiosk_ui.widgets.touch import Ring, Touch
from kiosk_ui.widgets.twice import Twice

# What a keyboard that somebody plugs in may do: move between the controls and press one.
KEYS_ALLOWED = frozenset(
    {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left,
        Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
)
# While a page is read aloud four things are asked of it; `again` and the headphones of a keypad also begin that.
KEYS_TO_LISTEN: Mapping[int, str] = {
    **dict.fromkeys((Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_2, Qt.Key.Key_6), "next"),
    **dict.fromkeys((Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_8, Qt.Key.Key_4), "back"),
    **dict.fromkeys((Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_5), "choose"),
    **dict.fromkeys((Qt.Key.Key_R, Qt.Key.Key_Insert, Qt.Key.Key_0), "again"),
    **dict.fromkeys((Qt.Key.Key_F15, Qt.Key.Key_Launch6), "in"),  # what X and Wayland make of F15
    **dict.fromkeys((Qt.Key.Key_F16, Qt.Key.Key_Launch7), "out"),
}
_ALWAYS_HEARD = frozenset({"again", "in", "out"})
# Beside a keyboard: ten keys of 20 mm fit across only so.
_WIDE_MARGIN_MM = 8.6
_PARTS = ("header", "banner", "display", "controls", "actions", "footer")


class KioskWindow(QWidget):
    """`pressed` carries what the page gave the button; `stirred` says that somebody touched anything. Both reach
    their receiver after the touch is over, so that it may rebuild what was touched. `listened`: a key asked for one of
    KEYS_TO_LISTEN; while the page is read aloud (`listening`) keys do nothing else."""

    pressed = pyqtSignal(object)
    stirred = pyqtSignal()
    listened = pyqtSignal(str)
    released = pyqtSignal()

    def __init__(self, *, closable: bool) -> None:
        super().__init__()
        self.setObjectName("kiosk")
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)  # with Qt's ground all is painted twice
        self._closable = closable
        self._page: Page | None = None
        self._look: Look | None = None
        self._told: dict[str, object] = {}
        self._parts: dict[str, QWidget] = {}
        self._veil: CountdownVeil | None = None
        self._finger = False
        self._twice = Twice(self)
        self.listening = False
        self._ring = Ring(self)
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._frame.setSpacing(0)
        self._frame.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    # -- showing -----------------------------------------------------------------------------------

    def show_page(self, page: Page) -> None:
        """Show `page` now, or when the finger is lifted."""
        self._page = page
        if not self._finger:
            self._render()

    def _render(self) -> None:
        page = self._page
        if page is None or self.width() < 2 or self.height() < 2:
            return
        scale = fit(self.width(), self.height(), *page.screen_mm)
        look = Look(
            px_per_mm=scale, width_px=self.width(), height_px=self.height(), assist=page.assist, language=page.language,
            theme=page.theme,
        )
        focused = self.focusWidget()
        focus = focused.objectName() if isinstance(focused, Touch) and focused.ringed else ""
        self.setUpdatesEnabled(False)
        try:
            self._render_as(page, look)
        finally:
            self.setUpdatesEnabled(True)
        if focus and (found := self.findChild(Touch, focus)) is not None:
            found.setFocus(Qt.FocusReason.TabFocusReason)
        self._place_ring()

    def _render_as(self, page: Page, look: Look) -> None:
        """In comfort where the page fits, densely where it does not."""
        was = self._look
        same = was is not None and replace(was, dense=False, tight=False, packed=False) == look
        if was is not None and same and self._told.get("page") == page.name:
            look = was  # once dense, a page does not jump with every figure
        if look != self._look or self._told.get("page") != page.name:
            self._begin(page, look)
        if self._build(page, look):
            self._arrange(page, look)
            while not self._fits() and not look.packed:
                look = replace(look, dense=True, tight=look.dense, packed=look.tight)
                self._begin(page, look)
                self._build(page, look)
                self._arrange(page, look)
        self._show_countdown(page, look)

    def _begin(self, page: Page, look: Look) -> None:
        self._look = look
        self._told = {"page": page.name}

    def _fits(self) -> bool:
        """Every word has its lines, in the window as a whole and in the room the controls have."""
        controls = self._parts.get("controls")
        inner = controls.layout() if controls is not None else None
        if controls is not None and inner is not None:
            wanted = max(inner.totalMinimumSize().height(), inner.totalHeightForWidth(self._inner_width()))
            if wanted > controls.maximumHeight():
                return False
        least = self._frame.totalMinimumSize()
        needed = max(least.height(), self._frame.totalHeightForWidth(self.width()))
        return needed <= self.height() and least.width() <= self.width()

    def _inner_width(self) -> int:
        return self.width() - 2 * self._margin() if self._look is not None else self.width()

    def _margin(self) -> int:
        look, page = self._look, self._page
        assert look is not None, "a page is being shown"
        assert page is not None, "a page is being shown"
        return look.px(_WIDE_MARGIN_MM if BODIES[type(page.body)].wide else look.margin_mm)

    def _build(self, page: Page, look: Look) -> bool:
        """Every part whose words have changed; False when none has."""
        press, parts = self.pressed.emit, BODIES[type(page.body)]
        touched = parts.touched(page.body)
        around = (page.nav, page.assists, touched if look.elder else None)  # there a list's way on is one of the ways
        makers: tuple[tuple[str, object, Callable[[], QWidget | None]], ...] = (
            ("header", page.header, lambda: build_header(page.header, look)),
            ("banner", page.banner, lambda: note_panel(page.banner, look) if page.banner else None),
            ("display", parts.said(page.body), lambda: parts.display(page.body, look)),
            ("footer", around, lambda: build_footer(page.nav, page.assists, look, press)),
            ("actions", page.actions, lambda: build_actions(page.actions, look, press)),
            ("controls", touched, lambda: self._build_controls(parts, page.body, look)),
        )
        changed = False
        for name, told, make in makers:
            if name in self._told and self._told[name] == told:
                continue
            self._told[name] = told
            self._drop(name)
            part = make()
            if part is not None:
                part.setParent(self)
                self._parts[name] = part
            changed = True
        controls = self._parts.get("controls")
        if changed and isinstance(controls, Listed) and controls.turn is not None:
            swap(self._parts["footer"], "home", controls.turn)
        return changed

    def _drop(self, name: str) -> None:
        old = self._parts.pop(name, None)
        if old is not None:
            old.hide()
            old.setParent(None)
            old.deleteLater()

    def _build_controls(self, parts: Parts, body: Body, look: Look) -> QWidget | None:
        if parts.controls is None:
            return None
        room = Room(self._inner_width(), self._room(look), bounded=look.dense or look.assist.low)
        return parts.controls(body, look, self.pressed.emit, room)

    def _room(self, look: Look) -> int:
        """How high the controls may be: what the other parts leave, with low reach of the lower half."""
        inner = self._inner_width()
        around = {"footer": look.width_px, "actions": inner}
        if not look.assist.low:
            around |= {"header": look.width_px, "banner": inner, "display": inner}
        taken = look.px(GAP_MM) + look.air(GAP_MM)
        for name, width in around.items():
            part = self._parts.get(name)
            if part is not None:
                wanted = part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
                between = look.px(GAP_MM) if width == inner else 0
                taken += max(part.minimumSizeHint().height(), wanted) + between
        return (look.height_px // 2 if look.assist.low else look.height_px) - taken

    def _arrange(self, page: Page, look: Look) -> None:
        _empty(self._frame)
        margin, gap = self._margin(), look.px(GAP_MM)
        content = QVBoxLayout()
        content.setContentsMargins(margin, look.air(GAP_MM), margin, gap)
        content.setSpacing(gap)
        low, parts = look.assist.low and "controls" in self._parts, BODIES[type(page.body)]
        stretches = {"controls": 100, "display": 100 if parts.fills else 1 if low else 0}
        for name in _PARTS[1:-1]:
            part = self._parts.get(name)
            if name == "controls" and part is not None and not low and parts.last:
                content.addStretch(1)
            if part is not None:
                content.addWidget(part, stretches.get(name, 0))
                part.show()
            if name == "controls" and part is not None and not low and not parts.last:
                content.addStretch(1)
        self._frame.addWidget(self._parts["header"])
        self._frame.addLayout(content, 1)
        self._frame.addWidget(self._parts["footer"])
        self._parts["header"].show()
        self._parts["footer"].show()
        self._frame.activate()

    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        self._place_ring()

    def _place_ring(self) -> None:
        """Around the key that the keyboard is at, if there is one."""
        focused = self.focusWidget()
        touch = focused if isinstance(focused, Touch) and focused.ringed and focused.isVisible() else None
        if self._look is not None:
            self._ring.around(touch, self._look)

    # -- being listened to -------------------------------------------------------------------------

    def keys(self) -> tuple[Shown, ...]:
        """Every key that shows, in the order in which one reads."""
        parts: list[QWidget] = [self._veil] if self._veil is not None else [
            self._parts[name] for name in _PARTS if name in self._parts
        ]
        return tuple(
            Shown(touch.objectName(), touch.accessibleName(), touch.isEnabled(), touch.kind == "chosen")
            for part in parts for touch in sorted(part.findChildren(Touch), key=self._place)
        )

    def _place(self, touch: Touch) -> tuple[int, int]:
        at = touch.mapTo(self, QPoint(0, 0))
        return at.y(), at.x()

    def ring(self, name: str) -> None:
        """Mark the key of that name as being spoken; none for ""."""
        touch = self._touch(name)
        focused = self.focusWidget()
        if touch is not None:
            touch.setFocus(Qt.FocusReason.TabFocusReason)
        elif focused is not None:
            focused.clearFocus()
        self._place_ring()

    def tell(self, text: str) -> None:
        """Write what is being said, on pages that have a line for it."""
        line = self.findChild(Label, "spoken-now")
        if line is not None:
            line.setText(text or " ")
            line.setAccessibleName(text)

    def choose(self, name: str) -> bool:
        """Press the key of that name; False where none shows that can be pressed."""
        touch = self._touch(name)
        if touch is None or not touch.isEnabled():
            return False
        touch.click()
        return True

    def _touch(self, name: str) -> Touch | None:
        holder = self._veil or self
        found = [touch for touch in holder.findChildren(Touch, name) if name and touch.isVisibleTo(self)]
        return found[0] if found else None

    def _show_countdown(self, page: Page, look: Look) -> None:
        if self._veil is not None and (page.countdown is None or self._veil.look != look):
            self._veil.setParent(None)
            self._veil.deleteLater()
            self._veil = None
        if page.countdown is None:
            return
        self._veil = self._veil or CountdownVeil(look, self.pressed.emit, self)
        self._veil.setGeometry(self.rect())
        self._veil.tell(page.countdown)
        self._veil.show()
        self._veil.raise_()

    # -- being touched -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Installed on the application: touches anywhere are noticed, keys that lead elsewhere are swallowed."""
        if event is None:
            return False
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            look, shown = self._look, (self._told.get("page"), self._veil is not None)
            if look is not None and isinstance(event, QMouseEvent) and self._twice.drops(event, shown, look):
                return True
            self._finger = True
            self.stirred.emit()
        elif kind == QEvent.Type.MouseButtonRelease and self._finger:
            self._finger = False
            self.released.emit()
        elif kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(event, QKeyEvent):
            act = "" if event.modifiers() & _COMMANDS else KEYS_TO_LISTEN.get(event.key(), "")
            if act and (self.listening or act in _ALWAYS_HEARD):
                if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
                    self.listened.emit(act)
                return True
            return event.key() not in KEYS_ALLOWED or bool(event.modifiers() & _COMMANDS)
        return kind == QEvent.Type.ContextMenu

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._render()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is not None and not self._closable:
            event.ignore()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("ground") if self._look else self.palette().window())
        painter.end()

    def watch(self, application: QApplication) -> None:
        application.installEventFilter(self)
        application.focusChanged.connect(self._on_focus)
        self.released.connect(self._render, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]  # the stubs lack it


_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def _empty(layout: QBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        inner: Any = item.layout()
        if inner is not None:
            _empty(inner)
