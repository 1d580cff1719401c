"""One row per kind of body: what of it is read, what is touched, and who builds both. Screen thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PyQt6.QtWidgets import QWidget

from kiosk_ui.presenters.page import Body, Choices, Guide, Home, Matter, Notice, Number, Pad, Search, Typing
from kiosk_ui.presenters.reading import Reading, Waits
from kiosk_ui.widgets import charts, choices, controls, displays, guides, keyboards, matters, notices, numbers, typing
from kiosk_ui.widgets.controls import Room
from kiosk_ui.widgets.look import Look
from kiosk_ui.widgets.touch import OnPress


class Parts(NamedTuple):
    """`said` and `touched` are what of a body its display and its controls say: a part is built anew when it differs.
    `controls` None for a body that has none; `fills`: its display takes the room that is left; `wide`: its
    keys need the whole width; `last`: they stand at the end of the page, where the hand finds them."""

    said: Callable[[Any], object]
    display: Callable[[Any, Look], QWidget]
    touched: Callable[[Any], object] = lambda body: None
    controls: Callable[[Any, Look, OnPress, Room], QWidget] | None = None
    fills: bool = False
    wide: bool = False
    last: bool = False


def _whole(body: Body) -> object:
    return body


BODIES: dict[type[Body], Parts] = {
    Home: Parts(
        lambda body: (Home, body.title, body.hint, body.lines_title, body.lines_as_of, body.lines),
        displays.home,
        lambda body: (Home, body.tiles, body.strip),
        controls.home,
    ),
    Choices: Parts(
        lambda body: (Choices, body.badge, body.title, body.marked, body.hint, body.rows, body.notes, body.progress,
            body.lines, body.sample, body.code, body.chart, body.foot),
        charts.choices,
        lambda body: (Choices, body.choices, body.per_leaf, body.leaf, body.more, body.offers, body.search, body.tiled,
            body.lines, body.sample, body.code, body.foot, body.whole),
        choices.choices,
    ),
    Pad: Parts(
        lambda body: (Pad, body.title, body.hint, body.typed, body.notes, body.progress, body.groups, body.live),
        displays.pad,
        lambda body: (Pad, body.letters, body.digits, body.mends),
        keyboards.keys,
    ),
    Guide: Parts(_whole, guides.guide, fills=True),
    Search: Parts(
        lambda body: (Search, body.title, body.hint, body.typed, body.choices, body.leaf),
        guides.search,
        lambda body: (Search, body.choices, body.leaf, body.mends, body.other, body.hint, body.candidates, body.turned),
        keyboards.search,
        wide=True,
    ),
    Typing: Parts(
        lambda body: (Typing, body.title, body.hint, body.typed, body.letters, body.notes, body.progress),
        typing.display,
        lambda body: (Typing, body.candidates, body.leaf, body.keys, body.mends),
        typing.keys,
        wide=True,
        last=True,
    ),
    Matter: Parts(_whole, matters.matter, fills=True),
    Number: Parts(_whole, numbers.number, fills=True),
    Notice: Parts(_whole, notices.notice, fills=True),
    Waits: Parts(_whole, charts.waits, fills=True),
    Reading: Parts(_whole, charts.reading, fills=True),
}
