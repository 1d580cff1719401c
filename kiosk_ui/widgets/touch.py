"""Everything a finger can press: real buttons with a name, in sizes a finger can hit. Screen thread.

`on_press` gets the press that the page gave the button; it is called on the screen thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Button, Icon, Toggle
from kiosk_ui.state.events import Press
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import PRIMARY_MM, RADIUS_MM, TARGET_MM, Look, Role

OnPress = Callable[[Press], None]
Kind = Literal["plain", "primary", "hero", "help", "helper", "chosen", "on", "off"]

_BY_KEYBOARD = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})
_CENTRE = Qt.AlignmentFlag.AlignHCenter
PRIMARY_HEIGHT_MM, ASSIST_HEIGHT_MM, NAV_HEIGHT_MM, _FIELD_MM = 30.8, 27.0, 22.8, 26.0
_EDGE_MM, _HERO_EDGE_MM, _CONTRAST_EDGE_MM = 1.74, 2.5, 2.0


class Surface(NamedTuple):
    """Tokens of a key's face, its words, its line and lower edge, and its face under a finger."""

    fill: str
    ink: str
    line: str
    down: str
    icon: str = ""


SURFACES: dict[Kind, Surface] = {
    "plain": Surface("card", "ink", "line", "card_down", "solid"),
    "primary": Surface("primary", "on_primary", "edge", "primary_down"),
    "hero": Surface("primary", "on_primary", "edge", "primary_down"),
    "help": Surface("help", "on_help", "help_line", "card_down"),
    "helper": Surface("ink", "ground", "hair", "card_down"),  # in 长辈模式 only: white, with black words
    "chosen": Surface("tint", "ink_tint", "primary", "card_down"),
    "on": Surface("primary", "on_primary", "edge", "primary_down"),
    "off": Surface("off", "on_off", "off_line", "off"),
}


