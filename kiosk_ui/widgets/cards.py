"""One choice as a key: a group as a picture, a matter, an answer or a paper as a row. Screen thread."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Choice
from kiosk_ui.widgets.bars import rule
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import PRIMARY_MM, Look, Role, plate
from kiosk_ui.widgets.panel import TONES, Dots, Panel, Plate, Square
from kiosk_ui.widgets.touch import Kind, OnPress, Touch, connected

# In 长辈模式 the word has the room.
_FACE_ELDER_MM = 14.0
_MIDDLE, _RIGHT = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight


def choice_tile(choice: Choice, look: Look, on_press: OnPress, *, wide: bool) -> Touch:
    """A group as a picture: what it is, and below a rule its letter, how crowded it is, how long it waits. `wide` has
    the whole row."""
    touch = _card(choice, look)
    column = QVBoxLayout()
    column.addStretch(1)
    column.addLayout(_named(choice, touch, look, wide=wide))
    column.addStretch(1)
    column.addWidget(rule(look))
    column.addSpacing(look.px(2))
    column.addLayout(_line(choice, touch, look, "row" if wide else "body"))
    touch.hold(column, 6, 3)
    return connected(touch, choice.press, on_press)


def choice_row(
    choice: Choice, look: Look, on_press: OnPress, *, beside: bool, plated: bool, roomy: bool = False
) -> Touch:
    """Its picture, its name, and its line beside it or below; `roomy` is one of few, in larger words."""
    touch = _card(choice, look)
    row = QHBoxLayout()
    if choice.chosen is not None:
        row.addWidget(_box(choice, touch, look, 14.0 if roomy else 10.5), 0, _MIDDLE)
    if choice.number:
        row.addWidget(Plate(choice.number, look, look.colour("bad"), look.px(15), disc=True), 0, _MIDDLE)
    elif choice.icon and not choice.told and not (look.assist.large and not look.upright):
        row.addWidget(_picture(choice, touch, look, 24.0 if roomy else 18.0), 0, _MIDDLE)
    if choice.badge and plated:
        side = look.px(13 if look.assist.large else 11)
        row.addWidget(Plate(choice.badge, look, plate(choice.badge), side), 0, _MIDDLE)
    row.addLayout(_words(choice, touch, look, beside=beside, roomy=roomy), 1)
    if choice.told:
        if choice.gloss and _gloss_apart(look):
            row.addWidget(touch.label(choice.gloss, "fine", bold=False, soft=True), 0, _MIDDLE)
        row.addWidget(touch.sign(choice.icon, 10), 0, _MIDDLE)
    elif _leads_on(choice) and not look.assist.large and (look.upright or choice.icon):
        row.addWidget(touch.sign("next", 8), 0, _MIDDLE)
    snug = look.elder and choice.ends
    touch.hold(row, 3 if snug else 6 if roomy else 5, 1.0 if look.elder else 1.6, 3 if snug else 4.5)
    return connected(touch, choice.press, on_press)


def _leads_on(choice: Choice) -> bool:
    return choice.chosen is None and not choice.closed and not choice.ends


def _words(choice: Choice, touch: Touch, look: Look, *, beside: bool, roomy: bool) -> QBoxLayout:
    """An answer that is looked at once more is larger than what was asked."""
    words: QBoxLayout = QHBoxLayout() if beside else QVBoxLayout()
    words.setSpacing(look.px(3 if beside else 0.5))
    words.addStretch(0 if beside else 1)
    large: Role = "body" if look.tight or (look.elder and choice.told) else "key" if roomy else "row"
    small: Role = "body" if roomy or (choice.told and not look.elder) else "fine"
    detail = _detail(choice, look) if choice.told or not look.packed else ""
    first = touch.label(choice.title, small if choice.told and detail else large,
        bold=not choice.told or not detail, soft=bool(choice.told and detail), left=True)
    words.addWidget(first, 3 if beside else 0)
    if detail:
        said = choice.told
        ink = TONES[choice.tone][1] if choice.tone in ("bad", "warn") and not choice.closed else ""
        label = Label(detail, look, small, colour=ink) if ink and not said else touch.label(
            detail, large if said else small, bold=said, soft=not said, left=True)
        if beside and choice.chosen is None:
            label.align(_RIGHT)
        words.addWidget(label, (4 if not look.upright else 3 if choice.chosen is not None else 2) if beside else 0)
    words.addStretch(0 if beside else 1)
    return words


def _gloss_apart(look: Look) -> bool:
    """Where an answer is from stands at the right where there is width."""
    return look.upright and not look.assist.large


def _detail(choice: Choice, look: Look) -> str:
    """What stands beside its name; in 长辈模式 the shorter, and an answer is its name alone."""
    if choice.told and choice.gloss and not _gloss_apart(look):
        return f"{choice.detail} · {choice.gloss}"
    if look.elder and not choice.closed:
        brief = choice.chosen is not None or choice.ends or not look.upright
        return choice.wait if brief and not look.upright else "" if brief else choice.wait or choice.detail
    return choice.detail


def _card(choice: Choice, look: Look) -> Touch:
    kind: Kind = "off" if choice.closed else "chosen" if choice.chosen else "plain"
    touch = Touch(look, choice.name, choice.spoken, kind, min_mm=PRIMARY_MM)
    if choice.chosen is not None:
        touch.setCheckable(True)
        touch.setChecked(choice.chosen)
    touch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return touch


def _box(choice: Choice, touch: Touch, look: Look, side_mm: float) -> QWidget:
    """A box, with a check mark where this is the answer."""
    side = look.sized(side_mm)
    fill, ink = ("primary", look.colour("on_primary")) if choice.chosen else ("card", touch.ink)
    panel = Panel(look, fill, "line", radius_mm=2, always=True)
    panel.setFixedSize(side, side)
    panel.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    if choice.chosen:
        sign = Sign("check", round(side * 0.76), ink)
        sign.setParent(panel)
        sign.move((side - sign.width()) // 2, (side - sign.height()) // 2)
    return panel


def _picture(choice: Choice, touch: Touch, look: Look, side_mm: float) -> QWidget:
    """In the colours of how it stands; grey where nothing can be had."""
    fill, ink, solid = "tint", look.colour("ink_tint"), look.colour("solid")
    if choice.closed:
        fill, ink, solid = "off", touch.ink, touch.ink
    elif choice.tone != "plain":
        fill, name, _ = TONES[choice.tone]
        ink = solid = look.colour(name)
    if choice.ends:  # a face is its own picture
        return Sign(choice.icon, look.px(_FACE_ELDER_MM) if look.elder else look.sized(side_mm * 0.9), ink, solid)
    return Square(Sign(choice.icon, look.px(side_mm * 0.72), ink, solid), look, look.px(side_mm), fill)


def _named(choice: Choice, touch: Touch, look: Look, *, wide: bool) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(8 if wide else 4.5))
    if choice.icon:
        row.addWidget(_picture(choice, touch, look, 26.0 if look.dense else 50.0 if wide else 34.0), 0, _MIDDLE)
    words = QVBoxLayout()
    words.setSpacing(look.px(0.8))
    words.addWidget(touch.label(choice.title, "title" if wide else "key", left=True))
    if choice.gloss and not look.dense:
        gloss: Role = "body" if wide else "fine"
        words.addWidget(touch.label(choice.gloss, gloss, bold=False, soft=True, left=True))
    row.addLayout(words, 1)
    return row


def _line(choice: Choice, touch: Touch, look: Look, role: Role) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(3))
    if choice.badge:
        ground = look.colour("on_off") if choice.closed else plate(choice.badge)
        row.addWidget(Plate(choice.badge, look, ground, look.px(11)), 0, _MIDDLE)
    if choice.crowd >= 0:
        row.addWidget(Dots(choice.crowd, look, look.colour("ink_tint")), 0, _MIDDLE)
    if choice.closed:
        row.addWidget(touch.sign("clock", 9), 0, _MIDDLE)
    if choice.free:
        row.addWidget(Sign("check", look.px(9), look.colour("ok")), 0, _MIDDLE)
    told = choice.wait or choice.detail
    label = Label(told, look, role, colour="ok", bold=True) if choice.free else touch.label(
        told, role, left=choice.crowd < 0)
    if choice.crowd >= 0:
        label.align(_RIGHT)
    row.addWidget(label, 1)
    return row
