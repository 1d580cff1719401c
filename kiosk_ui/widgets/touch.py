"""Everything a finger can press: real buttons with a name, in sizes a finger can hit. Screen thread.

`on_press` gets the press that the page gave the button; it is called on the screen thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFocusEvent, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Button, Choice, Icon, Toggle
from kiosk_ui.state.events import Press
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import PRIMARY_MM, TARGET_MM, Look, Role
from kiosk_ui.widgets.panel import Panel, draw_ground

OnPress = Callable[[Press], None]

_BY_KEYBOARD = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})
_CLEAR = QColor(0, 0, 0, 0)
_CENTRE = Qt.AlignmentFlag.AlignHCenter
_PRIMARY_HEIGHT_MM = 30.0
_NAV_HEIGHT_MM = 22.0


class Touch(QAbstractButton):
    """A surface that can be pressed; what it says are labels in its layout."""

    def __init__(
        self,
        look: Look,
        name: str,
        spoken: str,
        fill: str,
        border: str,
        *,
        down: str,
        min_mm: float = TARGET_MM,
        height_mm: float = 0.0,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setText(spoken)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(look.px(min_mm), look.px(max(min_mm, height_mm)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.ringed = False
        self._fill, self._down = look.colour(fill), look.colour(down)
        self._border = look.colour(border) if border else None
        self._ring = look.colour("text")
        self._radius = look.exact(2.5)
        self._outline = look.outline_px
        self._ring_px = look.exact(1.0)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        draw_ground(self, self._down if self.isDown() else self._fill, self._border, self._radius, self._outline)
        if self.ringed:
            draw_ground(self, _CLEAR, self._ring, self._radius, self._ring_px)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """A ring for who moves by keyboard; a window that comes to the front marks nothing."""
        super().focusInEvent(event)
        self.ringed = event is not None and event.reason() in _BY_KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.ringed = False
        self.update()

    def say(self, layout: QBoxLayout, look: Look, padding_mm: float) -> None:
        padding = look.air(padding_mm)
        layout.setContentsMargins(padding, padding, padding, padding)
        layout.setSpacing(look.px(2 if isinstance(layout, QHBoxLayout) else 0.8))
        self.setLayout(layout)


def _connected(touch: Touch, press: Press, on_press: OnPress, enabled: bool = True) -> Touch:
    touch.setEnabled(enabled)
    touch.clicked.connect(lambda: on_press(press))
    return touch


def primary_button(button: Button, look: Look, on_press: OnPress) -> Touch:
    """What the page is for."""
    fill, ink = ("primary", "on_primary") if button.enabled else ("off", "on_off")
    touch = Touch(look, button.name, button.spoken or button.title, fill, "" if button.enabled else "line",
        down="primary_down", min_mm=PRIMARY_MM, height_mm=_PRIMARY_HEIGHT_MM)
    touch.say(_explained(_centred(button, look, "title", ink), button, look, ink), look, 3)
    return _connected(touch, button.press, on_press, button.enabled)


def plain_button(button: Button, look: Look, on_press: OnPress, role: Role = "strong") -> Touch:
    ink = "text" if button.enabled else "on_off"
    touch = Touch(look, button.name, button.spoken or button.title, "card" if button.enabled else "off", "line",
        down="card_down", height_mm=_NAV_HEIGHT_MM)
    touch.say(_explained(_centred(button, look, role, ink), button, look, ink), look, 2)
    return _connected(touch, button.press, on_press, button.enabled)


def _explained(row: QHBoxLayout, button: Button, look: Look, ink: str) -> QBoxLayout:
    """`row`, and why it is grey: below it, or beside it on a wide screen, which has little height."""
    if button.enabled or not button.why:
        return row
    row.setSpacing(look.px(2))
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.addLayout(row)
    align = _CENTRE if look.upright else Qt.AlignmentFlag.AlignLeft
    both.addWidget(Label(button.why, look, colour=ink, align=align, name=f"why-{button.name}"))
    if not look.upright:
        both.setStretch(0, 2)
        both.setStretch(1, 3)
    return both


def mend_key(button: Button, look: Look, on_press: OnPress) -> Touch:
    """Takes back what was typed: a sign and its word, below it where keys are narrow."""
    fill, ink = ("card", "text") if button.enabled else ("off", "on_off")
    touch = Touch(look, button.name, button.title, fill, "line", down="key_down")
    if look.upright:
        touch.say(_below((button.icon,), button.title, look, ink), look, 1)
    else:
        touch.say(_centred(button, look, "body", ink), look, 1)
    return _connected(touch, button.press, on_press, button.enabled)


def key(button: Button, look: Look, on_press: OnPress, fill: str = "card") -> Touch:
    """One letter or digit."""
    ink = "text" if button.enabled else "on_off"
    touch = Touch(look, button.name, button.spoken or button.title, fill if button.enabled else "off", "line",
        down="key_down")
    row = QHBoxLayout()
    row.addWidget(Label(button.title, look, "key", colour=ink, bold=True, align=_CENTRE, snug=True))
    touch.say(row, look, 1)
    return _connected(touch, button.press, on_press, button.enabled)


def toggle_button(toggle: Toggle, look: Look, on_press: OnPress) -> Touch:
    """How the page is shown; that it is on is said by a tick and a filled ground, not by colour alone."""
    fill, ink, down = ("on", "on_on", "primary_down") if toggle.on else ("card", "text", "card_down")
    touch = Touch(look, toggle.name, toggle.spoken, fill, "line", down=down, height_mm=_NAV_HEIGHT_MM)
    touch.setCheckable(True)
    touch.setChecked(toggle.on)
    icons: tuple[Icon, ...] = (toggle.name, "done") if toggle.on else (toggle.name,)
    touch.say(_below(icons, toggle.title, look, ink), look, 1.6)
    return _connected(touch, toggle.press, on_press)


def nav_button(button: Button, look: Look, on_press: OnPress) -> Touch:
    """The way elsewhere: its sign beside its name on an upright screen, above it where bars are short."""
    touch = Touch(look, button.name, button.title, "card", "line", down="card_down", height_mm=_NAV_HEIGHT_MM)
    if look.upright:
        touch.say(_centred(button, look, "body", "text"), look, 2)
    else:
        touch.say(_below((button.icon,), button.title, look, "text", bold=True), look, 1.6)
    return _connected(touch, button.press, on_press)


def _below(icons: Sequence[Icon], title: str, look: Look, ink: str, bold: bool = False) -> QVBoxLayout:
    column = QVBoxLayout()
    signs = QHBoxLayout()
    signs.setSpacing(look.px(1))
    signs.addStretch(1)
    for icon in icons:
        signs.addWidget(Sign(icon, look.px(8), look.colour(ink)))
    signs.addStretch(1)
    column.addLayout(signs)
    column.addWidget(Label(title, look, "body", colour=ink, bold=bold, align=_CENTRE))
    return column


def choice_card(choice: Choice, look: Look, on_press: OnPress, *, beside: bool = False) -> Touch:
    """A matter or a queue: the letter of its numbers, its name, how many wait: below its name, or `beside` it."""
    fill, ink, soft = ("off", "on_off", "on_off") if choice.closed else ("card", "text", "soft")
    spoken = "，".join(filter(None, (choice.title, choice.detail)))
    touch = Touch(look, choice.name, spoken, fill, "line", down="card_down", min_mm=PRIMARY_MM)
    row = QHBoxLayout()
    if choice.badge:
        row.addWidget(badge(choice.badge, look), 0, Qt.AlignmentFlag.AlignVCenter)
    words: QBoxLayout = QHBoxLayout() if beside else QVBoxLayout()
    words.setSpacing(look.air(1))
    words.addStretch(0 if beside else 1)
    words.addWidget(Label(choice.title, look, "strong", colour=ink, bold=True), 3 if beside else 0)
    if choice.detail:
        align = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        words.addWidget(Label(choice.detail, look, "body", colour=soft, align=align), 4 if beside else 0)
    words.addStretch(0 if beside else 1)
    row.addLayout(words, 1)
    row.addWidget(Sign("more", look.px(8), look.colour(soft)), 0, Qt.AlignmentFlag.AlignVCenter)
    touch.say(row, look, 2.5)
    row.setContentsMargins(look.air(5), look.air(2), look.air(5), look.air(2))
    row.setSpacing(look.air(5))
    touch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return _connected(touch, choice.press, on_press)


def badge(letters: str, look: Look) -> QWidget:
    """The letters that numbers of a queue begin with."""
    panel = Panel(look, "band", "line" if look.assist.contrast else "")
    panel.setMinimumSize(look.px(18), look.px(18))
    panel.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    row = QHBoxLayout(panel)
    side = look.air(2.5)
    row.setContentsMargins(side, look.px(1), side, look.px(1))
    row.addWidget(Label(letters, look, "title", colour="on_band", bold=True, align=_CENTRE, snug=True))
    return panel


def _centred(button: Button, look: Look, role: Role, ink: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    if button.icon:
        row.addWidget(Sign(button.icon, look.px(_ICON_MM[role]), look.colour(ink)))
    label = Label(button.title, look, role, colour=ink, bold=True, align=_CENTRE)
    row.addWidget(label)  # its natural width beside its icon; less, and then it wraps, where there is no room
    row.addStretch(1)
    return row


_ICON_MM: dict[Role, float] = {"body": 8, "strong": 9, "title": 11}

