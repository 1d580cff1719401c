"""One row per kind of body: what of it is read, what is touched, and who builds both. Screen thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PyQt6.QtWidgets import QWidget

from kiosk_ui.presenters.page import Body, Choices, Matter, Notice, Number, Pad
from kiosk_ui.widgets import controls, displays
from kiosk_ui.widgets.controls import Room
from kiosk_ui.widgets.look import Look
from kiosk_ui.widgets.touch import OnPress


class Parts(NamedTuple):
    """`said` and `touched` are what of a body its display and its controls say: a part is built anew when it differs.
    `controls` None for a body that has none."""

    said: Callable[[Any], object]
    display: Callable[[Any, Look], QWidget]
    touched: Callable[[Any], object] = lambda body: None
    controls: Callable[[Any, Look, OnPress, Room], QWidget] | None = None


def _whole(body: Body) -> object:
    return body


BODIES: dict[type[Body], Parts] = {
    Choices: Parts(
        lambda body: (Choices, body.badge, body.title, body.hint, body.rows, body.notes, body.board),
        displays.choices,
        lambda body: (Choices, body.choices, body.per_leaf, body.leaf, body.more),
        controls.choices,
    ),
    Pad: Parts(
        lambda body: (Pad, body.title, body.hint, body.typed),
        displays.pad,
        lambda body: (Pad, body.letters, body.digits, body.mends),
        controls.keys,
    ),
    Matter: Parts(_whole, displays.matter),
    Number: Parts(_whole, displays.number),
    Notice: Parts(_whole, displays.notice),
}
