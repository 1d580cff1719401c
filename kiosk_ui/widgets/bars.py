"""What stands around every page: the board above, the primary row, the ways elsewhere and the assistance below.
Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Button, Header, Toggle
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, Look, Role
from kiosk_ui.widgets.panel import Panel
from kiosk_ui.widgets.touch import OnPress, Touch, assist_button, nav_button, plain_button, primary_button

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight
_SEAL_MM, _SEAL_TALL_MM = 14.5, 21.0
# A name of more lines is written smaller.
_NAME_LINES = 2
_STATUS_INK = {"good": "open", "warn": "now", "bad": "now", "plain": "pale"}


class Seal(QWidget):
    """The hall's mark: a picture of its own, one or two characters, or a 人."""

    def __init__(self, mark: str, look: Look, side_px: int) -> None:
        super().__init__()
        self.setFixedSize(side_px, side_px)
        self._look = look
        self._picture = QPixmap(mark) if mark.startswith("/") else QPixmap()
        self._letters = mark if len(mark) <= 2 else ""

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        look, side = self._look, self.width()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("on_deep"))
        painter.drawRoundedRect(QRectF(self.rect()), side * 0.13, side * 0.13)
        deep = look.colour("deep")
        if not self._picture.isNull():
            size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            left, top = (side - size.width()) / 2, (side - size.height()) / 2
            painter.drawPixmap(QRectF(left, top, size.width(), size.height()), self._picture,
                QRectF(self._picture.rect()))
        elif self._letters:
            font = look.font("body", bold=True)
            font.setPixelSize(round(side * (0.62 if len(self._letters) == 1 else 0.42)))
            painter.setFont(font)
            painter.setPen(deep)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)
        else:
            painter.setPen(QPen(deep, side * 0.13))
            for end in (0.24, 0.76):
                path = QPainterPath(QPointF(side * 0.5, side * 0.2))
                path.cubicTo(side * 0.5, side * 0.5, side * (end + 0.5) / 2, side * 0.68, side * end, side * 0.76)
                painter.drawPath(path)
        painter.end()


class _Lamp(QWidget):
    """How the hall is, beside its word: a disc while it is open, a diamond for what is not right."""

    def __init__(self, look: Look, colour: str, disc: bool) -> None:
        super().__init__()
        side = look.px(3.2)
        self.setFixedSize(side, side)
        self._colour, self._disc = look.colour(colour), disc

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        if not self._disc:
            painter.translate(self.width() / 2, self.height() / 2)
            painter.rotate(45)
            painter.scale(0.72, 0.72)
            painter.translate(-self.width() / 2, -self.height() / 2)
            painter.drawRect(self.rect())
        else:
            painter.drawEllipse(self.rect())
        painter.end()


def build_header(header: Header, look: Look) -> QWidget:
    """The board: the hall and the time; on the first page also whom the windows called."""
    band = Panel(look, "deep", radius_mm=0, name="header")
    column = QVBoxLayout(band)
    tall = header.tall and look.upright
    side, above = look.px(look.margin_mm), look.air(6.5 if tall else 5) if look.upright else look.px(3)
    column.setContentsMargins(side, above, side, above)
    column.setSpacing(look.air(4))
    column.addLayout(_name_row(header, look, tall))
    if header.tall and (look.upright or not look.assist.large) and (header.calls_title or header.people):
        if look.elder:
            column.addWidget(rule(look))
        column.addLayout(_board(header, look))
    if look.assist.contrast:
        column.addWidget(rule(look))
    return band


def _name_row(header: Header, look: Look, tall: bool) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(5))
    row.addWidget(Seal(header.mark, look, look.px(_SEAL_TALL_MM if tall else _SEAL_MM)), 0, _MIDDLE)
    status = header.status if tall else header.brief
    named: QBoxLayout = QVBoxLayout() if tall and not look.assist.large else QHBoxLayout()
    named.setSpacing(look.px(1.5 if tall else 4))
    role: Role = "fine" if look.elder and look.upright else "row" if tall else "nav"
    big: Role = "title" if tall and look.elder else "figure" if tall else "title"
    chip = _chip(status, header.tone, look) if status and not (tall and look.assist.large) and not look.elder else None
    room_px = look.width_px - 2 * look.px(look.margin_mm) - look.px(_SEAL_TALL_MM if tall else _SEAL_MM) - (
        QFontMetricsF(look.font(big, bold=True)).horizontalAdvance(header.clock) + 2 * row.spacing())
    beside = chip is not None and not tall
    beside_px = chip.sizeHint().width() + named.spacing() if chip is not None and beside else 0
    hall = Label(header.hall, look, role, colour="on_deep", bold=True, name="hall")
    if len(hall.broken(room_px - beside_px)) > _NAME_LINES:  # a long name is smaller, and has the hall's state's place
        big = "key" if look.assist.large else "title"
        chip = None if beside else chip
        hall = Label(header.hall, look, "fine", colour="on_deep", bold=True, name="hall")
    named.addWidget(hall, 1 if tall or chip is None else 0)
    if chip is not None:
        named.addWidget(chip, 0, _MIDDLE | Qt.AlignmentFlag.AlignLeft)
    if not tall:
        named.addStretch(1 if chip is not None else 0)
    row.addLayout(named, 1)
    if header.clock:
        right = QVBoxLayout()
        right.setSpacing(0)
        clock = Label(header.clock, look, big, colour="on_deep", bold=True, align=_RIGHT, snug=True, name="clock")
        right.addWidget(clock)
        if tall and header.date and not look.assist.large:
            right.addWidget(Label(header.date, look, "fine", colour="pale", align=_RIGHT, snug=True, name="date"))
        row.addLayout(right)
    return row


