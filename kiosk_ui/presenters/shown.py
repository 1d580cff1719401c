"""What a step shows: its page's name, body and keys. A value."""

from __future__ import annotations

from typing import NamedTuple

from kiosk_ui.presenters.page import Body, Button, Note


class Shown(NamedTuple):
    name: str
    body: Body
    actions: tuple[Button, ...] = ()
    nav: tuple[Button, ...] = ()
    banner: Note | None = None