class Touch(QAbstractButton):
    """A surface that can be pressed; what it says are labels in its layout. Its lower edge is gone under a finger."""

    def __init__(
        self, look: Look, name: str, spoken: str, kind: Kind, *, min_mm: float = TARGET_MM, height_mm: float = 0.0
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setText(spoken)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(look.px(min_mm), look.px(max(min_mm, height_mm)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.ringed = False
        self.kind = kind
        surface = SURFACES[kind]
        self.ink = look.colour(surface.ink)
        self._look = look
        self._fill, self._line, self._down = (look.colour(name) for name in (surface.fill, surface.line, surface.down))
        self._line_px = max(1.0, round(look.line_px))
        edge_mm = _HERO_EDGE_MM if kind == "hero" else _CONTRAST_EDGE_MM if look.assist.contrast else _EDGE_MM
        self.edge_px = 0.0 if kind == "off" else max(2.0, round(look.exact(edge_mm)))
        self.gap_px = look.px(4)
        self._sunk_px = 0
        self.pressed.connect(lambda: self._sink(round(self.edge_px - self._line_px)))
        self.released.connect(lambda: self._sink(0))

    def _sink(self, px: int) -> None:
        """Words go down with the face. Moved, not laid out anew: the page must not wait for it."""
        for child in self.children():
            if isinstance(child, QWidget):
                child.move(child.x(), child.y() + px - self._sunk_px)
        self._sunk_px = px

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole, radius = QRectF(self.rect()), self._look.exact(RADIUS_MM)
        line = self._line_px
        if self.kind == "off":
            dashed = self._look.assist.contrast
            painter.setPen(QPen(self._line, line, Qt.PenStyle.DashLine) if dashed else Qt.PenStyle.NoPen)
            painter.setBrush(self._fill)
            painter.drawRoundedRect(whole.adjusted(line / 2, line / 2, -line / 2, -line / 2), radius, radius)
            painter.end()
            return
        if self.kind == "chosen":
            line *= 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._line)
        painter.drawRoundedRect(whole, radius, radius)
        painter.setBrush(self._down if self.isDown() else self._fill)
        lower = line if self.isDown() else self.edge_px
        painter.drawRoundedRect(whole.adjusted(line, line, -line, -lower), radius - line, radius - line)
        painter.end()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """A ring for who moves by keyboard; a window that comes to the front marks nothing."""
        super().focusInEvent(event)
        self.ringed = event is not None and event.reason() in _BY_KEYBOARD

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.ringed = False

    def hold(self, layout: QBoxLayout, side_mm: float, above_mm: float = 1.5, gap_mm: float = 3.0) -> None:
        look = self._look
        side, above = look.air(side_mm), look.air(above_mm)
        line = round(self._line_px)
        layout.setContentsMargins(side, above + line, side, above + max(line, round(self.edge_px)))
        layout.setSpacing(look.px(gap_mm) if isinstance(layout, QHBoxLayout) else look.px(0.5))
        self.setLayout(layout)

    def sign(self, icon: Icon, side_mm: float, *, grows: bool = True) -> Sign:
        """An icon on this key: its solid part is coloured on white only. `grows`: as its words do."""
        solid = SURFACES[self.kind].icon
        side = self._look.sized(side_mm) if grows else self._look.px(side_mm)
        return Sign(icon, side, self.ink, self._look.colour(solid) if solid else None)

    def label(self, text: str, role: Role, *, bold: bool = True, soft: bool = False, left: bool = False) -> Label:
        ink = "soft" if soft and self.kind == "plain" else SURFACES[self.kind].ink
        align = Qt.AlignmentFlag.AlignLeft if left else _CENTRE
        return Label(text, self._look, role, colour=ink, bold=bold, align=align)


def connected(touch: Touch, press: Press, on_press: OnPress, enabled: bool = True) -> Touch:
    touch.setEnabled(enabled)
    touch.clicked.connect(lambda: on_press(press))
    return touch


def primary_button(button: Button, look: Look, on_press: OnPress, role: Role = "key") -> Touch:
    """What the page is for."""
    return _action(button, look, on_press, "primary", PRIMARY_MM, role)


def plain_button(button: Button, look: Look, on_press: OnPress, role: Role = "key") -> Touch:
    kind: Kind = "helper" if button.name == "helper" and look.elder else "plain"
    return _action(button, look, on_press, kind, TARGET_MM, role)


def _action(
    button: Button, look: Look, on_press: OnPress, kind: Kind, min_mm: float, role: Role = "key"
) -> Touch:
    """A key of the primary row; while it is grey it says why, under its label."""
    kind = kind if button.enabled else "off"
    touch = Touch(look, button.name, button.spoken or _spoken(button), kind, min_mm=min_mm,
        height_mm=look.high(PRIMARY_HEIGHT_MM, PRIMARY_MM) if look.upright else PRIMARY_MM)
    both = QVBoxLayout()
    both.addStretch(1)
    both.addLayout(_beside(touch, button, role, 24 if role == "hero" else 12))
    if not button.enabled and button.why:
        why = touch.label(button.why, "fine", bold=False)
        why.setObjectName(f"why-{button.name}")
        both.addWidget(why)
    both.addStretch(1)
    touch.hold(both, 3)
    return connected(touch, button.press, on_press, button.enabled)


def offer_button(button: Button, look: Look, on_press: OnPress) -> Touch:
    """Beside what the page is for: no higher than a way elsewhere."""
    high = look.high(NAV_HEIGHT_MM, TARGET_MM)
    touch = Touch(look, button.name, button.spoken or button.title, "plain", height_mm=high)
    touch.hold(_beside(touch, button, "nav", 10.5), 3)
    return connected(touch, button.press, on_press)


def turn_button(button: Button, look: Look, on_press: OnPress) -> Touch:
    """The way to the others of a list; in 长辈模式 it is one of the ways elsewhere."""
    if not (look.elder and look.upright):
        return offer_button(button, look, on_press)
    brief = button._replace(title=button.title.partition("（")[0].partition(" (")[0], spoken=button.title)
    return nav_button(brief, look, on_press)


def search_button(button: Button, look: Look, on_press: OnPress) -> Touch:
    """Looks like the field that it leads to."""
    touch = Touch(look, button.name, button.spoken or button.title, "plain", height_mm=look.high(_FIELD_MM, TARGET_MM))
    row = QHBoxLayout()
    row.addWidget(touch.sign(button.icon, 10.5), 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(touch.label(button.title, "body", bold=False, soft=True, left=True), 1)
    touch.hold(row, 7, 1.5, 6)
    return connected(touch, button.press, on_press)


def _spoken(button: Button) -> str:
    return "，".join(filter(None, (button.title, button.why))) if not button.enabled else button.title


def nav_button(button: Button, look: Look, on_press: OnPress) -> Touch:
    """The way elsewhere, always in the same place: a bar of its own above the one for assistance."""
    kind: Kind = "helper" if button.name == "helper" and look.elder else "plain"
    touch = Touch(look, button.name, button.spoken or button.title, kind, height_mm=look.high(NAV_HEIGHT_MM, TARGET_MM))
    if look.upright:
        touch.hold(_beside(touch, button, "nav", 0 if look.assist.large else 10.5), 2)
    else:
        touch.hold(_below(touch, (button.icon,), button.title, look), 1.2)
    return connected(touch, button.press, on_press)


def assist_button(toggle: Toggle | Button, look: Look, on_press: OnPress) -> Touch:
    """How the page is shown; that it is on is said by a check mark and a solid ground, not by colour alone."""
    on = isinstance(toggle, Toggle) and toggle.on and not look.elder
    touch = Touch(look, toggle.name, toggle.spoken or toggle.title, "on" if on else "plain",
        height_mm=look.high(ASSIST_HEIGHT_MM if look.upright else NAV_HEIGHT_MM, TARGET_MM))
    if isinstance(toggle, Toggle):
        touch.setCheckable(True)
        touch.setChecked(toggle.on)
    if look.elder and look.upright:
        touch.hold(_beside(touch, Button(toggle.name, toggle.title, toggle.press), "fine", 0), 1.5)
        return connected(touch, toggle.press, on_press)
    icons: tuple[Icon, ...] = (toggle.icon, "check") if on else (toggle.icon,)
    touch.hold(_below(touch, icons, toggle.title, look), 0.3)
    return connected(touch, toggle.press, on_press)


def _beside(touch: Touch, button: Button, role: Role, icon_mm: float) -> QHBoxLayout:
    """A sign and its word; what leads on points away from it, and a grey key has none."""
    row = QHBoxLayout()
    row.setSpacing(touch.gap_px)
    row.addStretch(1)
    sign = touch.sign(button.icon, icon_mm) if button.icon and icon_mm and button.enabled else None
    label = touch.label(button.title, role)  # its natural width beside its icon; less where there is no room
    for part in (label, sign) if button.icon == "next" else (sign, label):
        if part is not None:
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter if part is sign else Qt.AlignmentFlag(0))
    row.addStretch(1)
    return row


def _below(touch: Touch, icons: Sequence[Icon], title: str, look: Look) -> QVBoxLayout:
    column = QVBoxLayout()
    column.addStretch(1)
    signs = QHBoxLayout()
    signs.setSpacing(look.px(1))
    signs.addStretch(1)
    for icon in icons:
        signs.addWidget(touch.sign(icon, 9.5 if look.upright else 7.6))
    signs.addStretch(1)
    column.addLayout(signs)
    column.addWidget(touch.label(title, "fine"))
    column.addStretch(1)
    return column


def key(button: Button, look: Look, on_press: OnPress, role: Role = "digit", *, kind: Kind = "plain") -> Touch:
    """One letter or digit."""
    kind = kind if button.enabled else "off"
    touch = Touch(look, button.name, button.spoken or button.title, kind)
    row = QHBoxLayout()
    label = touch.label(button.title, role)
    row.addWidget(label)
    touch.hold(row, 0.5, 0.3)
    touch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return connected(touch, button.press, on_press, button.enabled)


def word_key(button: Button, look: Look, on_press: OnPress, role: Role) -> Touch:
    """Below letters: a sign and its word."""
    touch = Touch(look, button.name, button.spoken or button.title, "plain" if button.enabled else "off")
    touch.hold(_beside(touch, button, role, 9), 1, 0.3)
    return connected(touch, button.press, on_press, button.enabled)


def mend_key(button: Button, look: Look, on_press: OnPress) -> Touch:
    """Takes back what was typed: a sign and its word."""
    touch = Touch(look, button.name, button.spoken or button.title, "plain" if button.enabled else "off")
    column = QVBoxLayout()
    column.addStretch(1)
    roomy = look.upright and not look.assist.low
    if roomy:
        column.addWidget(touch.sign(button.icon, 12), 0, _CENTRE)
    column.addWidget(touch.label(button.title, "nav" if roomy else "fine"))
    column.addStretch(1)
    touch.hold(column, 1)
    touch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return connected(touch, button.press, on_press, button.enabled)


class Ring(QWidget):
    """Around what has the keyboard's focus or is being spoken, 5 px off it: above all, never in a finger's way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._colour, self._wide, self._off = QColor(), 1.0, 1.0

    def around(self, touch: Touch | None, look: Look) -> None:
        parent = self.parentWidget()
        if touch is None or parent is None:
            self.hide()
            return
        self._colour, self._wide, self._off = look.colour("focus"), look.exact(1.5), look.exact(1.24)
        out = round(self._wide + self._off)
        self.setGeometry(QRectF(touch.mapTo(parent, touch.rect().topLeft()).toPointF(), touch.size().toSizeF())
            .toRect().adjusted(-out, -out, out, out))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colour, self._wide))
        half, radius = self._wide / 2, self._wide + self._off + 8
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)
        painter.end()