def _chip(status: str, tone: str, look: Look) -> QWidget:
    """How the hall is, beside its name."""
    pill = Panel(look, "deep2", "line", radius_mm=6)
    inside = QHBoxLayout(pill)
    padding = look.px(3.5)
    inside.setContentsMargins(padding, look.px(0.8), padding, look.px(0.8))
    inside.setSpacing(look.px(2))
    inside.addWidget(_Lamp(look, _STATUS_INK[tone], tone != "warn"), 0, _MIDDLE)
    inside.addWidget(Label(status, look, "fine", colour="on_deep", bold=True, snug=True, name="status"))
    pill.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return pill


def _board(header: Header, look: Look) -> QVBoxLayout:
    board = QVBoxLayout()
    board.setSpacing(look.air(3))
    line = QHBoxLayout()
    line.setSpacing(look.px(2.5))
    line.addWidget(Label(header.calls_title, look, "fine", colour="on_deep", bold=True), 1)
    for icon, text in (("people", header.people), ("counter", header.windows)):
        if text:
            if not look.elder:
                white = look.colour("on_deep")
                line.addWidget(Sign(icon, look.px(7), white, white), 0, _MIDDLE)  # type: ignore[arg-type]
            line.addWidget(Label(text, look, "fine", colour="on_deep", snug=True, name=f"board-{icon}"))
    board.addLayout(line)
    if not header.calls:
        return board
    if look.elder:
        board.addLayout(_call_line(header, look))
        return board
    tiles = QGridLayout()
    tiles.setSpacing(look.px(GAP_MM))
    for at, (number, window) in enumerate(header.calls):
        fill, ink = ("now", "on_now") if at == 0 else ("deep2", "on_deep")
        tile = Panel(look, fill, "line")
        inside: QBoxLayout = QVBoxLayout(tile) if look.upright else QHBoxLayout(tile)
        padding = look.air(4.5)
        inside.setContentsMargins(padding, look.air(2.5), padding, look.air(2.5))
        inside.setSpacing(look.px(1))
        inside.addWidget(Label(number, look, "figure" if look.upright else "key", colour=ink, bold=True, lines=1))
        way = QHBoxLayout()
        way.setSpacing(look.px(2))
        way.addWidget(Sign("arrow", look.px(7), look.colour(ink)), 0, _MIDDLE)
        way.addWidget(Label(window, look, "row" if look.upright else "fine", colour=ink, bold=True), 1)
        inside.addLayout(way)
        tiles.addWidget(tile, 0, at)
        tiles.setColumnStretch(at, 1)
    for at in range(len(header.calls), 2):
        tiles.setColumnStretch(at, 1)
    board.addLayout(tiles)
    return board


def _call_line(header: Header, look: Look) -> QVBoxLayout:
    """The latest call as large as it goes, the others in one line below."""
    both = QVBoxLayout()
    both.setSpacing(look.air(2))
    latest, *others = header.calls
    both.addLayout(_call(latest.number, latest.window, look, "figure" if look.upright else "title", "now"))
    if others and look.upright:
        row = QHBoxLayout()
        role: Role = "fine" if look.dense or len(others) > 1 else "row"
        for call in others:
            row.addWidget(Label(f"{call.number} → {call.window}", look, role, colour="on_deep", bold=True), 1)
        both.addLayout(row)
    return both


def _call(number: str, window: str, look: Look, role: Role, ink: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(4))
    row.addWidget(Label(number, look, role, colour=ink, bold=True, snug=True), 0, _MIDDLE)
    row.addWidget(Sign("arrow", look.px(14), look.colour(ink)), 0, _MIDDLE)
    row.addWidget(Label(window, look, "title" if look.upright else "row", colour=ink, bold=True), 1, _MIDDLE)
    return row


def rule(look: Look) -> QWidget:
    """Between rows of a panel; in high contrast white."""
    line = Panel(look, "ink" if look.assist.contrast else "hair", radius_mm=0)
    line.setFixedHeight(max(1, round(look.exact(0.6 if look.assist.contrast else 0.4))))
    return line


