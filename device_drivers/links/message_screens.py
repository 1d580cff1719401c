"""Screens that take messages: the same conversation as on a bus, one message a text. No I/O."""

from __future__ import annotations

from typing import NoReturn

from device_drivers.codecs.message import Messages, read_message
from device_drivers.links.screens import ScreensLink


class MessageScreens:
    """A link of messages around `screens`, whose encoder writes each text as a message (codecs.message)."""

    def __init__(self, screens: ScreensLink) -> None:
        self.screens = screens

    @property
    def counters(self) -> dict[str, int]:
        return self.screens.counters

    def receive(self, data: Messages, now: float) -> list[NoReturn]:
        """Nobody asked them anything."""
        return []

    def tick(self, now: float) -> list[NoReturn]:
        return self.screens.tick(now)

    def take_output(self) -> Messages:
        output = self.screens.take_output()
        return (read_message(output),) if output else ()

    def written(self, now: float) -> list[NoReturn]:
        return self.screens.written(now)

    def due_s(self, now: float) -> float:
        return self.screens.due_s(now)

    def lost(self, now: float) -> list[NoReturn]:
        return self.screens.lost(now)