# -- rows of keys ----------------------------------------------------------------------------------


def build_actions(actions: Sequence[Button], look: Look, on_press: OnPress) -> QWidget | None:
    """The first one is what the page is for, at the left. One below the other where words are large."""
    if not actions:
        return None
    widget = QWidget()
    stacked = look.upright and look.assist.large and not look.dense
    layout: QBoxLayout = QVBoxLayout(widget) if stacked else QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(look.px(GAP_MM))
    role, signs = _SMALLER[0] if stacked else _in_one_line(actions, look)
    shown = actions if signs else [button._replace(icon="") for button in actions]
    for at, button in enumerate(shown):
        build = plain_button if at or button.beside else primary_button
        layout.addWidget(build(button, look, on_press, role), 1)
    return widget


# Of a key's width what is no word: air, and a sign.
_AIR_MM, _AIR_AND_SIGN_MM = 7.0, 23.0
_SMALLER: tuple[tuple[Role, bool], ...] = (("key", True), ("row", True), ("row", False))


def _in_one_line(actions: Sequence[Button], look: Look) -> tuple[Role, bool]:
    """Keys beside each other are alike: where one would not fit, all have smaller words, then no signs."""
    whole = look.width_px - 2 * look.px(look.margin_mm) - (len(actions) - 1) * look.px(GAP_MM)
    for role, signs in _SMALLER:
        wide = QFontMetricsF(look.font(role, bold=True)).horizontalAdvance
        room = whole / len(actions) - look.px(_AIR_AND_SIGN_MM if signs else _AIR_MM)
        if all(wide(button.title) <= room for button in actions):
            return role, signs
    return "row", True


def build_footer(
    nav: Sequence[Button], assists: Sequence[Toggle | Button], look: Look, on_press: OnPress
) -> QWidget:
    """The ways elsewhere, and on a bar of its own how the page is shown: on every page, in the same places."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    ways: list[Touch] = [nav_button(button, look, on_press) for button in nav]
    shown: list[Touch] = [assist_button(toggle, look, on_press) for toggle in assists]
    side, gap = look.px(look.margin_mm), look.px(GAP_MM)
    bar = Panel(look, "sunk", radius_mm=0, name="assist")
    bar_column = QVBoxLayout(bar)
    bar_column.setContentsMargins(0, 0, 0, 0)
    bar_column.setSpacing(0)
    bar_column.addWidget(rule(look))
    if look.upright:
        if ways:
            column.addLayout(_placed(ways, look, side, gap))
        bar_column.addLayout(_row(shown, look, side, look.air(5), look.px(5)))
    else:
        for row in _packed([*ways, *shown], ways, look, side):
            bar_column.addLayout(_row(row, look, side, look.px(2.5), look.px(2.5)))
    column.addWidget(bar)
    return whole


def _packed(keys: list[Touch], ways: list[Touch], look: Look, side: int) -> tuple[list[Touch], ...]:
    """All in one row of a wide screen, or in two where their words need it."""
    gap = look.px(5)
    wanted = sum(max(key.sizeHint().width(), _natural(key)) + gap for key in keys) - gap
    if wanted <= look.width_px - 2 * side or not ways:
        return (keys,)
    return ways, [key for key in keys if key not in ways]


def _natural(key: Touch) -> int:
    inner = key.layout()
    return inner.sizeHint().width() if inner is not None else 0


def _row(keys: Sequence[Touch], look: Look, side: int, above: int, below: int) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(side, above, side, below)
    row.setSpacing(look.px(GAP_MM if look.upright else 5))
    for key in keys:
        row.addWidget(key, 1 if look.upright else max(1, _natural(key)))
    return row


# Where the hand finds them; whatever leads back or away is first.
_PLACES = {"home": 1, "helper": 2}


def _placed(ways: Sequence[Touch], look: Look, side: int, below: int) -> QHBoxLayout:
    """Back, home and a person have a place each, which stays empty where one is missing; a single way has all three."""
    if len(ways) == 1:
        return _row(ways, look, side, 0, below)
    row = QHBoxLayout()
    row.setContentsMargins(side, 0, side, below)
    row.setSpacing(look.px(GAP_MM))
    found = {_PLACES.get(way.objectName(), 0): way for way in ways}
    for at in range(3):
        row.addWidget(found.get(at) or QWidget(), 1)
    return row


def swap(footer: QWidget, name: str, key: Touch) -> None:
    """Put `key` in the place of the way elsewhere that is called `name`."""
    old = footer.findChild(Touch, name)
    if old is None or key.parentWidget() is footer:
        return
    old.hide()
    layout = footer.layout()
    assert layout is not None, "a footer has one"
    layout.replaceWidget(old, key)
    old.setParent(None)
    old.deleteLater()
